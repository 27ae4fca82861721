package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.testing.MapOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A real database to write to, and a way to look into it past the connector. */
record Place(Database database, String url, String user) {

  static Place postgres(Class<?> test) {
    return new Place(Database.POSTGRESQL, PostgresServer.database(test), "postgres");
  }

  static Place duckDb(Path folder) throws SQLException {
    return file(Database.DUCKDB, folder.resolve("target.duckdb"));
  }

  static Place sqlite(Path folder) throws SQLException {
    return file(Database.SQLITE, folder.resolve("target.sqlite"));
  }

  private static Place file(Database database, Path file) throws SQLException {
    Place place = new Place(database, "jdbc:" + database.scheme() + ":" + file, "");
    place.sql("CREATE TABLE made_the_file (id INTEGER)");
    return place;
  }

  MapOptions options() {
    MapOptions options = new MapOptions(new JdbcConnector().manifest()).with("url", url);
    return user.isEmpty() ? options : options.with("user", user);
  }

  Connection connect() throws SQLException {
    Properties properties = new Properties();
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
      properties.setProperty("password", "");
    }
    return DriverManager.getConnection(url, properties);
  }

  void sql(String... statements) throws SQLException {
    try (Connection c = connect();
        Statement s = c.createStatement()) {
      for (String sql : statements) {
        s.execute(sql);
      }
    }
  }

  /** Rows as text, cells joined by a bar. */
  List<String> rows(String query) throws SQLException {
    try (Connection c = connect();
        Statement s = c.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(String.valueOf(rows.getString(i)));
        }
        all.add(String.join("|", cells));
      }
      return all;
    }
  }
}
