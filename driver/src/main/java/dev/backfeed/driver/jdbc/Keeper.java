package dev.backfeed.driver.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** Opens the second connection that a run needs beside the caller's. */
final class Keeper {
  private Keeper() {}

  /**
   * Another connection to the same database. A DuckDB database in memory has no URL under which it
   * could be opened again, so DuckDB's connections are duplicated.
   */
  static Connection open(Connection work, String url, Properties properties) throws SQLException {
    return InnerDrivers.scheme(url).equals("duckdb")
        ? duplicate(work)
        : InnerDrivers.connect(url, properties);
  }

  /** By reflection: DuckDB's jar may lie in a class loader that ours does not see. */
  private static Connection duplicate(Connection work) throws SQLException {
    try {
      return (Connection) work.getClass().getMethod("duplicate").invoke(work);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new SQLException("DuckDB's connection could not be duplicated", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new SQLException(
          "this DuckDB driver cannot duplicate a connection: use a newer one", e);
    }
  }
}
