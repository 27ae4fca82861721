package dev.backfeed.driver.shell;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints a result: as a table with aligned columns, or expanded. Widths are taken from the first
 * thousand rows, so that a result of any size can be printed.
 */
final class Table {
  private static final int SAMPLE = 1_000;
  private static final String NULL = "null";

  private final ResultSet rows;
  private final Display display;
  private final List<String> labels = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();

  Table(ResultSet rows, Display display) throws SQLException {
    this.rows = rows;
    this.display = display;
    ResultSetMetaData meta = rows.getMetaData();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      labels.add(meta.getColumnLabel(i));
      types.add(meta.getColumnType(i));
      widths.add(meta.getColumnLabel(i).length());
    }
  }

  /** Prints all rows and says how many there were. */
  long print(PrintStream out) throws SQLException {
    List<List<String>> sample = read();
    measure(sample);
    int width = widths.stream().mapToInt(w -> w + 3).sum() - 1;
    if (display.expands(width)) {
      return expanded(out, sample);
    }
    header(out);
    long count = 0;
    while (!sample.isEmpty()) {
      sample.forEach(row -> line(out, row));
      count += sample.size();
      sample = read();
    }
    return count;
  }

  private List<List<String>> read() throws SQLException {
    List<List<String>> read = new ArrayList<>();
    while (read.size() < SAMPLE && rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 0; i < labels.size(); i++) {
        row.add(value(i));
      }
      read.add(row);
    }
    return read;
  }

  private String value(int index) throws SQLException {
    int type = types.get(index);
    if (type == Types.BOOLEAN || type == Types.BIT) {
      Object value = rows.getObject(index + 1);
      return value == null ? NULL : value.toString();
    }
    String text = rows.getString(index + 1);
    return text == null ? NULL : text;
  }

  private void measure(List<List<String>> sample) {
    for (List<String> row : sample) {
      for (int i = 0; i < row.size(); i++) {
        int widest = lines(row.get(i)).stream().mapToInt(String::length).max().orElse(0);
        widths.set(i, Math.max(widths.get(i), widest));
      }
    }
  }

  private void header(PrintStream out) {
    StringBuilder names = new StringBuilder();
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < labels.size(); i++) {
      names.append(i == 0 ? " " : " | ").append(padded(i, labels.get(i)));
      rule.append(i == 0 ? "" : "+").append("-".repeat(ruled(i, rule.length())));
    }
    out.println(names.toString().stripTrailing());
    out.println(rule);
  }

  /** A last column of long texts is not underlined beyond the page. */
  private int ruled(int column, int before) {
    int whole = widths.get(column) + 2;
    int page = Math.max(display.width() - before, labels.get(column).length() + 2);
    return column == labels.size() - 1 ? Math.min(whole, page) : whole;
  }

  /** A row whose values hold line breaks takes several lines. */
  private void line(PrintStream out, List<String> row) {
    List<List<String>> cells = row.stream().map(this::lines).toList();
    int height = cells.stream().mapToInt(List::size).max().orElse(0);
    height = Math.max(1, height);
    for (int part = 0; part < height; part++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < cells.size(); i++) {
        String cell = part < cells.get(i).size() ? cells.get(i).get(part) : "";
        text.append(i == 0 ? " " : " | ").append(padded(i, cell));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private List<String> lines(String value) {
    return value.lines().map(l -> display.cut(l.replace("\t", "    "))).toList();
  }

  private String padded(int column, String text) {
    String blanks = " ".repeat(Math.max(0, widths.get(column) - text.length()));
    return number(types.get(column)) ? blanks + text : text + blanks;
  }

  private long expanded(PrintStream out, List<List<String>> first) throws SQLException {
    FieldGrid grid = new FieldGrid(labels, display.width());
    long count = 0;
    for (List<List<String>> chunk = first; !chunk.isEmpty(); chunk = read()) {
      for (List<String> row : chunk) {
        count++;
        grid.print(out, count, row);
      }
    }
    return count;
  }

  private static boolean number(int type) {
    return switch (type) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.NUMERIC,
          Types.DECIMAL ->
          true;
      default -> false;
    };
  }
}
