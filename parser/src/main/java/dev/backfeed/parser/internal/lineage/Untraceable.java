package dev.backfeed.parser.internal.lineage;

/** A query, or one of its parts, that cannot be traced; the message says why in a few words. */
final class Untraceable extends Exception {
  private static final long serialVersionUID = 1L;

  Untraceable(String why) {
    super(why, null, false, false);
  }
}
