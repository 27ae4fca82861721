package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/** Where a scrollable result stands: 0 before the first row, rows count from 1. */
final class RowCursor {
  private final int count;
  private int row;

  RowCursor(int count) {
    this.count = count;
  }

  /**
   * The index of the present row, from 0.
   *
   * @throws SQLException {@code 24000} if there is none
   */
  int current() throws SQLException {
    if (!onRow()) {
      throw new StatementException(
          SqlState.INVALID_CURSOR_STATE,
          row == 0
              ? "the result stands before its first row: call next() first"
              : "the result stands behind its last row");
    }
    return row - 1;
  }

  /** Moves to a row; a negative number counts from the end. False if there is none. */
  boolean absolute(int target) {
    return to(target >= 0 ? target : count + 1L + target);
  }

  boolean relative(int rows) {
    return to((long) row + rows);
  }

  void beforeFirst() {
    row = 0;
  }

  void afterLast() {
    row = count + 1;
  }

  /** The present row's number, 0 if there is none. */
  int number() {
    return onRow() ? row : 0;
  }

  boolean isBeforeFirst() {
    return row == 0 && count > 0;
  }

  boolean isAfterLast() {
    return row > count && count > 0;
  }

  boolean isFirst() {
    return row == 1 && count > 0;
  }

  boolean isLast() {
    return row == count && count > 0;
  }

  private boolean to(long target) {
    row = (int) Math.max(0, Math.min(target, count + 1L));
    return onRow();
  }

  private boolean onRow() {
    return row >= 1 && row <= count;
  }
}
