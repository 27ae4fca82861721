package dev.backfeed.engine;

import dev.backfeed.parser.command.Shape;
import java.sql.SQLWarning;
import java.util.List;

/**
 * What a statement gave.
 *
 * @param shape its columns
 * @param rows one list a row, as long as the shape has columns, of {@code String}, {@code Long},
 *     {@code Boolean}, {@code java.time.OffsetDateTime} (in UTC) or null; empty for an update count
 * @param updateCount rows touched; for SYNC NOW the rows acknowledged
 * @param warnings in the order they came up
 */
public record Result(
    Shape shape, List<List<Object>> rows, long updateCount, List<SQLWarning> warnings) {
  public Result {
    warnings = List.copyOf(warnings);
  }

  /** A statement that gives a count. */
  public static Result count(long updateCount) {
    return new Result(Shape.UPDATE_COUNT, List.of(), updateCount, List.of());
  }

  /** A statement that gives rows. */
  public static Result rows(Shape shape, List<List<Object>> rows) {
    return new Result(shape, rows, 0, List.of());
  }
}
