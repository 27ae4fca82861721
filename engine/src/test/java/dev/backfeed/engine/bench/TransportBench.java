package dev.backfeed.engine.bench;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.spi.LogRow;
import dev.backfeed.engine.warehouse.Dialects;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What crosses the connection: how much is read for how many changes, how many answers a second are
 * loaded, how many rows a second a whole run carries to a destination that costs nothing. {@code
 * -Dbench.transport.rows=…} (200,000).
 */
@Tag("bench")
class TransportBench {
  private static final int ROWS = Integer.getInteger("bench.transport.rows", 200_000);

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void readsFollowChanges(String warehouse) throws SQLException {
    JdbcReads reads = new JdbcReads();
    try (EngineFixture engine =
        EngineFixture.watched(TestWarehouse.named(warehouse), reads::watch)) {
      BenchModel model = new BenchModel(engine, warehouse, ROWS);
      model.create();
      model.baseline();
      engine.run(BenchModel.RUN);
      StringBuilder table =
          new StringBuilder("| changes, " + warehouse + " | read |\n| --- | --- |");
      for (int changes : new int[] {0, ROWS / 1000, ROWS / 100}) {
        if (changes > 0) {
          model.change(changes);
        }
        reads.take();
        engine.run(BenchModel.RUN);
        table.append("\n| ").append(changes).append(" | ").append(reads.take()).append(" |");
      }
      print(table.append('\n').toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void answersAndWholeRuns(String warehouse) throws SQLException {
    TestWarehouse lying = TestWarehouse.named(warehouse);
    try (EngineFixture engine = EngineFixture.on(lying)) {
      BenchModel model = new BenchModel(engine, warehouse, ROWS);
      model.create();
      model.baseline();
      engine.ours("RESET SYNC customers");
      long began = System.nanoTime();
      engine.run(BenchModel.RUN);
      print(warehouse + ": first run, whole engine " + rate(began) + " rows/s");
      List<LogRow> rows = LongStream.rangeClosed(1, ROWS).mapToObj(TransportBench::answer).toList();
      began = System.nanoTime();
      load(engine.connection(), rows);
      print(warehouse + ": answers into sync_log " + rate(began) + " rows/s");
    }
  }

  private static void load(Connection connection, List<LogRow> rows) throws SQLException {
    String database = "";
    try (var statement = connection.createStatement()) {
      var names = statement.executeQuery("SELECT current_database()");
      names.next();
      database = names.getString(1);
    }
    connection.setAutoCommit(false);
    Dialects.of(connection).loadLog(connection, database, "backfeed", rows);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static LogRow answer(long seq) {
    return new LogRow(
        "bench",
        "customers",
        "cust_" + seq,
        "changed",
        "updated",
        "{\"mrr\":[1.50,2.50]}",
        "rec-" + seq,
        null,
        null,
        null,
        1,
        OffsetDateTime.parse("2026-01-02T03:04:05Z"),
        seq,
        1,
        null);
  }

  private static long rate(long began) {
    return Math.round(ROWS / ((System.nanoTime() - began) / 1e9));
  }

  private static void print(String text) {
    System.out.println("\n" + text);
  }
}
