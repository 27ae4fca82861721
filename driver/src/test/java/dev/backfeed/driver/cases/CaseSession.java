package dev.backfeed.driver.cases;

import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.UUID;

/**
 * A database of its own for one case file, a connection to it, its clock and destinations: scripted
 * ones, and those of the real connectors, which find nothing listening.
 */
final class CaseSession implements AutoCloseable {
  private final String url;
  private final CaseClock clock = new CaseClock();
  private final ScriptedConnector connector = new ScriptedConnector();
  private Connection connection;

  private final boolean scripted;

  private CaseSession(String url, boolean scripted) throws SQLException {
    this.url = url;
    this.scripted = scripted;
    connector.clock(clock);
    this.connection = connect();
  }

  static CaseSession open(Warehouses warehouse) throws SQLException, IOException {
    return open(warehouse, true);
  }

  /**
   * A session.
   *
   * @param scripted whether there are scripted destinations, beside those of the real connectors
   */
  static CaseSession open(Warehouses warehouse, boolean scripted) throws SQLException, IOException {
    String name = "case_" + UUID.randomUUID().toString().replace("-", "");
    return switch (warehouse) {
      case DUCKDB -> new CaseSession(onDuckDb(name), scripted);
      case POSTGRESQL -> new CaseSession(onPostgres(name, warehouse.url()), scripted);
    };
  }

  Connection connection() {
    return connection;
  }

  CaseClock clock() {
    return clock;
  }

  ScriptedVendor vendor(String destination) {
    return connector.vendor(destination);
  }

  /** Has another connection do something while a destination is called next. */
  void meanwhile(String destination, Work work) {
    ScriptedVendor vendor = vendor(destination);
    vendor.beforeWrite(
        () -> {
          vendor.beforeWrite(() -> {});
          try (Connection other = connect()) {
            work.on(other);
          } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
          }
        });
  }

  /** What is done on a connection. */
  @FunctionalInterface
  interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** Another process, as far as the warehouse can tell. */
  void reconnect() throws SQLException {
    connection.close();
    connection = connect();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.put("backfeed.connectors", connectors());
    properties.put("backfeed.clock", clock);
    return DriverManager.getConnection("jdbc:backfeed:" + url, properties);
  }

  private List<Connector> connectors() {
    List<Connector> all = new ArrayList<>();
    if (scripted) {
      all.add(connector);
    }
    ServiceLoader.load(Connector.class).forEach(all::add);
    return all;
  }

  private static String onDuckDb(String name) throws IOException {
    Path folder = Files.createTempDirectory(name);
    folder.toFile().deleteOnExit();
    Path file = folder.resolve("case.duckdb");
    file.toFile().deleteOnExit();
    return "duckdb:" + file;
  }

  private static String onPostgres(String name, String server) throws SQLException {
    try (Connection admin = DriverManager.getConnection(server);
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return server.substring("jdbc:".length()).replaceFirst("/postgres\\?", "/" + name + "?");
  }
}
