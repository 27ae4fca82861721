package dev.backfeed.examples;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/**
 * Runs a sync from a program and looks at the rows that were not taken. Runs from its source:
 *
 * <pre>
 * java -cp driver/target/backfeed.jar examples/src/main/java/dev/backfeed/examples/SyncFromJava.java \
 *   jdbc:backfeed:duckdb:shop.duckdb customer_health
 * </pre>
 */
public final class SyncFromJava {
  private SyncFromJava() {}

  /**
   * The URL of the warehouse and the name of a sync.
   *
   * @throws SQLException if the run failed or a guard blocked it; it is recorded in {@code
   *     backfeed.sync_runs} all the same
   */
  public static void main(String[] args) throws SQLException {
    try (Connection connection = DriverManager.getConnection(args[0])) {
      run(connection, args[1], System.out);
    }
  }

  /**
   * Runs a sync and prints its counters, its warnings and the rows that it could not send.
   *
   * @param sync its name as it would be written in SQL
   */
  public static void run(Connection connection, String sync, PrintStream out) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet run = statement.executeQuery("SYNC NOW " + sync)) {
      while (run.next()) {
        out.printf(
            "%s %s: %d created, %d updated, %d deleted, %d failed%n",
            run.getString("sync"),
            run.getString("status"),
            run.getLong("created"),
            run.getLong("updated"),
            run.getLong("deleted"),
            run.getLong("failed"));
      }
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        out.println("warning: " + w.getMessage());
      }
    }
    String errors = "SELECT record_key, reason, error_message FROM backfeed.sync_errors";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(errors)) {
      while (rows.next()) {
        out.printf("%s %s: %s%n", rows.getString(1), rows.getString(2), rows.getString(3));
      }
    }
  }
}
