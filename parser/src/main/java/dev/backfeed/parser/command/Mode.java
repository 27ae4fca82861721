package dev.backfeed.parser.command;

/** {@code MODE …} of a sync. */
public enum Mode {
  /** Create what is new, update what changed. */
  UPSERT,
  /** Upsert, and delete what left the query. */
  MIRROR,
  /** Each key is sent once, for ever. */
  APPEND,
  /** Each version of each key is sent once. */
  APPEND_CHANGES;

  /** Whether rows are only ever added at the destination. */
  public boolean appends() {
    return this == APPEND || this == APPEND_CHANGES;
  }

  /** As it is written. */
  @Override
  public String toString() {
    return name().replace('_', ' ');
  }
}
