package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A warehouse with a model, a destination in a sandbox, and a connection of its user. */
final class AgentScene implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String url;
  private final Connection connection;

  private AgentScene(String url, Connection connection) {
    this.url = url;
    this.connection = connection;
  }

  static AgentScene on(Warehouses warehouse, Path folder) throws SQLException {
    String url = warehouse.fresh(folder);
    AgentScene scene = new AgentScene(url, DriverManager.getConnection(url));
    scene.run("CREATE TABLE people (id INTEGER, name VARCHAR(20))");
    scene.run("INSERT INTO people VALUES (1, 'Ada'), (2, 'Ben')");
    scene.run(
        "CREATE DESTINATION hook TYPE webhook WITH (url = 'https://example.com/in', sandbox ="
            + " TRUE)");
    return scene;
  }

  /** The same with a destination that takes a row and half a second a call. */
  static AgentScene slow(Warehouses warehouse, Path folder, int rows) throws SQLException {
    AgentScene scene = on(warehouse, folder);
    scene.run("INSERT INTO people SELECT g, 'n' FROM generate_series(3, " + rows + ") AS t(g)");
    scene.run("ALTER DESTINATION hook SET (max_calls_per_second = 2, batch_size = 1)");
    return scene;
  }

  String url() {
    return url;
  }

  /** A sync named so, with a clause. */
  void sync(String name, String clause) throws SQLException {
    run(
        "CREATE SYNC "
            + name
            + " TO hook.people KEY (id) "
            + clause
            + " WITH (shared_fields = TRUE) AS SELECT id, name FROM people");
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A request, whose id is given back. */
  String request(String statement) throws SQLException {
    String id = java.util.UUID.randomUUID().toString();
    run(
        "INSERT INTO backfeed.requests (id, statement) VALUES ('"
            + id
            + "', '"
            + statement.replace("'", "''")
            + "')");
    return id;
  }

  /** One column of a request. */
  String of(String request, String column) throws SQLException {
    return text(
        "SELECT CAST("
            + column
            + " AS VARCHAR) FROM backfeed.requests WHERE id = '"
            + request
            + "'");
  }

  /** What a request came to, after waiting for it. */
  String answered(String request) {
    await(() -> of(request, "finished_at") != null);
    try {
      return of(request, "status");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String text(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  long number(String query) throws SQLException {
    return Long.parseLong(text(query));
  }

  static void await(Callable<Boolean> what) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(what);
  }

  /** A connection that brings an agent with another clock. */
  Connection agent(Clock clock) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("backfeed.agent", "true");
    properties.put("backfeed.clock", clock);
    return DriverManager.getConnection(url, properties);
  }

  /** A connection that brings an agent. */
  Connection agent(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("backfeed.agent", "true");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection(url, properties);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
