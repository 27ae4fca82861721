package dev.backfeed.parser.internal.query;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.TextPositions;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the query record from what stands behind {@code AS}. */
public final class QueryReader {
  private QueryReader() {}

  /** The verbatim query of a statement that has one. */
  public static Query read(StatementOutline outline, Lexicon lexicon) {
    String source = outline.source();
    int start = outline.as().end();
    while (isBlank(source.charAt(start))) {
      start++;
    }
    TextPositions positions = new TextPositions(source);
    TrailingOrder order = TrailingOrder.find(source, outline.query(), lexicon, positions);
    String text = source.substring(start, outline.end());
    String unordered =
        order.removable() ? source.substring(start, order.offset()).stripTrailing() : text;
    return new Query(text, unordered, order.terms(), positions.at(start));
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || "\u0085\u200B\u2060\uFEFF".indexOf(c) >= 0;
  }

  /** The query that {@code AS TABLE name} stands for. */
  public static Query table(List<Name> path, Lexicon lexicon) {
    String name =
        path.stream()
            .map(n -> n.quoted() ? quoted(n.text(), lexicon) : n.text())
            .collect(Collectors.joining("."));
    String text = "SELECT * FROM " + name;
    return new Query(text, text, List.of(), path.get(0).position());
  }

  private static String quoted(String name, Lexicon lexicon) {
    if (lexicon.has(Lexicon.Rule.TRIPLE_QUOTES)) {
      return '`' + name.replace("\\", "\\\\").replace("`", "\\`") + '`';
    }
    String quote = lexicon.has(Lexicon.Rule.DOUBLE_QUOTED_STRINGS) ? "`" : "\"";
    return quote + name.replace(quote, quote + quote) + quote;
  }
}
