package dev.backfeed.parser.internal.query;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Query.OrderTerm;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * The {@code ORDER BY} that ends a query and belongs to the whole of it. Found by its lexemes
 * alone, since no one grammar reads every warehouse's queries; where it is in doubt whether
 * something follows the terms, there is none, and the query stays as it is.
 *
 * @param offset index of the word ORDER; -1 where none
 * @param terms its terms, not empty where there is one
 * @param removable false where the rows would be others without it: under {@code DISTINCT ON}
 */
record TrailingOrder(int offset, List<OrderTerm> terms, boolean removable) {
  private static final TrailingOrder NONE = new TrailingOrder(-1, List.of(), false);

  /** Words that begin another clause where the term before them can end. */
  private static final Set<String> CLAUSES =
      Set.of(
          "LIMIT",
          "OFFSET",
          "FETCH",
          "FOR",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "MINUS",
          "WINDOW",
          "QUALIFY",
          "USING",
          "WITH",
          "INTO",
          "TABLESAMPLE",
          "SAMPLE",
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP",
          "HAVING",
          "OPTION",
          "SETTINGS",
          "FORMAT",
          "PIVOT",
          "UNPIVOT",
          "LOCK",
          "SORT",
          "CLUSTER",
          "DISTRIBUTE",
          "PROCEDURE");

  /** Words that the next one continues: a clause cannot begin behind them. */
  private static final Set<String> OPERATORS =
      Set.of(
          "BY", "AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "BETWEEN", "CASE", "WHEN", "THEN",
          "ELSE", "IS", "FROM", "COLLATE", "DIV", "MOD", "XOR");

  static TrailingOrder find(
      String source, List<Lexeme> query, Lexicon lexicon, TextPositions positions) {
    int order = lastOrderBy(source, query);
    if (order < 0 || followsPipe(source, query, order) || hasTop(source, query)) {
      return NONE;
    }
    List<List<Lexeme>> parts = split(source, query.subList(order + 2, query.size()));
    if (parts.isEmpty()) {
      return NONE;
    }
    OrderTermReader reader = new OrderTermReader(source, lexicon, positions);
    List<OrderTerm> terms = new ArrayList<>();
    for (List<Lexeme> part : parts) {
      terms.add(reader.read(part));
    }
    boolean removable = !hasDistinctOn(source, query);
    return new TrailingOrder(query.get(order).start(), List.copyOf(terms), removable);
  }

  /** {@code SELECT TOP 5} is a LIMIT in another place. */
  private static boolean hasTop(String source, List<Lexeme> query) {
    return hasPair(query, (a, b) -> a.word(source, "TOP") && b.kind() == Kind.NUMBER);
  }

  private static boolean hasDistinctOn(String source, List<Lexeme> query) {
    return hasPair(query, (a, b) -> a.word(source, "DISTINCT") && b.word(source, "ON"));
  }

  /** At any depth: a needless caution costs less than a wrong row. */
  private static boolean hasPair(List<Lexeme> query, BiPredicate<Lexeme, Lexeme> pair) {
    return IntStream.range(1, query.size())
        .anyMatch(i -> pair.test(query.get(i - 1), query.get(i)));
  }

  /** Index of the last ORDER BY outside of all parentheses; -1 where none. */
  private static int lastOrderBy(String source, List<Lexeme> query) {
    Depth depth = new Depth();
    int found = -1;
    for (int i = 0; i + 1 < query.size(); i++) {
      Lexeme lexeme = query.get(i);
      depth.read(source, lexeme);
      boolean qualified = i > 0 && query.get(i - 1).kind() == Kind.DOT;
      if (depth.isOutermost()
          && !qualified
          && lexeme.word(source, "ORDER")
          && query.get(i + 1).word(source, "BY")) {
        found = i;
      }
    }
    return found;
  }

  /** BigQuery's {@code |> ORDER BY}: a step of a pipe, which does not end like a clause. */
  private static boolean followsPipe(String source, List<Lexeme> query, int order) {
    return order > 0 && source.charAt(query.get(order - 1).end() - 1) == '>';
  }

  /** The terms between commas; empty where something else follows them or one is empty. */
  private static List<List<Lexeme>> split(String source, List<Lexeme> lexemes) {
    List<List<Lexeme>> parts = new ArrayList<>();
    List<Lexeme> part = new ArrayList<>();
    Depth depth = new Depth();
    for (Lexeme lexeme : lexemes) {
      depth.read(source, lexeme);
      if (depth.isOutermost() && lexeme.kind() == Kind.COMMA) {
        parts.add(part);
        part = new ArrayList<>();
      } else if (depth.isOutermost()
          && (beginsClause(source, part, lexeme) || isPipe(source, lexeme, part))) {
        return List.of();
      } else {
        part.add(lexeme);
      }
    }
    parts.add(part);
    return parts.stream().anyMatch(List::isEmpty) ? List.of() : parts;
  }

  private static boolean beginsClause(String source, List<Lexeme> part, Lexeme lexeme) {
    if (lexeme.kind() != Kind.WORD || part.isEmpty() || !isOneOf(CLAUSES, source, lexeme)) {
      return false;
    }
    Lexeme before = part.get(part.size() - 1);
    return switch (before.kind()) {
      case WORD -> !isOneOf(OPERATORS, source, before);
      case NUMBER, STRING, NAME, CLOSE -> true;
      default -> Depth.brackets(source, before) < 0;
    };
  }

  private static boolean isPipe(String source, Lexeme lexeme, List<Lexeme> part) {
    return source.charAt(lexeme.start()) == '>'
        && !part.isEmpty()
        && source.charAt(part.get(part.size() - 1).end() - 1) == '|';
  }

  private static boolean isOneOf(Set<String> words, String source, Lexeme lexeme) {
    return words.stream().anyMatch(word -> lexeme.word(source, word));
  }

  /** Brackets and braces nest as well: {@code ORDER BY [a, b]}; none of them closes another. */
  private static final class Depth {
    private int parentheses;
    private int brackets;

    void read(String source, Lexeme lexeme) {
      parentheses += lexeme.kind() == Kind.OPEN ? 1 : lexeme.kind() == Kind.CLOSE ? -1 : 0;
      brackets += brackets(source, lexeme);
    }

    boolean isOutermost() {
      return parentheses == 0 && brackets == 0;
    }

    static int brackets(String source, Lexeme lexeme) {
      if (lexeme.kind() != Kind.OTHER) {
        return 0;
      }
      char c = source.charAt(lexeme.start());
      return c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    }
  }
}
