package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our connections in a pool, as a web application keeps them. */
class PoolTest {
  @TempDir Path folder;

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

  private static String status(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SYNC NOW s")) {
      assertThat(rows.next()).isTrue();
      return rows.getString("status");
    }
  }

  private HikariDataSource pool(Warehouses warehouse) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(warehouse));
    config.setMaximumPoolSize(2);
    config.addDataSourceProperty("backfeed.connectors", List.of(new ScriptedConnector()));
    return new HikariDataSource(config);
  }

  private String url(Warehouses warehouse) throws SQLException {
    if (warehouse == Warehouses.DUCKDB) {
      return "jdbc:backfeed:duckdb:" + folder.resolve("pool.duckdb");
    }
    String name = "pool_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection admin = DriverManager.getConnection(warehouse.url())) {
      execute(admin, "CREATE DATABASE " + name);
    }
    return warehouse.ours().replaceFirst("/postgres\\?", "/" + name + "?");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
