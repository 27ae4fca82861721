package dev.backfeed.parser.command;

/** {@code MODE …} of a sync. */
public enum Mode {
  /** Create what is new, update what changed. */
  UPSERT,
  /** Update only; what is not there is skipped. */
  UPDATE,
  /** Create only; what is there is skipped. */
  INSERT,
  /** Upsert, and delete what left the query. */
  MIRROR,
  /** Each key is sent once, for ever. */
  APPEND,
  /** Each version of each key is sent once. */
  APPEND_CHANGES,
  /** A row is membership of the object: added joins, removed leaves. */
  MEMBERS,
  /** The object becomes the query's result. */
  REPLACE;

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
