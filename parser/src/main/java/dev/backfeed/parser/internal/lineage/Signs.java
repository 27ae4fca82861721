package dev.backfeed.parser.internal.lineage;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Operators that Babel does not know, as one that it knows. A value of an operator comes from both
 * sides whatever it does with them, so that only the number of its sides matters.
 */
final class Signs {
  private static final String ANY = " || ";

  /** Longest first; those that stay stand here so that none of their beginnings is taken. */
  private static final List<Map.Entry<String, String>> KNOWN =
      Stream.concat(
              Stream.of(
                      "->>", "#>>", "#>", "#-", "@>", "<@", "@@@", "@@", "@?", "?|", "?&", "?",
                      "~~*", "!~~*", "!~~", "~~", "!~*", "!~", "~*", "~", "^@", "^", "&&", "&<",
                      "&>", "<->", "-|-", "<<", ">>", "**", "//", "&", "|", "#", "->")
                  .map(sign -> Map.entry(sign, ANY)),
              Stream.of(
                  Map.entry("==", "="),
                  Map.entry(":=", "=>"),
                  Map.entry("||", "||"),
                  Map.entry("<=", "<="),
                  Map.entry(">=", ">="),
                  Map.entry("<>", "<>"),
                  Map.entry("!=", "!="),
                  Map.entry("=>", "=>")))
          .sorted(Comparator.comparingInt(e -> -e.getKey().length()))
          .toList();

  private Signs() {}

  /**
   * A sign and what is written for it.
   *
   * @param length how many characters of the text it is
   */
  record Sign(int length, String written) {}

  /** The sign that a run of characters begins with; a single character stands for itself. */
  static Sign first(String run) {
    for (Map.Entry<String, String> sign : KNOWN) {
      if (run.startsWith(sign.getKey())) {
        return new Sign(sign.getKey().length(), sign.getValue());
      }
    }
    return new Sign(1, run.substring(0, 1));
  }
}
