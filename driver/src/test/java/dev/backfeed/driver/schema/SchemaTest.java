package dev.backfeed.driver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When our schema is made, and where. */
class SchemaTest {
  private static final String COUNT =
      "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'backfeed'";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void isNotMadeByLooking(Warehouses warehouse) throws SQLException {
    try (Connection connection = connect(database(warehouse))) {
      for (String statement :
          List.of(
              "SHOW SYNCS",
              "SHOW DESTINATIONS",
              "SHOW SYNC RUNS",
              "DROP SYNC IF EXISTS s",
              "DROP DESTINATION IF EXISTS d")) {
        execute(connection, statement);
      }
      assertThatThrownBy(() -> execute(connection, "SYNC NOW s")).hasMessageContaining("no sync");
      assertThat(number(connection, COUNT)).isZero();
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      assertThat(number(connection, COUNT)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesANewerOne(Warehouses warehouse) throws SQLException {
    String url = database(warehouse);
    try (Connection connection = connect(url)) {
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      execute(connection, "INSERT INTO backfeed.schema_version VALUES (999, CURRENT_TIMESTAMP, 0)");
    }
    try (Connection connection = connect(url)) {
      for (String statement : List.of("SHOW SYNCS", "CREATE DESTINATION e TYPE scripted")) {
        assertThatThrownBy(() -> execute(connection, statement))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("XB005"))
            .hasMessageContaining("version 999")
            .hasMessageContaining("use the newer Backfeed");
      }
      execute(connection, "SELECT 1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isMadeOnceByManyAtATime(Warehouses warehouse) throws Exception {
    int clients = 4;
    String url = database(warehouse);
    CyclicBarrier start = new CyclicBarrier(clients);
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try (Connection first = connect(url)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        String name = "d" + i;
        done.add(threads.submit(() -> createAtOnce(url, start, name)));
      }
      for (Future<?> each : done) {
        each.get(60, TimeUnit.SECONDS);
      }
      assertThat(number(first, "SELECT count(*) FROM backfeed.destinations")).isEqualTo(clients);
      assertThat(number(first, "SELECT count(*) FROM backfeed.schema_version")).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void liesUnderAnotherName(Warehouses warehouse) throws SQLException {
    Properties properties = properties();
    properties.setProperty("backfeed.schema", "Reverse ETL");
    try (Connection connection = DriverManager.getConnection(database(warehouse), properties)) {
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      execute(connection, "CREATE SYNC s TO d.a KEY (id) AS SELECT 1 AS id, 'x' AS name");
      execute(connection, "SYNC NOW s");
      assertThat(number(connection, "SELECT count(*) FROM \"Reverse ETL\".state_s")).isOne();
      assertThat(number(connection, COUNT)).isZero();
    }
  }

  @Test
  void staysInTheDatabaseOfTheUrl() throws SQLException {
    String url = database(Warehouses.DUCKDB);
    try (Connection connection = connect(url)) {
      execute(connection, "CREATE TABLE people (id INTEGER, name VARCHAR)");
      execute(connection, "INSERT INTO people VALUES (1, 'Ann')");
      execute(connection, "ATTACH '" + folder.resolve("other.duckdb") + "' AS other");
      execute(connection, "CREATE SCHEMA other.main2");
      execute(connection, "USE other.main2");
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      execute(connection, "CREATE TABLE elsewhere (id INTEGER, name VARCHAR)");
      execute(connection, "INSERT INTO elsewhere VALUES (1, 'Bo'), (2, 'Cy')");
      execute(connection, "CREATE SYNC s TO d.a KEY (id) AS SELECT * FROM elsewhere");
      execute(connection, "SYNC NOW s");
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'other' AND"
                      + " table_schema = 'backfeed'"))
          .isZero();
      // A run leaves the session where it was, and finds its tables from anywhere.
      assertThat(number(connection, "SELECT count(*) FROM elsewhere")).isEqualTo(2);
      execute(connection, "USE warehouse");
      assertThat(number(connection, "SELECT rows_in_state FROM backfeed.sync_state")).isEqualTo(2);
      execute(connection, "SYNC NOW s");
      assertThat(number(connection, "SELECT max(unchanged) FROM backfeed.sync_runs")).isEqualTo(2);
    }
  }

  @Test
  void liesInMemory() throws SQLException {
    try (Connection connection = connect("jdbc:backfeed:duckdb:")) {
      execute(connection, "CREATE TABLE people AS SELECT 1 AS id, 'Ann' AS name");
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      execute(connection, "CREATE SYNC s TO d.a KEY (id) AS TABLE people");
      execute(connection, "SYNC NOW s");
      execute(connection, "UPDATE people SET name = 'Bo'");
      execute(connection, "SYNC NOW s");
      assertThat(number(connection, "SELECT count(*) FROM backfeed.sync_log")).isEqualTo(2);
    }
  }

  private static Void createAtOnce(String url, CyclicBarrier start, String name) throws Exception {
    try (Connection connection = connect(url)) {
      start.await(30, TimeUnit.SECONDS);
      for (int attempt = 1; ; attempt++) {
        try {
          execute(connection, "CREATE DESTINATION " + name + " TYPE scripted");
          return null;
        } catch (SQLException e) {
          // The schema is there; another client is writing its own definition.
          if (!"55006".equals(e.getSQLState()) || attempt == 20) {
            throw e;
          }
          Thread.sleep(50);
        }
      }
    }
  }

  private String database(Warehouses warehouse) throws SQLException {
    if (warehouse == Warehouses.DUCKDB) {
      return "jdbc:backfeed:duckdb:" + folder.resolve("warehouse.duckdb");
    }
    String name = "schema_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection admin = DriverManager.getConnection(warehouse.url())) {
      execute(admin, "CREATE DATABASE " + name);
    }
    return warehouse.ours().replaceFirst("/postgres\\?", "/" + name + "?");
  }

  private static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, properties());
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put("backfeed.connectors", List.of(new ScriptedConnector()));
    return properties;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
