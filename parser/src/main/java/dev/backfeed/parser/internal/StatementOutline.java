package dev.backfeed.parser.internal;

import dev.backfeed.parser.internal.lexer.Lexeme;
import java.util.List;

/**
 * A statement of ours as the lexer sees it: where it begins and ends, and where its query lies.
 *
 * @param source the text as given
 * @param begin index of the first word
 * @param end index after the last character that is neither blank nor the closing {@code ;}
 * @param masked text for the grammar, each character at its index in {@code source}: comments, line
 *     breaks and the insides of literals and names are blanked, the query is a single {@code ?}
 * @param as the word before the query; null where there is none
 * @param query the query's lexemes without comments; empty for {@code AS TABLE} and where none
 * @param parameters indexes of the {@code ?} outside of the query, in order; in {@code masked} they
 *     stand as they are
 */
public record StatementOutline(
    String source,
    int begin,
    int end,
    String masked,
    Lexeme as,
    List<Lexeme> query,
    List<Integer> parameters) {
  public StatementOutline {
    query = List.copyOf(query);
    parameters = List.copyOf(parameters);
  }

  /** Index of the first {@code ?} in the query; -1 where there is none. */
  public int markInQuery() {
    return query.stream()
        .filter(l -> l.kind() == Lexeme.Kind.OTHER && source.charAt(l.start()) == '?')
        .mapToInt(Lexeme::start)
        .findFirst()
        .orElse(-1);
  }
}
