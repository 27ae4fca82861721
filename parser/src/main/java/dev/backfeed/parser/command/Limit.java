package dev.backfeed.parser.command;

/**
 * {@code LIMIT REMOVALS TO 20 PERCENT}: a guard over which nothing is sent, or, for failures,
 * nothing more.
 *
 * @param subject what is counted
 * @param amount rows, or percent of the rows in the state, of failures percent of the answers; not
 *     negative
 * @param unit how {@code amount} is meant
 */
public record Limit(Subject subject, long amount, Unit unit) {
  /** What a limit counts. */
  public enum Subject {
    /** Rows to be added or changed. */
    CHANGES,
    /** Rows to be removed. */
    REMOVALS,
    /** Rows that failed. */
    FAILURES
  }

  /** How the amount of a limit is meant. */
  public enum Unit {
    ROWS,
    PERCENT
  }

  @Override
  public String toString() {
    return "LIMIT " + subject + " TO " + amount + " " + unit;
  }
}
