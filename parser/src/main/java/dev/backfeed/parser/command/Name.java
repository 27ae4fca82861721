package dev.backfeed.parser.command;

import java.util.Locale;

/**
 * An identifier as the user wrote it, without its quotes.
 *
 * @param text the characters between the quotes, or the bare word
 * @param quoted whether it stood in {@code "…"} or {@code `…`}
 * @param position where it began
 */
public record Name(String text, boolean quoted, Position position) {
  /** The form under which names of syncs, destinations and options are compared. */
  public String folded() {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return text;
  }
}
