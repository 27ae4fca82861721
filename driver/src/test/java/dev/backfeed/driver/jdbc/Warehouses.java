package dev.backfeed.driver.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;

/** The real databases that the tests of this module run on. */
public enum Warehouses {
  DUCKDB {
    @Override
    public String url() {
      return "jdbc:duckdb:";
    }
  },
  POSTGRESQL {
    @Override
    public String url() {
      return Server.URL;
    }
  };

  /** The inner URL; on DuckDB each connection to it is a database of its own. */
  public abstract String url();

  /** The same through this driver. */
  public String ours() {
    return BackfeedUrl.outer(url());
  }

  /** An empty database's URL through this driver; on DuckDB a file in {@code folder}. */
  public String fresh(Path folder) throws SQLException {
    String name = "fresh_" + UUID.randomUUID().toString().replace("-", "");
    if (this == DUCKDB) {
      return "jdbc:backfeed:duckdb:" + folder.resolve(name + ".duckdb");
    }
    try (Connection admin = inner();
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " STRATEGY = FILE_COPY");
    }
    return ours().replaceFirst("/postgres\\?", "/" + name + "?");
  }

  Connection inner() throws SQLException {
    return DriverManager.getConnection(url());
  }

  /** Our connection over a side that the test scripts. */
  static Connection wrap(Connection inner, ScriptedSide side) {
    return ConnectionFace.open(
        inner,
        side,
        dev.backfeed.engine.RunListener.NONE,
        false,
        true,
        dev.backfeed.engine.Trigger.MANUAL);
  }

  ScriptedSide side(Connection inner) throws SQLException {
    return new ScriptedSide(
        new EngineSide(
            inner,
            url(),
            ConnectionSettings.of(java.util.Map.of(), new Properties(), name -> null)));
  }

  /** One server for the whole test run; it ends with the JVM. */
  private static final class Server {
    static final String URL = start();

    private static String start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        return server.getJdbcUrl("postgres", "postgres");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void stop(EmbeddedPostgres server) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
