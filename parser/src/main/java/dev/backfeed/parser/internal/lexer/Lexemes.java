package dev.backfeed.parser.internal.lexer;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import org.antlr.v4.runtime.Token;

/**
 * Reads a text lexeme by lexeme. Starts with the warehouse's rules; {@link #clauses} switches to
 * those of our own clauses for what has not been read yet.
 */
public final class Lexemes {
  private final BackfeedLexer lexer;

  /** Reads {@code text} from its beginning. */
  public Lexemes(String text, Lexicon lexicon) {
    lexer = new BackfeedLexer(new Utf16Stream(text));
    lexer.removeErrorListeners();
    lexer.configure(text, lexicon);
  }

  /** Whether what follows is read as one of our clauses. */
  public void clauses(boolean on) {
    lexer.clauses(on);
  }

  /** The next lexeme; at the end of the text {@link Kind#END}, again and again. */
  public Lexeme next() {
    Token token = lexer.nextToken();
    Kind kind = kind(token.getType());
    int end = kind == Kind.END ? token.getStartIndex() : token.getStopIndex() + 1;
    return new Lexeme(kind, token.getStartIndex(), end);
  }

  private static Kind kind(int type) {
    return switch (type) {
      case Token.EOF -> Kind.END;
      case BackfeedLexer.SPACE -> Kind.SPACE;
      case BackfeedLexer.COMMENT -> Kind.COMMENT;
      case BackfeedLexer.WORD -> Kind.WORD;
      case BackfeedLexer.NUMBER -> Kind.NUMBER;
      case BackfeedLexer.STRING -> Kind.STRING;
      case BackfeedLexer.NAME -> Kind.NAME;
      case BackfeedLexer.OPEN -> Kind.OPEN;
      case BackfeedLexer.CLOSE -> Kind.CLOSE;
      case BackfeedLexer.COMMA -> Kind.COMMA;
      case BackfeedLexer.DOT -> Kind.DOT;
      case BackfeedLexer.SEMICOLON -> Kind.SEMICOLON;
      case BackfeedLexer.UNCLOSED -> Kind.UNCLOSED;
      default -> Kind.OTHER;
    };
  }
}
