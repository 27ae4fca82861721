package dev.backfeed.parser.command;

/** Which rows {@code SYNC NOW} is about. */
public enum Scope {
  /** Those that differ from what the destination holds. */
  CHANGES,
  /** {@code FULL}: every row. */
  FULL,
  /** {@code RETRY}: those that an earlier run left over: failed, given up or deferred. */
  RETRY,
  /** {@code REPAIR}: those that VERIFY found to differ or miss. */
  REPAIR
}
