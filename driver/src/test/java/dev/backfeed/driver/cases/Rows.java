package dev.backfeed.driver.cases;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A result as a case expects it: one line a row, values divided by {@code |}. What differs from run
 * to run is replaced: run ids, times of our own tables, durations.
 */
final class Rows {
  static final Pattern ULID = Pattern.compile("\\b0[0-9a-hjkmnp-tv-z]{25}\\b");

  private Rows() {}

  /**
   * Reads the rest of a result.
   *
   * @param labels the columns wanted, in order; empty for all
   */
  static List<String> lines(ResultSet rows, List<String> labels) throws SQLException {
    List<Integer> columns = columns(rows, labels);
    List<String> lines = new ArrayList<>();
    while (rows.next()) {
      List<String> values = new ArrayList<>();
      for (int column : columns) {
        values.add(value(rows, column));
      }
      lines.add(String.join(" | ", values).stripTrailing());
    }
    return lines;
  }

  /** Text without what differs from run to run. */
  static String stable(String text) {
    return ULID.matcher(text).replaceAll("<ulid>");
  }

  private static List<Integer> columns(ResultSet rows, List<String> labels) throws SQLException {
    List<Integer> columns = new ArrayList<>();
    if (labels.isEmpty()) {
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        columns.add(i);
      }
    }
    for (String label : labels) {
      columns.add(rows.findColumn(label));
    }
    return columns;
  }

  private static String value(ResultSet rows, int column) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    Object value = rows.getObject(column);
    if (value == null) {
      return "NULL";
    }
    String label = meta.getColumnLabel(column).toLowerCase(Locale.ROOT);
    if (label.endsWith("_at")) {
      return "<time>";
    }
    if (label.endsWith("_ms")) {
      return "<ms>";
    }
    return stable(text(rows, column, meta.getColumnType(column), value)).replace("\n", "\\n");
  }

  /** Warehouses print decimals and booleans each in its own way. */
  private static String text(ResultSet rows, int column, int type, Object value)
      throws SQLException {
    if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros().toPlainString();
    }
    return type == Types.BIT || type == Types.BOOLEAN ? value.toString() : rows.getString(column);
  }
}
