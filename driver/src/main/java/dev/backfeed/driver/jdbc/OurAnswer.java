package dev.backfeed.driver.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;

/**
 * What a Statement has to say after a statement of ours: rows or a count, until the caller moves on
 * with {@code getMoreResults}, and warnings.
 */
final class OurAnswer {
  private static final long NONE = -1;

  private ResultSet rows;
  private long count;
  private SQLWarning warnings;

  private OurAnswer(ResultSet rows, long count, SQLWarning warnings) {
    this.rows = rows;
    this.count = count;
    this.warnings = warnings;
  }

  static OurAnswer rows(ResultSet rows, List<SQLWarning> warnings) {
    return new OurAnswer(rows, NONE, chain(warnings));
  }

  static OurAnswer count(long count, List<SQLWarning> warnings) {
    return new OurAnswer(null, count, chain(warnings));
  }

  /** After an error, or after the last result. */
  static OurAnswer nothing() {
    return new OurAnswer(null, NONE, null);
  }

  ResultSet rows() {
    return rows;
  }

  /** The update count, or -1. */
  long count() {
    return count;
  }

  SQLWarning warnings() {
    return warnings;
  }

  void clearWarnings() {
    warnings = null;
  }

  /**
   * Moves on: a statement of ours has one result only.
   *
   * @param keepRows whether the rows stay readable
   */
  void next(boolean keepRows) throws SQLException {
    if (rows != null && !keepRows) {
      rows.close();
    }
    rows = null;
    count = NONE;
  }

  /** Closes what is open. */
  void close() throws SQLException {
    next(false);
  }

  private static SQLWarning chain(List<SQLWarning> warnings) {
    SQLWarning first = null;
    for (SQLWarning warning : warnings) {
      if (first == null) {
        first = warning;
      } else {
        first.setNextWarning(warning);
      }
    }
    return first;
  }
}
