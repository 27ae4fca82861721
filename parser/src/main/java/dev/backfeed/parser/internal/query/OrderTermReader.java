package dev.backfeed.parser.internal.query;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Query.OrderTerm;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.List;
import java.util.Optional;

/** Reads one term: an expression, then {@code ASC|DESC}, then {@code NULLS FIRST|LAST}. */
final class OrderTermReader {
  private final String source;
  private final Lexicon lexicon;
  private final TextPositions positions;

  OrderTermReader(String source, Lexicon lexicon, TextPositions positions) {
    this.source = source;
    this.lexicon = lexicon;
    this.positions = positions;
  }

  /** The term that these lexemes, one or more, make. */
  OrderTerm read(List<Lexeme> term) {
    int size = term.size();
    Optional<Boolean> nullsFirst = Optional.empty();
    if (size > 2 && term.get(size - 2).word(source, "NULLS")) {
      boolean first = term.get(size - 1).word(source, "FIRST");
      if (first || term.get(size - 1).word(source, "LAST")) {
        nullsFirst = Optional.of(first);
        size -= 2;
      }
    }
    boolean descending = size > 1 && term.get(size - 1).word(source, "DESC");
    if (descending || (size > 1 && term.get(size - 1).word(source, "ASC"))) {
      size--;
    }
    return expression(term.subList(0, size), descending, nullsFirst);
  }

  private OrderTerm expression(
      List<Lexeme> lexemes, boolean descending, Optional<Boolean> nullsFirst) {
    Lexeme first = lexemes.get(0);
    String text = source.substring(first.start(), lexemes.get(lexemes.size() - 1).end());
    boolean column = lexemes.size() == 1 && isColumn(first);
    return new OrderTerm(
        column && first.kind() == Kind.NAME ? unquoted(text) : text,
        column,
        descending,
        nullsFirst,
        positions.at(first.start()));
  }

  /** {@code ORDER BY ALL} is no column; one of that name needs quotes wherever ALL means this. */
  private boolean isColumn(Lexeme lexeme) {
    return lexeme.kind() == Kind.NAME
        || (lexeme.kind() == Kind.WORD && !lexeme.word(source, "ALL"));
  }

  private String unquoted(String text) {
    String quote = text.substring(0, 1);
    String inner = text.substring(1, text.length() - 1);
    return lexicon.has(Lexicon.Rule.TRIPLE_QUOTES)
        ? inner.replace("\\" + quote, quote).replace("\\\\", "\\")
        : inner.replace(quote + quote, quote);
  }
}
