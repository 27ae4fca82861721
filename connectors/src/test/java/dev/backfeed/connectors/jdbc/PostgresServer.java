package dev.backfeed.connectors.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One PostgreSQL a JVM, a database a test class. {@code guarded} needs the password. */
final class PostgresServer {
  static final String GUARDED_USER = "guarded";
  static final String PASSWORD = "p@ss w/BACKFEED-SECRET";

  private static final EmbeddedPostgres SERVER = start();

  private PostgresServer() {}

  static int port() {
    return SERVER.getPort();
  }

  /** A new, empty database, and the URL of it. */
  static String database(Class<?> test) {
    String name = test.getSimpleName();
    execute("postgres", "CREATE DATABASE \"" + name + "\"");
    return url(name);
  }

  static String url(String database) {
    return "jdbc:postgresql://localhost:" + port() + "/" + database;
  }

  static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, "postgres", "");
  }

  private static void execute(String database, String sql) {
    try (Connection c = connect(url(database));
        Statement s = c.createStatement()) {
      s.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EmbeddedPostgres start() {
    try {
      EmbeddedPostgres server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
      guard(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The embedded server trusts everybody; this one user is asked for a password. */
  private static void guard(EmbeddedPostgres server) throws SQLException, IOException {
    try (Connection c = server.getPostgresDatabase().getConnection();
        Statement s = c.createStatement()) {
      s.execute("CREATE ROLE " + GUARDED_USER + " LOGIN PASSWORD '" + PASSWORD + "'");
      try (ResultSet file = s.executeQuery("SHOW hba_file")) {
        file.next();
        Path rules = Path.of(file.getString(1));
        String others = Files.readString(rules);
        Files.writeString(rules, "host all " + GUARDED_USER + " all scram-sha-256\n" + others);
      }
      s.execute("SELECT pg_reload_conf()");
    }
  }
}
