package dev.backfeed.parser.internal;

import dev.backfeed.parser.internal.lexer.Lexeme;
import java.util.List;
import java.util.stream.Stream;

/**
 * A statement of ours as the lexer sees it: where it begins and ends, and where the warehouse's SQL
 * in it lies.
 *
 * @param source the text as given
 * @param begin index of the first word
 * @param end index after the last character that is neither blank nor the closing {@code ;}
 * @param masked text for the grammar, each character at its index in {@code source}: comments, line
 *     breaks and the insides of literals and names are blanked; the query and each part are a
 *     single {@code ?}
 * @param as the word before the query; null where there is none
 * @param query the query's lexemes without comments; empty for {@code AS TABLE} and where none
 * @param parts the warehouse's SQL inside of clauses, in order; those that hold nothing left out
 * @param parameters indexes of the {@code ?} outside of the warehouse's SQL, in order; in {@code
 *     masked} they stand as they are
 */
public record StatementOutline(
    String source,
    int begin,
    int end,
    String masked,
    Lexeme as,
    List<Lexeme> query,
    List<Part> parts,
    List<Integer> parameters) {
  public StatementOutline {
    query = List.copyOf(query);
    parts = List.copyOf(parts);
    parameters = List.copyOf(parameters);
  }

  /**
   * SQL of the warehouse in parentheses of ours.
   *
   * @param start index after the blanks behind {@code (}
   * @param end index before the blanks in front of {@code )}
   * @param lexemes those in between, comments left out; at least one
   */
  public record Part(int start, int end, List<Lexeme> lexemes) {
    public Part {
      lexemes = List.copyOf(lexemes);
    }

    /** Where its mark stands. */
    public int mark() {
      return lexemes.get(0).start();
    }
  }

  /** All lexemes of the warehouse's, in order. */
  public Stream<Lexeme> verbatim() {
    return Stream.concat(parts.stream().flatMap(part -> part.lexemes().stream()), query.stream());
  }

  /** Index of the first {@code ?} of the warehouse's; -1 where there is none. */
  public int markInVerbatim() {
    return verbatim()
        .filter(l -> l.kind() == Lexeme.Kind.OTHER && source.charAt(l.start()) == '?')
        .mapToInt(Lexeme::start)
        .findFirst()
        .orElse(-1);
  }
}
