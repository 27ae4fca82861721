package dev.backfeed.driver.bench;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.StatementRouter;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a statement of the warehouse's own costs, by the bare driver and through ours. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StatementPairs {
  private static final int CELLS_A_ROW = 10;

  /** A connection, bare or wrapped, to a table of a million cells. */
  @State(Scope.Benchmark)
  public static class Connected {
    @Param({"duckdb", "postgresql"})
    String warehouse;

    @Param({"bare", "wrapped"})
    String driver;

    private EmbeddedPostgres server;
    private Connection connection;
    private Statement statement;

    @Setup
    public void open() throws SQLException, IOException {
      String inner = "duckdb:";
      if (warehouse.equals("postgresql")) {
        server = EmbeddedPostgres.start();
        inner = server.getJdbcUrl("postgres", "postgres").substring("jdbc:".length());
      }
      connection =
          DriverManager.getConnection(
              (driver.equals("bare") ? "jdbc:" : "jdbc:backfeed:") + inner);
      statement = connection.createStatement();
      String series = server == null ? "range(100000)" : "generate_series(0, 99999)";
      statement.execute(
          "CREATE TABLE cells AS SELECT i AS a, i + 1 AS b, i * 2 AS c, i % 7 AS d, i % 3 AS e,"
              + " 'text ' || i AS f, 'another ' || i AS g, i / 2.0 AS h, i % 2 = 0 AS i,"
              + " 'x' AS j FROM "
              + series
              + " t(i)");
    }

    @TearDown
    public void close() throws SQLException, IOException {
      connection.close();
      if (server != null) {
        server.close();
      }
    }
  }

  /** A text of the warehouse's, as a routed statement. */
  @State(Scope.Benchmark)
  public static class Routed {
    @Param({
      "SELECT 1",
      "/* {\"app\": \"dbt\"} */ INSERT INTO t SELECT a, b FROM u WHERE c = 'now' AND d > 10",
      "CREATE TABLE sync AS SELECT * FROM now"
    })
    String sql;

    private final StatementRouter router = new StatementRouter(Lexicon.POSTGRESQL);
  }

  @Benchmark
  public boolean route(Routed routed) {
    return routed.router.isOurs(routed.sql);
  }

  @Benchmark
  public int selectOne(Connected connected) throws SQLException {
    try (ResultSet rows = connected.statement.executeQuery("SELECT 1")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Benchmark
  public long readAMillionCells(Connected connected) throws SQLException {
    long sum = 0;
    try (ResultSet rows = connected.statement.executeQuery("SELECT * FROM cells")) {
      while (rows.next()) {
        for (int column = 1; column <= CELLS_A_ROW; column++) {
          sum += rows.getString(column).length();
        }
      }
    }
    return sum;
  }
}
