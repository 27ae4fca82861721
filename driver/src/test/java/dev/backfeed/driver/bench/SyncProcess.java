package dev.backfeed.driver.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Runs {@code SYNC NOW people} in a process of its own. Argument: URL. */
final class SyncProcess {
  private SyncProcess() {}

  public static void main(String[] arguments) throws Exception {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      statement.execute("SET memory_limit = '1GB'");
      statement.execute("SET threads = 2");
      long started = System.nanoTime();
      statement.execute("SYNC NOW people");
      Measured.print(started);
    }
  }
}
