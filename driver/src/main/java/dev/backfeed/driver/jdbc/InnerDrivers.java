package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.StatementException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the warehouse's own driver and connects with it. */
final class InnerDrivers {
  /** The SQL standard's state for a connection that could not be made. */
  static final String CANNOT_CONNECT = "08001";

  private static final Map<String, String> JARS =
      Map.of(
          "duckdb", "org.duckdb:duckdb_jdbc",
          "postgresql", "org.postgresql:postgresql",
          "snowflake", "net.snowflake:snowflake-jdbc",
          "redshift", "com.amazon.redshift:redshift-jdbc42",
          "databricks", "com.databricks:databricks-jdbc",
          "trino", "io.trino:trino-jdbc");

  private InnerDrivers() {}

  /**
   * Connects with the first driver that takes the URL.
   *
   * @throws SQLException what that driver throws; {@code 08001} if there is none, naming the jar to
   *     add
   */
  static Connection connect(String url, Properties properties) throws SQLException {
    for (Driver driver : of(url)) {
      Connection connection = driver.connect(url, properties);
      if (connection != null) {
        return connection;
      }
    }
    throw none(scheme(url), find());
  }

  /** The drivers that take the URL, the one to prefer first; empty if there is none. */
  static List<Driver> of(String url) throws SQLException {
    List<Driver> taking = new ArrayList<>();
    for (Driver driver : find().values()) {
      if (driver.acceptsURL(url)) {
        taking.add(driver);
      }
    }
    return taking;
  }

  /** Whether results are read from the warehouse while the caller reads them: DuckDB can. */
  static boolean streams(String url, Properties properties) {
    return scheme(url).equals("duckdb")
        && (url.contains(";jdbc_stream_results=true")
            || "true".equals(String.valueOf(properties.get("jdbc_stream_results"))));
  }

  /** The part of a JDBC URL that names the warehouse. */
  static String scheme(String url) {
    int end = url.indexOf(':', "jdbc:".length());
    return url.substring("jdbc:".length(), end < 0 ? url.length() : end);
  }

  /**
   * DriverManager shows only what the caller's class loader may see; where we and the warehouse's
   * driver were loaded apart, as SQL clients do, the service files tell more.
   */
  private static Map<Class<?>, Driver> find() {
    Map<Class<?>, Driver> found = new LinkedHashMap<>();
    Collections.list(DriverManager.getDrivers()).forEach(d -> add(found, d));
    addServices(found, Thread.currentThread().getContextClassLoader());
    addServices(found, InnerDrivers.class.getClassLoader());
    return found;
  }

  private static void addServices(Map<Class<?>, Driver> found, ClassLoader loader) {
    var services = ServiceLoader.load(Driver.class, loader).iterator();
    boolean more = true;
    while (more) {
      try {
        more = services.hasNext();
        if (more) {
          add(found, services.next());
        }
      } catch (ServiceConfigurationError broken) {
        // A driver that cannot be loaded is none of ours to report: it may not be the one wanted,
        // and if it is, the error below names the jar.
        more = true;
      }
    }
  }

  private static void add(Map<Class<?>, Driver> found, Driver driver) {
    if (!(driver instanceof BackfeedDriver)) {
      found.putIfAbsent(driver.getClass(), driver);
    }
  }

  private static SQLException none(String scheme, Map<Class<?>, Driver> drivers) {
    String jar = JARS.get(scheme);
    return new StatementException(
        CANNOT_CONNECT,
        "no JDBC driver on the class path takes jdbc:"
            + scheme
            + ": URLs: add "
            + (jar == null ? "the warehouse's driver jar" : "the jar of " + jar)
            + " (found: "
            + drivers.keySet().stream().map(Class::getName).collect(Collectors.joining(", "))
            + ")");
  }
}
