package dev.backfeed.parser.internal;

import dev.backfeed.parser.command.Position;

/**
 * Lines and columns of a text. A line ends with {@code \n}, {@code \r\n} or {@code \r}. Asked for
 * ascending indexes it reads the text once in all. Not thread-safe.
 */
public final class TextPositions {
  private final String text;
  private int index;
  private int line = 1;
  private int lineStart;

  /** For one text, given whole. */
  public TextPositions(String text) {
    this.text = text;
  }

  /** The place of the character at {@code offset}, or behind the last one. */
  public Position at(int offset) {
    if (offset < index) {
      index = 0;
      line = 1;
      lineStart = 0;
    }
    for (; index < offset; index++) {
      char c = text.charAt(index);
      boolean lineFeedFollows =
          c == '\r' && index + 1 < text.length() && text.charAt(index + 1) == '\n';
      if (c == '\n' || (c == '\r' && !lineFeedFollows)) {
        line++;
        lineStart = index + 1;
      }
    }
    return new Position(line, offset - lineStart + 1);
  }
}
