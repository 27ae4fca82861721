package dev.backfeed.parser.internal.lexer;

/**
 * One word, literal, comment or sign of a text.
 *
 * @param kind what it is
 * @param start index of its first UTF-16 unit
 * @param end index after its last
 */
public record Lexeme(Kind kind, int start, int end) {
  /** What a lexeme is. */
  public enum Kind {
    SPACE,
    COMMENT,
    WORD,
    NUMBER,
    STRING,
    /** A name in quotes. */
    NAME,
    OPEN,
    CLOSE,
    COMMA,
    DOT,
    SEMICOLON,
    OTHER,
    /** A literal or comment whose end is missing; reaches to the end of the text. */
    UNCLOSED,
    /** After the last character. */
    END
  }

  /** Whether it is blank or a comment. */
  public boolean trivia() {
    return kind == Kind.SPACE || kind == Kind.COMMENT;
  }

  /** Whether it is this unquoted word, in any case. */
  public boolean word(String text, String word) {
    return kind == Kind.WORD && is(text, start, end, word);
  }

  /** Whether a word of ASCII letters stands there; {@code \u017F}, a long s, is none of them. */
  static boolean is(String text, int start, int end, String word) {
    boolean same = end - start == word.length();
    for (int i = 0; same && i < word.length(); i++) {
      int c = text.charAt(start + i);
      same = c < 0x80 && (c & ~0x20) == (word.charAt(i) & ~0x20);
    }
    return same;
  }

  /** Its characters. */
  public String in(String text) {
    return text.substring(start, end);
  }
}
