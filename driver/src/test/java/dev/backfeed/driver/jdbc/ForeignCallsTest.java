package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rest of JDBC, for the warehouse's statements: as through its own driver. */
class ForeignCallsTest {
  private Connection connection;

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void everyResultOfAStringOfStatementsIsReached() throws SQLException {
    Statement statement = connect(Warehouses.POSTGRESQL).createStatement();
    assertThat(statement.execute("SELECT 1; CREATE TEMP TABLE m (a INT); SELECT 2 UNION SELECT 3"))
        .isTrue();
    ResultSet first = statement.getResultSet();
    assertThat(first.next()).isTrue();
    assertThat(statement.getMoreResults()).isFalse();
    assertThat(first.isClosed()).isTrue();
    assertThat(statement.getUpdateCount()).isZero();
    assertThat(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT)).isTrue();
    ResultSet last = statement.getResultSet();
    assertThat(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT)).isFalse();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);
    assertThat(last.isClosed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aStringOfStatementsRunsToItsEnd(Warehouses warehouse) throws SQLException {
    Statement statement = connect(warehouse).createStatement();
    statement.execute("CREATE TEMP TABLE n (a INT); INSERT INTO n VALUES (1); SELECT a FROM n");
    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM n")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void generatedKeysComeBack() throws SQLException {
    Statement statement = connect(Warehouses.POSTGRESQL).createStatement();
    statement.execute("CREATE TEMP TABLE k (id SERIAL, a INT)");
    String insert = "INSERT INTO k (a) VALUES (7)";
    assertThat(statement.executeUpdate(insert, Statement.RETURN_GENERATED_KEYS)).isEqualTo(1);
    assertThat(key(statement)).isEqualTo(1);
    assertThat(statement.executeLargeUpdate(insert, new String[] {"id"})).isEqualTo(1);
    assertThat(key(statement)).isEqualTo(2);
    PreparedStatement prepared = connection.prepareStatement(insert, new String[] {"id"});
    assertThat(prepared.executeUpdate()).isEqualTo(1);
    assertThat(key(prepared)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void batchesRun(Warehouses warehouse) throws SQLException {
    Statement statement = connect(warehouse).createStatement();
    statement.execute("CREATE TEMP TABLE b (a INT CHECK (a < 10))");
    try (PreparedStatement prepared = connection.prepareStatement("INSERT INTO b VALUES (?)")) {
      assertThat(prepared.getParameterMetaData().getParameterCount()).isEqualTo(1);
      for (int i = 0; i < 5; i++) {
        prepared.setInt(1, i);
        prepared.addBatch();
      }
      assertThat(prepared.executeLargeBatch()).containsExactly(1, 1, 1, 1, 1);
      prepared.setInt(1, 99);
      prepared.addBatch();
      assertThatThrownBy(prepared::executeBatch).isInstanceOf(SQLException.class);
    }
    statement.addBatch("INSERT INTO b VALUES (5)");
    statement.addBatch("INSERT INTO b VALUES (6)");
    assertThat(statement.executeBatch()).containsExactly(1, 1);
    statement.addBatch("INSERT INTO b VALUES (50)");
    if (warehouse == Warehouses.POSTGRESQL) {
      assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class);
    }
  }

  @Test
  void theMostRowsAreTheInnerDrivers() throws SQLException {
    Statement statement = connect(Warehouses.POSTGRESQL).createStatement();
    statement.setMaxRows(3);
    assertThat(statement.getMaxRows()).isEqualTo(3);
    ResultSet rows = statement.executeQuery("SELECT generate_series(1, 5)");
    int count = 0;
    while (rows.next()) {
      count++;
    }
    assertThat(count).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void cancelReachesTheWarehouse(Warehouses warehouse) throws Exception {
    Statement statement = connect(warehouse).createStatement();
    String endless =
        warehouse == Warehouses.DUCKDB
            ? "SELECT count(*) FROM range(100000000) a, range(1000000) b"
            : "SELECT pg_sleep(60)";
    CompletableFuture<SQLException> ended =
        CompletableFuture.supplyAsync(() -> failure(statement, endless));
    while (!ended.isDone()) {
      statement.cancel();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(ended.get().getMessage())
        .containsIgnoringCase(warehouse == Warehouses.DUCKDB ? "interrupt" : "cancel");
  }

  @Test
  void savepointsAndWarningsPass() throws SQLException {
    connect(Warehouses.POSTGRESQL).setAutoCommit(false);
    Statement statement = connection.createStatement();
    statement.execute("CREATE TEMP TABLE p (a INT)");
    Savepoint before = connection.setSavepoint("before");
    statement.execute("INSERT INTO p VALUES (1)");
    connection.rollback(before);
    statement.execute("DO $$ BEGIN RAISE WARNING 'look; SYNC NOW s'; END $$");
    assertThat(statement.getWarnings().getMessage()).isEqualTo("look; SYNC NOW s");
    statement.clearWarnings();
    assertThat((Object) statement.getWarnings()).isNull();
    connection.rollback();
  }

  /** What a closed object says is what the bare driver's says. */
  @ParameterizedTest
  @EnumSource
  void closedObjectsAnswerAsTheInnerOnes(Warehouses warehouse) throws SQLException {
    Connection inner = warehouse.inner();
    Statement theirs = inner.createStatement();
    Statement ours = connect(warehouse).createStatement();
    theirs.close();
    ours.close();
    assertThat(told(ours::getConnection)).isEqualTo(told(theirs::getConnection));
    assertThat(told(ours::getMaxRows)).isEqualTo(told(theirs::getMaxRows));
    assertThat(told(() -> ours.execute("SELECT 1")))
        .isEqualTo(told(() -> theirs.execute("SELECT 1")));
    ours.close();
    inner.close();
    connection.close();
    assertThat(told(connection::createStatement)).isEqualTo(told(inner::createStatement));
    assertThat(told(connection::getAutoCommit)).isEqualTo(told(inner::getAutoCommit));
  }

  /** A call that may fail. */
  @FunctionalInterface
  private interface Ask {
    Object ask() throws SQLException;
  }

  private static String told(Ask ask) {
    try {
      ask.ask();
      return "nothing";
    } catch (SQLException e) {
      return e.getClass() + " " + e.getSQLState() + " " + e.getMessage();
    }
  }

  private static SQLException failure(Statement statement, String sql) {
    try (ResultSet rows = statement.executeQuery(sql)) {
      throw new AssertionError("that should have been cancelled, and gave rows: " + rows.next());
    } catch (SQLException e) {
      return e;
    }
  }

  private static int key(Statement statement) throws SQLException {
    try (ResultSet keys = statement.getGeneratedKeys()) {
      assertThat(keys.next()).isTrue();
      return keys.getInt(1);
    }
  }

  private Connection connect(Warehouses warehouse) throws SQLException {
    connection = DriverManager.getConnection(warehouse.ours());
    return connection;
  }
}
