package dev.backfeed.driver.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A model of ten columns in a DuckDB file, and a sync of it. */
final class People {
  private People() {}

  /**
   * Makes the file.
   *
   * @param destination what follows the destination's name in CREATE DESTINATION
   */
  static void create(Path file, String destination, long rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:backfeed:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE people AS SELECT i AS id, 'Person number ' || i AS name,"
              + " 'person' || i || '@example.com' AS email, (i * 7919 % 100000) / 100.0 AS score,"
              + " i % 5 AS tier, i % 3 = 0 AS active, DATE '2024-01-01' + CAST(i % 700 AS INTEGER)"
              + " AS since, 'segment ' || (i % 97) AS segment, i * 13 % 1000003 AS points,"
              + " CASE WHEN i % 4 = 0 THEN NULL ELSE 'note ' || i END AS note FROM range("
              + rows
              + ") t(i)");
      statement.execute("CREATE DESTINATION target " + destination);
      statement.execute("CREATE SYNC people TO target.people KEY (id) AS SELECT * FROM people");
    }
  }
}
