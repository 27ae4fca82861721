package dev.backfeed.parser.internal.lexer;

/**
 * Where literals and comments end. All methods take the index of the opening and give the index
 * after the closing, or {@link #NONE} where nothing closes it. Shared by the lexer and by {@link
 * StatementHead}, so that both always agree.
 */
final class Endings {
  static final int NONE = -1;

  private Endings() {}

  /** A comment that ends with its line; the line break does not belong to it. */
  static int line(String text, int start) {
    int i = start;
    while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
      i++;
    }
    return i;
  }

  static int block(String text, int start, boolean nested) {
    int depth = 1;
    for (int i = start + 2; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '*' && text.charAt(i + 1) == '/') {
        i++;
        if (--depth == 0) {
          return i + 1;
        }
      } else if (nested && text.charAt(i) == '/' && text.charAt(i + 1) == '*') {
        i++;
        depth++;
      }
    }
    return NONE;
  }

  /**
   * A literal between single characters, in which the doubled quote stands for itself.
   *
   * @param open index of the opening quote
   * @param backslash whether a backslash takes the next character with it
   */
  static int quoted(String text, int open, boolean backslash) {
    char quote = text.charAt(open);
    for (int i = open + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && backslash) {
        i++;
      } else if (c == quote) {
        if (i + 1 == text.length() || text.charAt(i + 1) != quote) {
          return i + 1;
        }
        i++;
      }
    }
    return NONE;
  }

  /**
   * Where a string goes on that has ended at {@code end}: index of the quote behind blanks and line
   * comments among which a line ends.
   */
  static int continuation(String text, int end) {
    boolean lineEnded = false;
    for (int i = end; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' && lineEnded) {
        return i;
      } else if (text.startsWith("--", i)) {
        i = line(text, i) - 1;
      } else if (c != ' ' && (c < '\t' || c > '\r')) {
        return NONE;
      }
      lineEnded |= c == '\n' || c == '\r';
    }
    return NONE;
  }

  /** A literal between three quotes each. */
  static int triple(String text, int open) {
    String closing = text.substring(open, open + 3);
    for (int i = open + 3; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.startsWith(closing, i)) {
        return i + 3;
      }
    }
    return NONE;
  }

  /** A literal between two equal texts with nothing special in it: {@code $tag$…$tag$}. */
  static int between(String text, int open, String delimiter) {
    int closing = text.indexOf(delimiter, open + delimiter.length());
    return closing < 0 ? NONE : closing + delimiter.length();
  }
}
