package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples beside the quick start, and the Java one. */
class SamplesTest {
  @TempDir private Path dir;

  @Test
  void webhook() throws SQLException {
    try (Connection connection = duckdb()) {
      List<SqlFile.Answer> answers = SqlFile.read("samples/webhook.sql").run(connection);

      assertThat(SqlFile.rows(answers, "SYNC NOW"))
          .extracting(SamplesTest::sent)
          .containsExactly("succeeded 3 0 0", "succeeded 0 1 0");
      assertThat(SqlFile.rows(answers, "SELECT record_key"))
          .hasSize(4)
          .last()
          .satisfies(
              row ->
                  assertThat(row)
                      .containsEntry("record_key", "ada@cedar.example")
                      .containsEntry("changes", "{\"ends_soon\":[false,true]}"));
    }
  }

  @Test
  void fromJava() throws SQLException {
    try (Connection connection = duckdb()) {
      List<String> all = SqlFile.read("samples/webhook.sql").statements();
      new SqlFile(all.subList(0, 4)).run(connection);
      ByteArrayOutputStream printed = new ByteArrayOutputStream();

      SyncFromJava.run(
          connection, "trials", new PrintStream(printed, true, StandardCharsets.UTF_8));

      assertThat(printed.toString(StandardCharsets.UTF_8))
          .hasLineCount(1)
          .startsWith("trials succeeded: 3 created, 0 updated, 0 deleted, 0 failed");
    }
  }

  @Test
  void postgresqlToTable() throws SQLException, IOException {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder().setServerConfig("fsync", "off").start()) {
      String app = application(server);
      try (Connection connection =
          DriverManager.getConnection(
              "jdbc:backfeed:" + server.getJdbcUrl("postgres", "postgres").substring(5))) {
        List<SqlFile.Answer> answers =
            SqlFile.read("samples/postgresql-to-table.sql")
                .with("jdbc:postgresql://localhost:5432/app", app)
                .run(connection);

        assertThat(SqlFile.rows(answers, "SYNC NOW"))
            .extracting(SamplesTest::sent)
            .containsExactly("succeeded 500 0 0", "succeeded 0 1 1");
        assertThat(SqlFile.rows(answers, "SELECT record_key"))
            .extracting(row -> row.get("record_key") + " " + row.get("outcome"))
            .containsExactly("500 deleted", "7 updated");
      }
      assertThat(scores(app)).isEqualTo("499 rows, account 7 has 0.8500");
    }
  }

  private Connection duckdb() throws SQLException {
    return DriverManager.getConnection("jdbc:backfeed:duckdb:" + dir.resolve("shop.duckdb"));
  }

  private static String sent(Map<String, String> run) {
    return String.join(
        " ", run.get("status"), run.get("created"), run.get("updated"), run.get("deleted"));
  }

  /**
   * The application's database and its user, whose password the build puts into the environment.
   */
  private static String application(EmbeddedPostgres server) throws SQLException {
    String admin = server.getJdbcUrl("postgres", "postgres");
    String password = System.getenv("BACKFEED_APPDB_PASSWORD");
    run(admin, "CREATE USER app PASSWORD '" + password + "'", "CREATE DATABASE app OWNER app");
    run(
        server.getJdbcUrl("app", "app"),
        "CREATE TABLE account_scores (account_id BIGINT PRIMARY KEY, score NUMERIC(5,4), tier TEXT,"
            + " scored_on DATE)");
    return "jdbc:postgresql://localhost:" + server.getPort() + "/app";
  }

  private static void run(String url, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String scores(String url) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url, "app", System.getenv("BACKFEED_APPDB_PASSWORD"));
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) || ' rows, account 7 has ' || max(score) FILTER (WHERE account_id = 7)"
                    + " FROM account_scores")) {
      row.next();
      return row.getString(1);
    }
  }
}
