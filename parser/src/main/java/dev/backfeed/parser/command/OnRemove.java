package dev.backfeed.parser.command;

/** {@code ON REMOVE …}: what happens at the destination when a row leaves the query. */
public enum OnRemove {
  /** Nothing; the removal is remembered. */
  KEEP,
  /** The record is deleted or archived. */
  DELETE,
  /** The mapped fields become null. */
  CLEAR,
  /** Some fields get fixed values. */
  SET
}
