package dev.backfeed.driver.bench;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor of a PostgreSQL table as destination: batched upserts of generated rows, a transaction
 * a batch, as many connections as threads. Arguments: URL, rows, rows a batch, threads.
 */
final class UpsertLoop {
  private static final String UPSERT =
      "INSERT INTO people (id, name, email, score, tier, active, since, segment, points, note)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name ="
          + " EXCLUDED.name, email = EXCLUDED.email, score = EXCLUDED.score, tier = EXCLUDED.tier,"
          + " active = EXCLUDED.active, since = EXCLUDED.since, segment = EXCLUDED.segment, points"
          + " = EXCLUDED.points, note = EXCLUDED.note";

  private UpsertLoop() {}

  public static void main(String[] arguments) throws Exception {
    long rows = Long.parseLong(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    long started = System.nanoTime();
    AtomicLong next = new AtomicLong();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      done.add(
          executor.submit(
              () -> {
                write(arguments[0], rows, batch, next);
                return null;
              }));
    }
    for (Future<?> thread : done) {
      thread.get();
    }
    Measured.print(started);
    System.exit(0);
  }

  private static void write(String url, long rows, int batch, AtomicLong next) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      connection.setAutoCommit(false);
      for (long from = next.getAndAdd(batch); from < rows; from = next.getAndAdd(batch)) {
        for (long id = from; id < Math.min(rows, from + batch); id++) {
          bind(statement, id);
          statement.addBatch();
        }
        statement.executeBatch();
        connection.commit();
      }
    }
  }

  private static void bind(PreparedStatement statement, long id) throws SQLException {
    statement.setLong(1, id);
    statement.setString(2, "Person number " + id);
    statement.setString(3, "person" + id + "@example.com");
    statement.setBigDecimal(4, BigDecimal.valueOf(id * 7919 % 100_000, 2));
    statement.setLong(5, id % 5);
    statement.setBoolean(6, id % 3 == 0);
    statement.setDate(7, Date.valueOf(LocalDate.of(2024, 1, 1).plusDays(id % 700)));
    statement.setString(8, "segment " + id % 97);
    statement.setLong(9, id * 13 % 1_000_003);
    statement.setString(10, id % 4 == 0 ? null : "note " + id);
  }
}
