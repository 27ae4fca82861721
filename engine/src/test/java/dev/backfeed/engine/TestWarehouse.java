package dev.backfeed.engine;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real, empty warehouse: a DuckDB file or a database of one embedded PostgreSQL server that lives
 * as long as the JVM.
 *
 * @param name as our dialects and lexicons call it
 * @param url of the warehouse's own driver
 */
public record TestWarehouse(String name, String url) {
  private static final String IN_USE = "55006";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** A server with hundreds of databases takes a minute and more to stop and to be cleared away. */
  private static final int MOST_DATABASES = 12;

  private static final Deque<String> DATABASES = new ArrayDeque<>();
  private static EmbeddedPostgres server;

  /** A new one, by name. */
  public static TestWarehouse named(String name) {
    try {
      return name.equals("duckdb") ? duckdb() : postgresql();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestWarehouse duckdb() throws IOException {
    Path folder = Files.createTempDirectory("backfeed");
    Path file = folder.resolve("warehouse.duckdb");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder, file)));
    return new TestWarehouse("duckdb", "jdbc:duckdb:" + file);
  }

  private static void delete(Path folder, Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(Path.of(file + ".wal"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized TestWarehouse postgresql() throws IOException, SQLException {
    if (server == null) {
      server =
          EmbeddedPostgres.builder()
              .setServerConfig("fsync", "off")
              .setServerConfig("synchronous_commit", "off")
              .setServerConfig("full_page_writes", "off")
              .start();
    }
    String database = "t" + NUMBER.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database + " STRATEGY = FILE_COPY");
      DATABASES.add(database);
      if (DATABASES.size() > MOST_DATABASES) {
        dropUnused(statement, DATABASES.remove());
      }
    }
    return new TestWarehouse("postgresql", server.getJdbcUrl("postgres", database));
  }

  /** A database that a test, against expectation, still works with is left alone for good. */
  private static void dropUnused(Statement statement, String database) throws SQLException {
    try {
      statement.execute("DROP DATABASE " + database);
    } catch (SQLException e) {
      if (!e.getSQLState().equals(IN_USE)) {
        throw e;
      }
    }
  }

  /** A connection of the warehouse's own driver. */
  public Connection open() throws SQLException {
    return DriverManager.getConnection(url);
  }
}
