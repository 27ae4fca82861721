package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our connections in a pool, as a web application keeps them. */
class PoolTest {
  @TempDir Path folder;
  private final ScriptedConnector connector = new ScriptedConnector();
  private final ScriptedVendor vendor = connector.vendor("d");

  @ParameterizedTest
  @EnumSource
  void runsThroughAPool(Warehouses warehouse) throws SQLException {
    try (HikariDataSource pool = pool(warehouse)) {
      try (Connection connection = pool.getConnection()) {
        execute(connection, "CREATE TABLE people (id INTEGER, name VARCHAR(20))");
        execute(connection, "INSERT INTO people VALUES (1, 'Ann')");
        execute(connection, "CREATE DESTINATION d TYPE scripted");
        execute(connection, "CREATE SYNC s TO d.a KEY (id) AS TABLE people");
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(status(connection)).isEqualTo("succeeded");
        assertThat(connection.isWrapperFor(Connection.class)).isTrue();
        assertThat(connection.getAutoCommit()).isTrue();
      }
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        execute(connection, "PAUSE SYNC s");
      }
      // The pool has rolled back what was left open.
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(status(connection)).isEqualTo("succeeded");
        assertThatThrownBy(() -> execute(connection, "SYNC NOW t"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
        assertThat(connection.isValid(5)).isTrue();
      }
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  /** A run that is stopped, or loses its connection, leaves the pool with clean ones. */
  @ParameterizedTest
  @EnumSource
  void givesBackACleanConnectionWhateverEndedTheRun(Warehouses warehouse) throws Exception {
    try (HikariDataSource pool = pool(warehouse)) {
      try (Connection connection = pool.getConnection()) {
        execute(connection, "CREATE TABLE people (id INTEGER, name VARCHAR(20))");
        execute(connection, "INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid')");
        execute(connection, "CREATE DESTINATION d TYPE scripted WITH (batch_size = 1)");
        execute(connection, "CREATE SYNC s TO d.a KEY (id) AS TABLE people");
      }
      ended(pool, "57014", (statement, other) -> statement.cancel());
      ended(pool, "paused", (statement, other) -> execute(other, "PAUSE SYNC s"));
      try (Connection connection = pool.getConnection()) {
        execute(connection, "RESUME SYNC s");
      }
      if (warehouse == Warehouses.POSTGRESQL) {
        ended(
            pool,
            "XB002",
            (statement, other) ->
                execute(
                    other,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND pid <> pg_backend_pid()"));
      }
      vendor.beforeWrite(() -> {});
      try (Connection connection = pool.getConnection()) {
        assertThat(status(connection)).isEqualTo("succeeded");
      }
    }
  }

  /** What is done to a run from elsewhere. */
  @FunctionalInterface
  private interface Blow {
    void strike(Statement statement, Connection other) throws SQLException;
  }

  /** Strikes at a run whose first call is on its way, and looks at the connections afterwards. */
  private void ended(HikariDataSource pool, String how, Blow blow) throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    vendor.beforeWrite(
        () -> {
          calls.incrementAndGet();
          inFlight.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    CompletableFuture<String> run;
    try (Connection other = pool.getConnection()) {
      CompletableFuture<Statement> running = new CompletableFuture<>();
      run = CompletableFuture.supplyAsync(() -> run(pool, running));
      Statement statement = running.get(20, TimeUnit.SECONDS);
      assertThat(inFlight.await(20, TimeUnit.SECONDS)).isTrue();
      blow.strike(statement, other);
      goOn.countDown();
      assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(how);
    }
    if (!how.equals("XB002")) {
      assertThat(calls).as("calls").hasValue(1);
    }
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    try (Connection one = pool.getConnection();
        Connection two = pool.getConnection()) {
      for (Connection connection : List.of(one, two)) {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.isValid(5)).isTrue();
        execute(connection, "BEGIN");
        execute(connection, "ROLLBACK");
      }
    }
  }

  private static String run(HikariDataSource pool, CompletableFuture<Statement> running) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      running.complete(statement);
      try (ResultSet rows = statement.executeQuery("SYNC NOW s FULL")) {
        rows.next();
        return rows.getString("status");
      }
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static String status(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SYNC NOW s")) {
      assertThat(rows.next()).isTrue();
      return rows.getString("status");
    }
  }

  /** What a pool asks of each connection may be a statement of ours. */
  @ParameterizedTest
  @EnumSource
  void isTestedByAStatementOfOursAndResetWhenGivenBack(Warehouses warehouse) throws SQLException {
    HikariConfig config = config(warehouse);
    config.setConnectionInitSql("CREATE DESTINATION IF NOT EXISTS d TYPE scripted");
    config.setConnectionTestQuery("SHOW SYNCS");
    config.setLeakDetectionThreshold(2_000);
    String schema = warehouse == Warehouses.DUCKDB ? "main" : "public";
    config.setSchema(schema);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      int isolation;
      Connection evicted;
      try (Connection connection = pool.getConnection()) {
        isolation = connection.getTransactionIsolation();
        connection.setSchema("backfeed");
        if (warehouse == Warehouses.POSTGRESQL) {
          connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
          connection.setReadOnly(true);
        }
        execute(connection, "SHOW SYNCS");
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getSchema()).isEqualTo(schema);
        assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
        assertThat(connection.isReadOnly()).isFalse();
        execute(connection, "CREATE SYNC s TO d.a KEY (id) AS SELECT 1 AS id, 'x' AS name");
        assertThat(status(connection)).isEqualTo("succeeded");
        evicted = connection.unwrap(Connection.class);
        pool.evictConnection(connection);
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.unwrap(Connection.class)).isNotSameAs(evicted);
        assertThat(status(connection)).isEqualTo("succeeded");
      }
    }
  }

  private HikariDataSource pool(Warehouses warehouse) throws SQLException {
    return new HikariDataSource(config(warehouse));
  }

  private HikariConfig config(Warehouses warehouse) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(warehouse.fresh(folder));
    config.setMaximumPoolSize(2);
    config.addDataSourceProperty("backfeed.connectors", List.of(connector));
    return config;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
