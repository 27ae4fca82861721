package dev.backfeed.parser.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class NearestWord {
  private static final int FARTHEST = 2;

  private NearestWord() {}

  /**
   * The candidate that differs from {@code word} by at most two letters added, left out, replaced
   * or swapped, and by less than half of its length.
   */
  public static Optional<String> among(Collection<String> candidates, String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    return candidates.stream()
        .filter(c -> Math.abs(c.length() - upper.length()) <= FARTHEST)
        .filter(c -> distance(c, upper) <= Math.min(FARTHEST, (c.length() - 1) / 2))
        .min(Comparator.comparingInt(c -> distance(c, upper)));
  }

  /** Optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : cell(a, b, d, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cell(String a, String b, int[][] d, int i, int j) {
    int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
