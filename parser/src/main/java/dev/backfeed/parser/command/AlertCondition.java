package dev.backfeed.parser.command;

import java.util.Optional;

/**
 * One condition of a {@code CREATE SYNC ALERT … WHEN}.
 *
 * @param kind what is looked at
 * @param amount the number behind AFTER, OVER or BY; 0 where the condition has none
 * @param unit of AFTER; empty otherwise
 * @param rows the number behind ABOVE; 0 otherwise
 * @param position where the condition began in the user's text
 */
public record AlertCondition(
    Kind kind, long amount, Optional<Unit> unit, long rows, Position position) {
  /** What is looked at. */
  public enum Kind {
    FAILED,
    BLOCKED,
    STALE,
    FAILURES,
    ROWS_CHANGED,
    QUOTA,
    DEFINITION_CHANGED,
    DIFFERENCES
  }

  /** The unit of {@code STALE AFTER}. */
  public enum Unit {
    MINUTES,
    HOURS,
    DAYS
  }

  /** A condition that is two words or one, without a number. */
  public static AlertCondition plain(Kind kind, Position position) {
    return new AlertCondition(kind, 0, Optional.empty(), 0, position);
  }

  /** A condition about a percentage. */
  public static AlertCondition over(Kind kind, long percent, Position position) {
    return new AlertCondition(kind, percent, Optional.empty(), 0, position);
  }

  /** {@code STALE AFTER n unit}. */
  public static AlertCondition stale(long n, Unit unit, Position position) {
    return new AlertCondition(Kind.STALE, n, Optional.of(unit), 0, position);
  }

  /** {@code ROWS CHANGED BY n PERCENT ABOVE m ROWS}. */
  public static AlertCondition rowsChanged(long percent, long rows, Position position) {
    return new AlertCondition(Kind.ROWS_CHANGED, percent, Optional.empty(), rows, position);
  }

  /** As it is written, in one spelling. */
  @Override
  public String toString() {
    return switch (kind) {
      case FAILED, BLOCKED -> kind.name();
      case DEFINITION_CHANGED -> "DEFINITION CHANGED";
      case STALE -> "STALE AFTER " + amount + ' ' + unit.orElseThrow();
      case FAILURES, QUOTA, DIFFERENCES -> kind + " OVER " + amount + " PERCENT";
      case ROWS_CHANGED -> "ROWS CHANGED BY " + amount + " PERCENT ABOVE " + rows + " ROWS";
    };
  }
}
