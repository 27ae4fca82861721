package dev.backfeed.engine.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The name a user most likely meant. */
public final class Nearest {
  private Nearest() {}

  /** {@code : did you mean "x"?} where a name is near enough, else empty text. */
  public static String hint(String given, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(given, name)))
        .filter(name -> distance(given, name) <= Math.max(1, Math.max(given.length(), 3) / 3))
        .map(name -> ": did you mean \"" + name + "\"?")
        .orElse("");
  }

  /** Edits (insert, delete, replace) between two names, case aside. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
