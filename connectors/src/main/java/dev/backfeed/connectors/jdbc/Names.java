package dev.backfeed.connectors.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Names of tables and columns: finding, quoting, and guessing what was meant. */
final class Names {
  private Names() {}

  /** The place of this very name, else of the only one equal without case; -1 if there is none. */
  static int find(String wanted, List<String> names) {
    int exact = names.indexOf(wanted);
    if (exact >= 0) {
      return exact;
    }
    int[] alike =
        IntStream.range(0, names.size())
            .filter(i -> names.get(i).equalsIgnoreCase(wanted))
            .toArray();
    return alike.length == 1 ? alike[0] : -1;
  }

  /**
   * A name in quotes.
   *
   * @param quote as the driver tells it; a blank one means that names cannot be quoted
   * @throws IllegalArgumentException for a NUL, which no database takes and some cut at
   */
  static String quote(String name, String quote) {
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name holds a NUL character");
    }
    String mark = quote.isBlank() ? "\"" : quote;
    return mark + name.replace(mark, mark + mark) + mark;
  }

  /** {@code : did you mean "x"?}, or nothing where no name is near. */
  static String didYouMean(String wanted, List<String> names) {
    String best = null;
    int least = Math.max(2, wanted.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(fold(wanted), fold(name));
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return best == null ? "" : ": did you mean \"" + best + "\"?";
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swap, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
