package dev.backfeed.parser.command;

/** {@code MODE …} of a sync. */
public enum Mode {
  /** Create what is new, update what changed. */
  UPSERT,
  /** Upsert, and delete what left the query. */
  MIRROR
}
