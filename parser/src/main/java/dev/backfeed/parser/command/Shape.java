package dev.backfeed.parser.command;

import java.util.List;

/**
 * The result columns of a statement, known without running it.
 *
 * @param columns empty for a statement that gives an update count
 */
public record Shape(List<Column> columns) {
  /** The shape of a statement that gives an update count. */
  public static final Shape UPDATE_COUNT = new Shape(List.of());

  public Shape {
    columns = List.copyOf(columns);
  }

  /** The types that our own results use. */
  public enum Type {
    VARCHAR,
    BIGINT,
    BOOLEAN,
    TIMESTAMP
  }

  /**
   * One result column.
   *
   * @param label lower case on every warehouse
   * @param type what {@code ResultSetMetaData} says of it
   */
  public record Column(String label, Type type) {}

  /** Whether the statement returns rows. */
  public boolean hasRows() {
    return !columns.isEmpty();
  }

  static Shape of(Object... labelsAndTypes) {
    java.util.ArrayList<Column> columns = new java.util.ArrayList<>();
    for (int i = 0; i < labelsAndTypes.length; i += 2) {
      columns.add(new Column((String) labelsAndTypes[i], (Type) labelsAndTypes[i + 1]));
    }
    return new Shape(columns);
  }

  static Shape texts(String... labels) {
    return new Shape(
        java.util.Arrays.stream(labels).map(l -> new Column(l, Type.VARCHAR)).toList());
  }
}
