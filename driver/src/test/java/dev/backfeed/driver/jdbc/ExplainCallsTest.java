package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls that EXPLAIN SYNC tells are those that the destination's own options lead to. */
class ExplainCallsTest {
  @ParameterizedTest
  @CsvSource({"row, 5", "batch, 1"})
  void callsAreCountedAsTheyWillBeMade(String body, String calls) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:backfeed:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DESTINATION hook TYPE webhook WITH (sandbox = TRUE, body = '" + body + "')");
      statement.execute("CREATE SYNC s TO hook.x KEY (id) AS SELECT i AS id FROM range(5) t(i)");
      assertThat(writes(statement)).isEqualTo(calls);
      try (ResultSet run = statement.executeQuery("SYNC NOW s")) {
        assertThat(run.next()).isTrue();
        assertThat(run.getString("api_calls")).isEqualTo(calls);
      }
    }
  }

  private static String writes(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("EXPLAIN SYNC s")) {
      while (rows.next()) {
        if (rows.getString(1).equals("calls") && rows.getString(2).equals("writes")) {
          return rows.getString(3);
        }
      }
      return null;
    }
  }
}
