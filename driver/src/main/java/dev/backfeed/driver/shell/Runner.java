package dev.backfeed.driver.shell;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;

/** Runs single statements and prints what comes of them. */
final class Runner {
  private final Connection connection;
  private final PrintStream out;
  private final PrintStream err;
  private final Display display;
  private volatile Statement running;

  Runner(Connection connection, PrintStream out, PrintStream err, Display display) {
    this.connection = connection;
    this.out = out;
    this.err = err;
    this.display = display;
  }

  Display display() {
    return display;
  }

  /**
   * Runs a statement.
   *
   * @param place where it stands, for an error
   * @return false if it failed
   */
  boolean run(String sql, Optional<String> place) {
    long start = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      running = statement;
      boolean rows = statement.execute(sql);
      String result = rows ? table(statement) : count(statement.getLargeUpdateCount());
      warnings(statement.getWarnings());
      out.println(result + " (" + duration(System.nanoTime() - start) + ")");
      return true;
    } catch (SQLException e) {
      out.flush();
      ErrorText.of(e, sql, place).forEach(err::println);
      err.flush();
      return false;
    } finally {
      running = null;
    }
  }

  /** Stops what is running, from another thread; nothing if there is nothing. */
  void cancel() {
    Statement statement = running;
    if (statement != null) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        err.println("the statement cannot be cancelled: " + e.getMessage());
      }
    }
  }

  private String table(Statement statement) throws SQLException {
    try (ResultSet rows = statement.getResultSet()) {
      long count = new Table(rows, display).print(out);
      return plural(count, "row");
    }
  }

  private void warnings(SQLWarning first) {
    for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
      out.println("WARNING " + warning.getSQLState() + ": " + warning.getMessage());
    }
  }

  private static String count(long count) {
    return count <= 0 ? "ok" : plural(count, "row") + " affected";
  }

  private static String plural(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  private static String duration(long nanos) {
    long millis = nanos / 1_000_000;
    return millis < 10_000
        ? millis + " ms"
        : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }
}
