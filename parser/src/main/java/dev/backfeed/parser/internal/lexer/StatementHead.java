package dev.backfeed.parser.internal.lexer;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Lexicon.Rule;

/**
 * Reads the first words of a statement, by hand and without making objects: it is asked for every
 * statement that passes through the driver, nearly all of which are not ours.
 */
public final class StatementHead {
  private final String text;
  private final Lexicon lexicon;
  private int start;
  private int end;

  private StatementHead(String text, int from, Lexicon lexicon) {
    this.text = text;
    this.lexicon = lexicon;
    this.end = from;
  }

  /** Whether the statement that begins at {@code from} is ours, by its first words. */
  public static boolean isOurs(String text, int from, Lexicon lexicon) {
    StatementHead head = new StatementHead(text, from, lexicon);
    return head.first() && head.ours();
  }

  /** Moves to the first word, behind blanks, comments, stray semicolons and a byte order mark. */
  private boolean first() {
    skipTrivia();
    while (end < text.length() && text.charAt(end) == ';') {
      end++;
      skipTrivia();
    }
    return word();
  }

  private boolean ours() {
    if (is("SYNC")) {
      return next() && is("NOW") && !qualified();
    }
    if (is("VALIDATE")) {
      return next() && (is("CREATE") ? created() : noun());
    }
    if (is("CREATE")) {
      return created();
    }
    if (is("PAUSE") || is("RESUME")) {
      return next() && (!is("ALL") || next()) && noun();
    }
    if (is("SHOW")) {
      return next() && (!is("CREATE") || next()) && noun();
    }
    return verb() && next() && noun();
  }

  private boolean verb() {
    return switch (text.charAt(start) | 0x20) {
      case 'a' -> is("ALTER") || is("APPROVE");
      case 'b' -> is("BASELINE");
      case 'c' -> is("CANCEL");
      case 'd' -> is("DROP") || is("DESCRIBE");
      case 'e' -> is("EXPLAIN") || is("ERASE");
      case 'p' -> is("PREVIEW");
      case 'r' -> is("RESET") || is("REJECT") || is("RESOLVE");
      case 't' -> is("TEST");
      case 'u' -> is("UNDO");
      case 'v' -> is("VERIFY");
      default -> false;
    };
  }

  /** {@code CREATE [OR REPLACE]} and what is made. */
  private boolean created() {
    return next() && (!is("OR") || (next() && is("REPLACE") && next())) && noun();
  }

  private boolean noun() {
    if (is("RUN")) {
      skipTrivia();
      return end < text.length() && text.charAt(end) == '\'';
    }
    return (is("SYNC") || is("SYNCS") || is("DESTINATION") || is("DESTINATIONS")) && !qualified();
  }

  /** A dot makes the word a schema's name: {@code DESCRIBE sync.orders} is the warehouse's. */
  private boolean qualified() {
    skipTrivia();
    return end < text.length() && text.charAt(end) == '.';
  }

  private boolean next() {
    skipTrivia();
    return word();
  }

  private boolean word() {
    start = end;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    return end > start;
  }

  private boolean is(String word) {
    return Lexeme.is(text, start, end, word);
  }

  private void skipTrivia() {
    int after = end;
    while (after != Endings.NONE && after < text.length()) {
      end = after;
      after = afterTrivia(text.charAt(end), end + 1 < text.length() ? text.charAt(end + 1) : '\0');
    }
    end = after == Endings.NONE ? end : after;
  }

  /** Where the blank or comment at {@code end} ends; NONE where there is none. */
  private int afterTrivia(char c, char next) {
    if (isSpace(c)) {
      return end + 1;
    }
    if (c == '/' && next == '*') {
      return Endings.block(text, end, lexicon.has(Rule.NESTED_COMMENTS));
    }
    boolean line =
        (c == '-' && next == '-')
            || (c == '/' && next == '/' && lexicon.has(Rule.SLASH_COMMENTS))
            || (c == '#' && lexicon.has(Rule.HASH_COMMENTS));
    return line ? Endings.line(text, end) : Endings.NONE;
  }

  private static boolean isSpace(char c) {
    return c <= ' '
        ? c == ' ' || (c >= '\t' && c <= '\r')
        : c >= '\u0085'
            && (c == '\u0085'
                || c == '\u200B'
                || c == '\u2060'
                || c == '\uFEFF'
                || Character.isSpaceChar(c));
  }

  private static boolean isWordPart(char c) {
    return c < '\u0080' ? isAsciiWordPart(c) : !isSpace(c);
  }

  private static boolean isAsciiWordPart(char c) {
    int lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  }
}
