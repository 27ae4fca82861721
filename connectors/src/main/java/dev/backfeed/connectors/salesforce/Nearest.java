package dev.backfeed.connectors.salesforce;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Offers the name that was probably meant. */
final class Nearest {
  private Nearest() {}

  /** The name with the fewest edits, if they are at most a third of its letters. */
  static Optional<String> to(String asked, Collection<String> names) {
    String folded = asked.toLowerCase(Locale.ROOT);
    return names.stream()
        .min(Comparator.comparingInt(n -> edits(folded, n.toLowerCase(Locale.ROOT))))
        .filter(n -> edits(folded, n.toLowerCase(Locale.ROOT)) * 3 <= Math.max(3, n.length()));
  }

  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
