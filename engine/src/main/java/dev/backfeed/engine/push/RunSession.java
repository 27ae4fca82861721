package dev.backfeed.engine.push;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The caller's connection, borrowed for a run: entered outside any transaction, in autocommit mode
 * and READ COMMITTED, and given back as it was found. If it cannot be restored it is closed, so
 * that a pool drops it.
 */
public final class RunSession implements AutoCloseable {
  private final Connection connection;
  private final Warehouse work;
  private final boolean autoCommit;
  private final int isolation;
  private final SessionContext context;

  private RunSession(Warehouse work, boolean autoCommit, int isolation, SessionContext context) {
    this.connection = work.connection();
    this.work = work;
    this.autoCommit = autoCommit;
    this.isolation = isolation;
    this.context = context;
  }

  /**
   * Borrows the connection.
   *
   * @throws StatementException {@code XB006} if a transaction is open on it
   */
  public static RunSession enter(Warehouse work, Execution execution) throws SQLException {
    Connection connection = work.connection();
    refuseOpenTransaction(work, execution);
    boolean autoCommit = connection.getAutoCommit();
    if (!autoCommit) {
      // Drivers that begin early hold an empty transaction here.
      connection.rollback();
      connection.setAutoCommit(true);
    }
    int isolation = connection.getTransactionIsolation();
    SessionContext context = work.dialect().session(connection);
    if (work.dialect().hasSeveralProcesses()
        && isolation != Connection.TRANSACTION_READ_COMMITTED) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    return new RunSession(work, autoCommit, isolation, context);
  }

  /**
   * Does something outside any transaction of the caller's, on a connection in autocommit mode.
   *
   * @throws StatementException {@code XB006} if a transaction is open on it
   */
  public static <T> T within(Warehouse work, Execution execution, Warehouse.Work<T> what)
      throws SQLException {
    RunSession session = enter(work, execution);
    try {
      return what.run();
    } finally {
      session.close();
    }
  }

  /** Sets what names in the sync's query mean. */
  public void apply(SessionContext stored) throws SQLException {
    work.dialect().apply(connection, stored);
  }

  /**
   * Refuses what could not be rolled back.
   *
   * @throws StatementException {@code XB006} if a transaction is open
   */
  public static void refuseOpenTransaction(Warehouse work, Execution execution)
      throws SQLException {
    boolean open =
        work.connection().getAutoCommit()
            ? work.dialect().inTransaction(work.connection())
            : execution.statementPassed();
    if (open) {
      throw new StatementException(
          SqlState.TRANSACTION_OPEN,
          "a transaction is open on this connection and what a run writes could not be rolled back:"
              + " COMMIT or ROLLBACK first");
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      if (!connection.isClosed()) {
        work.dialect().apply(connection, context);
        if (connection.getTransactionIsolation() != isolation) {
          connection.setTransactionIsolation(isolation);
        }
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      connection.close();
    }
  }
}
