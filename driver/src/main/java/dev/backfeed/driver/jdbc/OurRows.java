package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A result of ours: rows in memory, read-only, scrollable. Its methods are listed in {@link
 * RowsCalls}.
 */
final class OurRows {
  /** What is to be done once the rows are closed. */
  @FunctionalInterface
  interface OnClose {
    void closed() throws SQLException;
  }

  private final Shape shape;
  private final List<List<Object>> rows;
  private final Statement statement;
  private final OnClose onClose;
  private final RowCursor cursor;
  private boolean wasNull;
  private boolean closed;

  private OurRows(Shape shape, List<List<Object>> rows, Statement statement, OnClose onClose) {
    this.shape = shape;
    this.rows = rows;
    this.statement = statement;
    this.onClose = onClose;
    this.cursor = new RowCursor(rows.size());
  }

  static ResultSet open(
      Shape shape, List<List<Object>> rows, Statement statement, OnClose onClose) {
    return JdbcProxy.of(
        ResultSet.class, null, new OurRows(shape, rows, statement, onClose), RowsCalls.TABLE);
  }

  /** A result without columns and rows. */
  static ResultSet empty(Statement statement) {
    return open(Shape.UPDATE_COUNT, List.of(), statement, () -> {});
  }

  Statement statement() {
    return statement;
  }

  RowCursor cursor() throws SQLException {
    requireOpen();
    return cursor;
  }

  ResultSetMetaData metaData() throws SQLException {
    requireOpen();
    return OurColumns.of(shape, rows);
  }

  boolean wasNull() {
    return wasNull;
  }

  boolean isClosed() throws SQLException {
    return closed || statement.isClosed();
  }

  void close() throws SQLException {
    if (!closed) {
      closed = true;
      onClose.closed();
    }
  }

  /** The number of a column, from 1, by its label in any case. */
  int find(String label) throws SQLException {
    requireOpen();
    List<Shape.Column> columns = shape.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).label().equalsIgnoreCase(label)) {
        return i + 1;
      }
    }
    throw new StatementException(
        SqlState.UNDEFINED_COLUMN,
        columns.stream()
            .map(Shape.Column::label)
            .collect(Collectors.joining(", ", "no column \"" + label + "\": the result has ", "")));
  }

  /**
   * The value under the cursor.
   *
   * @param column a number from 1 or a label
   * @param type a wrapper or class; null for the column's own
   */
  Object value(Object column, Class<?> type) throws SQLException {
    requireOpen();
    int number = column instanceof String label ? find(label) : (Integer) column;
    Object value = rows.get(cursor.current()).get(OurColumns.checked(number, shape));
    wasNull = value == null;
    return value == null || type == null ? value : Cell.as(value, type);
  }

  /**
   * A fact about a result that must not be closed to be asked for it.
   *
   * @throws SQLException {@code 55000} if it, its statement or its connection is
   */
  <T> T open(T fact) throws SQLException {
    requireOpen();
    return fact;
  }

  private void requireOpen() throws SQLException {
    if (isClosed()) {
      throw Refusal.closed("this result");
    }
  }

  /** The getters: what type each reads, and what it gives for null. */
  static final Map<String, Class<?>> GETTERS =
      Map.ofEntries(
          Map.entry("getString", String.class),
          Map.entry("getNString", String.class),
          Map.entry("getBoolean", Boolean.class),
          Map.entry("getByte", Byte.class),
          Map.entry("getShort", Short.class),
          Map.entry("getInt", Integer.class),
          Map.entry("getLong", Long.class),
          Map.entry("getFloat", Float.class),
          Map.entry("getDouble", Double.class),
          Map.entry("getDate", Date.class),
          Map.entry("getTime", Time.class),
          Map.entry("getTimestamp", Timestamp.class));

  /** {@code getBigDecimal}, with the scale that its deprecated form asks for. */
  Object decimal(Object[] args) throws SQLException {
    BigDecimal value = (BigDecimal) value(args[0], BigDecimal.class);
    return value == null || args.length == 1
        ? value
        : value.setScale((Integer) args[1], RoundingMode.HALF_UP);
  }
}
