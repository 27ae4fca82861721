package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The statements that {@code addBatch} has collected. A batch is all ours or all the warehouse's:
 * the inner driver keeps its own part, and one order over both could not be kept.
 */
final class OurBatch {
  /** One statement of ours; a text is read when its turn has come. */
  @FunctionalInterface
  interface Item {
    Command command() throws SQLException;
  }

  private final List<Item> ours = new ArrayList<>();
  private boolean foreign;

  void addOurs(Item item) throws SQLException {
    if (foreign) {
      throw mixed();
    }
    ours.add(item);
  }

  void addOurs(Command command) throws SQLException {
    addOurs(() -> command);
  }

  void addForeign() throws SQLException {
    if (!ours.isEmpty()) {
      throw mixed();
    }
    foreign = true;
  }

  void clear() {
    ours.clear();
    foreign = false;
  }

  /** Our statements, which are forgotten here. */
  List<Item> take() {
    List<Item> taken = List.copyOf(ours);
    clear();
    return taken;
  }

  /**
   * Runs statements of ours one by one.
   *
   * @throws BatchUpdateException at the first that fails, with the counts of those before
   */
  static long[] run(StatementFace face, List<Item> items) throws SQLException {
    long[] counts = new long[items.size()];
    for (int i = 0; i < counts.length; i++) {
      try {
        counts[i] = face.update(items.get(i).command());
      } catch (SQLException e) {
        throw new BatchUpdateException(
            "statement " + (i + 1) + " of the batch: " + e.getMessage(),
            e.getSQLState(),
            e.getErrorCode(),
            Arrays.copyOf(counts, i),
            e);
      }
    }
    return counts;
  }

  static int[] toInts(long[] counts) {
    return Arrays.stream(counts).mapToInt(c -> (int) Math.min(c, Integer.MAX_VALUE)).toArray();
  }

  private static SQLException mixed() {
    return new StatementException(
        SqlState.INVALID_VALUE,
        "a batch holds statements of the warehouse or of Backfeed, not both: execute the batch"
            + " before adding the others");
  }
}
