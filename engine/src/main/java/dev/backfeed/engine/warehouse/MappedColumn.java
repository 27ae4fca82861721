package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import java.util.List;

/**
 * One column of a query and the field it becomes.
 *
 * @param column the query's output column, as the warehouse names it
 * @param path the destination's field, one segment or a path
 * @param stored the state's column: {@code k1}, {@code f3}; never reused for another field
 * @param type what it is kept as
 */
public record MappedColumn(String column, List<String> path, String stored, ColumnType type) {
  public MappedColumn {
    path = List.copyOf(path);
  }

  /** Whether it is part of the key. */
  public boolean key() {
    return stored.charAt(0) == 'k';
  }

  /** The number in {@link #stored()}. */
  public int number() {
    return Integer.parseInt(stored.substring(1));
  }

  /** The field as shown: segments joined by dots. */
  public String field() {
    return new dev.backfeed.parser.command.FieldName(path, null).text();
  }
}
