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
 * The texts that {@code addBatch} has collected. A batch is all ours or all the warehouse's: the
 * inner driver keeps its own part, and one order over both could not be kept.
 */
final class OurBatch {
  private final List<String> ours = new ArrayList<>();
  private boolean foreign;

  void addOurs(String sql) throws SQLException {
    if (foreign) {
      throw mixed();
    }
    ours.add(sql);
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

  /** Our texts, which are forgotten here. */
  List<String> take() {
    List<String> taken = List.copyOf(ours);
    clear();
    return taken;
  }

  /**
   * Runs texts of ours one by one.
   *
   * @throws BatchUpdateException at the first that fails, with the counts of those before
   */
  static long[] run(StatementFace face, List<String> texts) throws SQLException {
    long[] counts = new long[texts.size()];
    for (int i = 0; i < counts.length; i++) {
      try {
        Command command = face.parse(texts.get(i));
        counts[i] = face.update(command);
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
