package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.Result;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Shape;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JDBC's contract for our statements, and the way back to the warehouse's. */
class OurStatementsTest {
  private static final String SHOW = "SHOW SYNCS";
  private static final String RUN = "SYNC NOW s";
  private static final String DROP = "DROP SYNC s;";

  private final List<AutoCloseable> open = new ArrayList<>();
  private ScriptedSide side;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void executeTellsRowsFromCounts(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    side.answer = (command, execution) -> answer(command, 7);

    assertThat(statement.execute(SHOW)).isTrue();
    ResultSet rows = statement.getResultSet();
    assertThat(rows.next()).isTrue();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);
    assertThat(statement.getMoreResults()).isFalse();
    assertThat(rows.isClosed()).isTrue();
    assertThat(statement.getResultSet()).isNull();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);

    assertThat(statement.execute(DROP)).isFalse();
    assertThat(statement.getResultSet()).isNull();
    assertThat(statement.getUpdateCount()).isEqualTo(7);
    assertThat(statement.getLargeUpdateCount()).isEqualTo(7L);
    assertThat(statement.getMoreResults()).isFalse();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void theOtherExecutesCheckWhatAStatementGives(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    side.answer = (command, execution) -> answer(command, 3);

    assertThat(statement.executeUpdate(RUN)).isEqualTo(3);
    assertThat(statement.getResultSet()).isNull();
    assertThat(statement.executeLargeUpdate(RUN)).isEqualTo(3L);
    assertThat(statement.executeUpdate(DROP, Statement.RETURN_GENERATED_KEYS)).isEqualTo(3);
    assertThat(statement.getGeneratedKeys().next()).isFalse();
    assertThat(statement.executeQuery(RUN).next()).isTrue();
    int before = side.executed.size();
    assertThatThrownBy(() -> statement.executeQuery(DROP))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07005"))
        .hasMessageContaining("executeUpdate");
    assertThatThrownBy(() -> statement.executeUpdate(SHOW))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07000"))
        .hasMessageContaining("executeQuery");
    assertThat(side.executed).as("refused before it ran").hasSize(before);
  }

  @ParameterizedTest
  @EnumSource
  void warningsAreChainedAndForgottenByTheNextExecution(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    side.answer =
        (command, execution) ->
            new Result(
                command.shape(),
                List.of(),
                0,
                List.of(
                    new SQLWarning("one", "01000"),
                    new SQLWarning("two", "01000"),
                    new SQLWarning("three", "01000")));

    statement.execute(SHOW);
    List<String> texts = new ArrayList<>();
    for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
      texts.add(w.getMessage());
    }
    assertThat(texts).containsExactly("one", "two", "three");
    statement.clearWarnings();
    assertThat((Object) statement.getWarnings()).isNull();
    statement.execute(SHOW);
    statement.execute("SELECT 1");
    assertThat((Object) statement.getWarnings()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void theSameStatementServesBothSides(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    side.answer = (command, execution) -> answer(command, 0);

    ResultSet ours = statement.executeQuery(SHOW);
    assertThat(statement.execute("SELECT 42 AS answer")).isTrue();
    assertThat(ours.isClosed()).isTrue();
    ResultSet theirs = statement.getResultSet();
    assertThat(theirs.getClass().getName()).doesNotContain("Proxy");
    assertThat(theirs.next()).isTrue();
    assertThat(theirs.getInt("answer")).isEqualTo(42);
    statement.execute(SHOW);
    assertThat(theirs.isClosed()).isTrue();
    statement.executeUpdate("CREATE TEMP TABLE t (a INT)");
    assertThat(statement.executeUpdate("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
    assertThat(statement.getUpdateCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfTheEngineArrivesAsItIs(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    SQLException blocked = new SQLException("blocked", "XB003");
    side.answer =
        (command, execution) -> {
          throw blocked;
        };

    assertThatThrownBy(() -> statement.execute(RUN)).isSameAs(blocked);
    assertThat(statement.getResultSet()).isNull();
    assertThat(statement.getUpdateCount()).isEqualTo(-1);
    assertThat(statement.isClosed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void limitsTimeOutAndCancelReachTheEngine(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    statement.setMaxRows(2);
    statement.setQueryTimeout(30);
    side.answer =
        (command, execution) -> {
          assertThat(execution.cancelled().getAsBoolean()).isFalse();
          cancelElsewhere(statement);
          assertThat(execution.cancelled().getAsBoolean()).isTrue();
          List<Object> row = row(command.shape());
          return Result.rows(command.shape(), List.of(row, row, row));
        };

    ResultSet rows = statement.executeQuery(SHOW);
    assertThat(rows.last()).isTrue();
    assertThat(rows.getRow()).isEqualTo(2);
    assertThat(side.executions.get(0).maxRows()).isEqualTo(2);
    assertThat(side.executions.get(0).timeout()).contains(Duration.ofSeconds(30));
    statement.setQueryTimeout(0);
    statement.setMaxRows(0);
    side.answer = (command, execution) -> answer(command, 0);
    statement.execute(SHOW);
    assertThat(side.executions.get(1).cancelled().getAsBoolean())
        .as("a cancel holds for one execution")
        .isFalse();
    assertThat(side.executions.get(1).timeout()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void batchesAreOursOrTheirs(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);
    side.answer = (command, execution) -> answer(command, 2);

    statement.addBatch(DROP);
    assertThatThrownBy(() -> statement.addBatch("DELETE FROM t")).isInstanceOf(SQLException.class);
    statement.addBatch(RUN);
    assertThat(statement.executeBatch()).containsExactly(2, 2);
    statement.addBatch(DROP);
    statement.addBatch(SHOW);
    assertThatThrownBy(statement::executeBatch)
        .isInstanceOfSatisfying(
            BatchUpdateException.class, e -> assertThat(e.getUpdateCounts()).containsExactly(2));
    statement.execute("CREATE TEMP TABLE b (a INT)");
    statement.addBatch("INSERT INTO b VALUES (1)");
    assertThatThrownBy(() -> statement.addBatch(RUN)).isInstanceOf(SQLException.class);
    assertThat(statement.executeBatch()).containsExactly(1);
    statement.addBatch(RUN);
    statement.clearBatch();
    assertThat(statement.executeBatch()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aTextWithOursAndTheirsIsRefused(Warehouses warehouse) throws SQLException {
    Statement statement = statement(warehouse);

    for (String text :
        List.of(
            "SYNC NOW s; SYNC NOW t",
            "SYNC NOW s; SELECT 1",
            "SELECT 1; SYNC NOW s",
            "SELECT 1;\n -- then\n SHOW SYNCS;")) {
      assertThatThrownBy(() -> statement.execute(text))
          .as(text)
          .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "42601"))
          .hasMessageContaining("an execute of its own");
    }
    assertThat(side.executed).isEmpty();
    assertThat(statement.execute("SELECT 1; SELECT 2")).isTrue();
    assertThat(statement.execute("SYNC NOW s ; \n")).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void theEngineIsToldOfATransactionThatBeganSilently(Warehouses warehouse) throws SQLException {
    Connection connection = connection(warehouse);
    Statement statement = connection.createStatement();
    side.answer = (command, execution) -> answer(command, 0);
    statement.execute("CREATE TEMP TABLE p (a INT)");
    connection.setAutoCommit(false);
    assertThat(passed(statement)).isFalse();
    statement.execute("INSERT INTO p VALUES (1)");
    assertThat(passed(statement)).isTrue();
    connection.commit();
    assertThat(passed(statement)).as("after commit").isFalse();
    connection.prepareStatement("SELECT * FROM p").executeQuery().close();
    assertThat(passed(statement)).isTrue();
    connection.rollback();
    assertThat(passed(statement)).as("after rollback").isFalse();
    statement.execute(DROP);
    assertThat(passed(statement)).as("a definition of ours").isTrue();
    connection.setAutoCommit(true);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamedResultIsNotCutOff(Warehouses warehouse) throws SQLException {
    Connection connection = connection(warehouse);
    side.answer = (command, execution) -> answer(command, 0);
    Statement ours = connection.createStatement();
    ResultSet stream = connection.createStatement().executeQuery("SELECT 1");
    assertThatThrownBy(() -> ours.execute(RUN))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "24000"));
    stream.close();
    assertThat(ours.execute(RUN)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void closedIsClosed(Warehouses warehouse) throws SQLException {
    Connection connection = connection(warehouse);
    side.answer = (command, execution) -> answer(command, 0);
    Statement statement = connection.createStatement();
    ResultSet rows = statement.executeQuery(SHOW);
    statement.close();

    assertThat(rows.isClosed()).isTrue();
    assertThatThrownBy(rows::next).isInstanceOf(SQLException.class);
    assertThatThrownBy(rows::getStatement).isInstanceOf(SQLException.class);
    assertThatThrownBy(rows::wasNull).isInstanceOf(SQLException.class);
    assertThatThrownBy(rows::getType).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> statement.addBatch(DROP)).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> statement.execute(SHOW))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "55000"));
    Statement completing = connection.createStatement();
    completing.closeOnCompletion();
    completing.executeQuery(SHOW).close();
    assertThat(completing.isClosed()).isTrue();
    assertThat(side.closed).isFalse();
    connection.close();
    assertThat(side.closed).isTrue();
    assertThat(connection.isClosed()).isTrue();
  }

  private boolean passed(Statement statement) throws SQLException {
    statement.execute(SHOW);
    return side.executions.get(side.executions.size() - 1).statementPassed();
  }

  private Statement statement(Warehouses warehouse) throws SQLException {
    return connection(warehouse).createStatement();
  }

  private Connection connection(Warehouses warehouse) throws SQLException {
    Connection inner = warehouse.inner();
    side = warehouse.side(inner);
    Connection connection = Warehouses.wrap(inner, side);
    open.add(connection);
    return connection;
  }

  static Result answer(Command command, long count) {
    Shape shape = command.shape();
    return new Result(shape, shape.hasRows() ? List.of(row(shape)) : List.of(), count, List.of());
  }

  private static List<Object> row(Shape shape) {
    return Collections.nCopies(shape.columns().size(), null);
  }

  static void assertState(SQLException e, String state) {
    assertThat(e.getSQLState()).isEqualTo(state);
  }

  private static void cancelElsewhere(Statement statement) throws SQLException {
    Thread other =
        new Thread(
            () -> {
              try {
                statement.cancel();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    try {
      other.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException(e);
    }
  }
}
