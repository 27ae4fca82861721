package dev.backfeed.driver.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A first sync into a PostgreSQL table against bare batched upserts of the same rows with the same
 * batch and as many connections, both in processes with 256 MB of heap. Interleaved, median of
 * {@code bench.rounds}; {@code bench.rows} sets the size. The floor lets the driver fold a batch
 * into statements of many rows, which makes it faster.
 */
@Tag("bench")
class PostgresSinkBench {
  private static final long ROWS = Long.getLong("bench.rows", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final int BATCH = 500;
  private static final int CONNECTIONS = 4;

  @TempDir Path folder;

  @Test
  void firstSync() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      List<Measured> ours = new ArrayList<>();
      List<Measured> bare = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        emptyTable(server);
        ours.add(engine(server, round));
        emptyTable(server);
        bare.add(
            Children.run(
                "256m",
                UpsertLoop.class,
                List.of(
                    server.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true",
                    Long.toString(ROWS),
                    Integer.toString(BATCH),
                    Integer.toString(CONNECTIONS))));
      }
      System.out.println(Measured.compare("PostgreSQL table", ROWS, ours, bare));
    }
  }

  private static void emptyTable(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS people");
      statement.execute(
          "CREATE TABLE people (id BIGINT PRIMARY KEY, name TEXT, email TEXT, score NUMERIC(18, 2),"
              + " tier BIGINT, active BOOLEAN, since DATE, segment TEXT, points BIGINT, note TEXT)");
      statement.execute("CHECKPOINT");
    }
  }

  private Measured engine(EmbeddedPostgres server, int round) throws Exception {
    Path file = folder.resolve("round" + round + ".duckdb");
    People.create(
        file,
        "TYPE jdbc WITH (url = 'jdbc:postgresql://127.0.0.1:"
            + server.getPort()
            + "/postgres', user = 'postgres', batch_size = "
            + BATCH
            + ", max_concurrency = "
            + CONNECTIONS
            + ")",
        ROWS);
    Measured measured =
        Children.run("256m", SyncProcess.class, List.of("jdbc:backfeed:duckdb:" + file));
    Files.delete(file);
    return measured;
  }
}
