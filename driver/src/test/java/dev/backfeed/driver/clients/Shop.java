package dev.backfeed.driver.clients;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** A database of its own with two people in it, behind a pool, and a scripted destination. */
final class Shop implements AutoCloseable {
  static final String DESTINATION = "CREATE DESTINATION d TYPE scripted";
  static final String SYNC = "CREATE SYNC s TO d.a KEY (id) AS SELECT id, name FROM people";

  private final ScriptedConnector connector = new ScriptedConnector();
  private final HikariDataSource pool;

  Shop(Warehouses warehouse, Path folder) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(warehouse.fresh(folder));
    config.setMaximumPoolSize(3);
    config.addDataSourceProperty("backfeed.connectors", List.of(connector));
    pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE people (id INTEGER, name VARCHAR(20))");
      statement.execute("INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob')");
    }
  }

  DataSource source() {
    return pool;
  }

  /** What destination {@code d} is. */
  ScriptedVendor vendor() {
    return connector.vendor("d");
  }

  @Override
  public void close() {
    pool.close();
  }
}
