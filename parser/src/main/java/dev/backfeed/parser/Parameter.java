package dev.backfeed.parser;

import dev.backfeed.parser.command.Position;

/**
 * One {@code ?} of a prepared statement.
 *
 * @param kind what it stands for
 * @param position where it stands
 */
public record Parameter(Kind kind, Position position) {
  /** What a value may be, as the place in the statement wants it. */
  public enum Kind {
    /** A String: the name of a sync or a destination, as between quotes. */
    NAME("the name of a sync or a destination"),
    /** A String. */
    TEXT("a string"),
    /** An integer from 0, or a String of digits. */
    WHOLE("a whole number"),
    /** The value of an option: a String, a number or a Boolean. */
    ANY("a string, a number or a boolean");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** The kind in an error's words. */
    public String words() {
      return words;
    }
  }
}
