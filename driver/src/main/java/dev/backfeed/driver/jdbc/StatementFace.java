package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.parser.command.Command;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The part of a Statement that knows of our statements. It remembers whether the last execution was
 * ours; if so, the JDBC questions about it are answered here, else by the inner statement. As
 * thread-safe as a Statement is: not, but for {@link #cancel}.
 */
final class StatementFace {
  private final ConnectionFace connection;
  private final Statement inner;
  private final OurBatch batch = new OurBatch();
  private Statement self;

  /** Null while the last execution was the warehouse's. */
  private OurAnswer answer;

  private ResultSet foreignRows;
  private boolean closeOnCompletion;

  /** Kept here because not every inner driver remembers it. */
  private long maxRows;

  private volatile AtomicBoolean running;

  StatementFace(ConnectionFace connection, Statement inner) {
    this.connection = connection;
    this.inner = inner;
  }

  /** Tells the face which object its caller holds. */
  void self(Statement proxy) {
    this.self = proxy;
  }

  ConnectionFace connection() {
    return connection;
  }

  Statement inner() {
    return inner;
  }

  OurBatch batch() {
    return batch;
  }

  boolean isOurs(String sql) throws SQLException {
    return connection.routing().isOurs(sql);
  }

  Command parse(String sql) throws SQLException {
    requireOpen();
    return connection.side().parse(sql);
  }

  /** Runs ours for {@code execute}: true if there are rows. */
  boolean execute(Command command) throws SQLException {
    Result result = run(command);
    boolean rows = command.shape().hasRows();
    answer =
        rows
            ? OurAnswer.rows(resultSet(result), result.warnings())
            : OurAnswer.count(result.updateCount(), result.warnings());
    return rows;
  }

  /** Runs ours for {@code executeQuery}. */
  ResultSet query(Command command) throws SQLException {
    if (!command.shape().hasRows()) {
      throw Refusal.noRows();
    }
    execute(command);
    return answer.rows();
  }

  /** Runs ours for {@code executeUpdate}: SYNC NOW gives the rows acknowledged. */
  long update(Command command) throws SQLException {
    if (command.shape().hasRows() && !(command instanceof Command.SyncNow)) {
      throw Refusal.rows();
    }
    Result result = run(command);
    answer = OurAnswer.count(result.updateCount(), result.warnings());
    return result.updateCount();
  }

  /** The next answers are the inner statement's again. */
  void foreign(Invocation call) throws SQLException {
    if (call.hasText()) {
      connection.openWork().passed(call.text());
    } else {
      connection.openWork().passed();
    }
    forget();
    answer = null;
  }

  /** Remembers rows of the warehouse, to close them before one of ours runs. */
  Object foreignRows(Object rows) {
    foreignRows = (ResultSet) rows;
    connection.openWork().opened(foreignRows);
    return rows;
  }

  /** The answer of ours, or null if the inner statement is to be asked. */
  OurAnswer answer() throws SQLException {
    if (answer != null) {
      requireOpen();
    }
    return answer;
  }

  void maxRows(long max) {
    maxRows = max;
  }

  void closeOnCompletion() {
    closeOnCompletion = true;
  }

  /** Whether one of ours was running; it will stop before its next call. */
  boolean cancel() {
    AtomicBoolean cancelled = running;
    if (cancelled == null) {
      return false;
    }
    cancelled.set(true);
    return true;
  }

  void close() throws SQLException {
    forget();
    inner.close();
  }

  void requireOpen() throws SQLException {
    if (inner.isClosed()) {
      throw Refusal.closed("this statement");
    }
  }

  private Result run(Command command) throws SQLException {
    requireOpen();
    forget();
    closeForeignRows();
    connection.openWork().requireNoStream();
    answer = OurAnswer.nothing();
    AtomicBoolean cancelled = new AtomicBoolean();
    running = cancelled;
    try {
      Result result = connection.side().execute(command, execution(cancelled));
      connection.openWork().passed(command);
      return result;
    } finally {
      running = null;
    }
  }

  private Execution execution(AtomicBoolean cancelled) throws SQLException {
    int seconds = inner.getQueryTimeout();
    return new Execution(
        cancelled::get,
        seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty(),
        maxRows,
        connection.listener(),
        connection.openWork().statementPassed(),
        connection.trigger());
  }

  private ResultSet resultSet(Result result) throws SQLException {
    List<List<Object>> rows = result.rows();
    if (maxRows > 0 && rows.size() > maxRows) {
      rows = rows.subList(0, (int) maxRows);
    }
    return OurRows.open(result.shape(), rows, self, this::rowsClosed);
  }

  private void rowsClosed() throws SQLException {
    if (closeOnCompletion) {
      inner.close();
    }
  }

  /** An execution implicitly closes the rows of the one before. */
  private void forget() throws SQLException {
    if (answer != null) {
      boolean completion = closeOnCompletion;
      closeOnCompletion = false;
      answer.close();
      closeOnCompletion = completion;
    }
  }

  private void closeForeignRows() throws SQLException {
    ResultSet rows = foreignRows;
    foreignRows = null;
    if (rows != null) {
      rows.close();
    }
  }
}
