package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What each role of the GRANT script can do, and what it cannot. */
class GrantsTest {
  private static EmbeddedPostgres server;
  private static Connection agent;

  @BeforeAll
  static void roles() throws Exception {
    server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    String script = Files.readString(Path.of("deploy/grants-postgresql.sql"));
    try (Connection admin = DriverManager.getConnection(inner("postgres"));
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE SCHEMA analytics");
      statement.execute("CREATE TABLE analytics.people (id INTEGER, name VARCHAR(20))");
      statement.execute("INSERT INTO analytics.people VALUES (1, 'Ada'), (2, 'Ben')");
      statement.execute(script);
      statement.execute("CREATE ROLE anna LOGIN IN ROLE backfeed_author");
      statement.execute("ALTER ROLE anna SET role = 'backfeed_owner'");
      statement.execute("CREATE ROLE agent_1 LOGIN IN ROLE backfeed_agent");
      statement.execute("ALTER ROLE agent_1 SET role = 'backfeed_owner'");
      statement.execute("CREATE ROLE dbt LOGIN IN ROLE backfeed_operator");
      statement.execute("CREATE ROLE dashboards LOGIN IN ROLE backfeed_reader");
    }
    try (Connection author = ours("anna")) {
      run(author, "CREATE DESTINATION hook TYPE webhook WITH (sandbox = TRUE)");
      run(
          author,
          "CREATE SYNC people TO hook.people KEY (id) AS SELECT id, name FROM analytics.people");
      run(author, "SELECT backfeed.grant_monitoring()");
    }
    Properties brings = new Properties();
    brings.setProperty("backfeed.agent", "true");
    agent = DriverManager.getConnection("jdbc:backfeed:" + inner("agent_1").substring(5), brings);
  }

  @AfterAll
  static void stop() throws Exception {
    agent.close();
    server.close();
  }

  @Test
  void anOperatorRequestsARunAndTheAgentMakesIt() throws Exception {
    try (Connection dbt = DriverManager.getConnection(inner("dbt"))) {
      run(dbt, "INSERT INTO backfeed.requests (id, statement) VALUES ('r', 'SYNC NOW people')");
      String status = "running";
      for (int i = 0; i < 300 && (status.equals("requested") || status.equals("running")); i++) {
        TimeUnit.MILLISECONDS.sleep(200);
        status = text(dbt, "SELECT status FROM backfeed.requests WHERE id = 'r'");
      }
      assertThat(status).isEqualTo("succeeded");
      assertThat(text(dbt, "SELECT requested_by FROM backfeed.sync_runs")).isEqualTo("dbt");
      refused(dbt, "INSERT INTO backfeed.requests (statement, requested_by) VALUES ('x', 'anna')");
      refused(dbt, "UPDATE backfeed.requests SET status = 'succeeded'");
      refused(dbt, "UPDATE backfeed.destinations SET options = '{}'");
      refused(dbt, "SELECT * FROM backfeed.state_people");
      refused(dbt, "SELECT * FROM analytics.people");
    }
  }

  @Test
  void aReaderSeesHealthAndNoRow() throws Exception {
    try (Connection reader = DriverManager.getConnection(inner("dashboards"))) {
      assertThat(text(reader, "SELECT sync FROM backfeed.sync_health")).isEqualTo("people");
      refused(reader, "SELECT * FROM backfeed.sync_log");
      refused(reader, "SELECT * FROM backfeed.sync_errors");
      refused(reader, "SELECT * FROM backfeed.requests");
      refused(reader, "INSERT INTO backfeed.requests (statement) VALUES ('SYNC NOW people')");
      refused(reader, "SELECT * FROM backfeed.state_people");
    }
  }

  @Test
  void whoRunsSyncsWritesNoModel() throws Exception {
    try (Connection author = DriverManager.getConnection(inner("anna"))) {
      assertThat(text(author, "SELECT name FROM analytics.people WHERE id = 1")).isEqualTo("Ada");
      refused(author, "UPDATE analytics.people SET name = 'x'");
      refused(author, "CREATE TABLE analytics.mine (id INTEGER)");
    }
  }

  private static void refused(Connection connection, String sql) {
    assertThatThrownBy(() -> run(connection, sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static String inner(String user) {
    return server.getJdbcUrl(user, "postgres");
  }

  private static Connection ours(String user) throws SQLException {
    return DriverManager.getConnection("jdbc:backfeed:" + inner(user).substring(5));
  }
}
