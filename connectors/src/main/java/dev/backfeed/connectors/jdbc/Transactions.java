package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RowError;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs work in one transaction each, and again where that may help: upserts and deletes by key do
 * no harm twice, inserts are not repeated once a commit has stayed unanswered. Safe for several
 * threads.
 */
final class Transactions {
  private static final long FIRST_PAUSE_MS = 200;

  /** With the usual five retries nobody waits a minute to learn that a database is not there. */
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final Database database;
  private final String label;
  private final Connections connections;
  private final Credentials credentials;
  private final CallGate gate;
  private final int maxRetries;

  Transactions(
      JdbcUrl url,
      Connections connections,
      Credentials credentials,
      CallGate gate,
      int maxRetries) {
    this.database = url.database();
    this.label = url.label();
    this.connections = connections;
    this.credentials = credentials;
    this.gate = gate;
    this.maxRetries = maxRetries;
  }

  /** What is done inside. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection, Calls calls) throws SQLException;
  }

  /** The database refused a row; nothing of the transaction was kept. */
  static final class RowRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient RowError error;

    RowRefused(RowError error) {
      super(error.message());
      this.error = error;
    }

    RowError error() {
      return error;
    }
  }

  private static final class AttemptFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;
    private final boolean committing;

    AttemptFailed(Failure failure, boolean committing, SQLException cause) {
      super(null, cause, false, false);
      this.failure = failure;
      this.committing = committing;
    }
  }

  /**
   * Runs the work until it is committed.
   *
   * @throws RowRefused if the database found fault with a row
   * @throws ConnectorException if it is of no use to try on; {@code UNKNOWN_OUTCOME} if a commit
   *     stayed without answer and no later attempt brought one
   */
  <T> T run(Work<T> work) throws RowRefused {
    return run(work, true);
  }

  /** The same for work that must not be done twice. */
  <T> T once(Work<T> work) throws RowRefused {
    return run(work, false);
  }

  private <T> T run(Work<T> work, boolean repeatable) throws RowRefused {
    boolean unknown = false;
    for (int retry = 0; ; retry++) {
      try {
        return attempt(work, new Calls(gate, retry > 0));
      } catch (AttemptFailed e) {
        unknown |= e.committing && e.failure.kind() == Failure.Kind.BROKEN;
        boolean harmless = repeatable || !unknown;
        boolean again = harmless && isPassing(e.failure) && retry < maxRetries && gate.mayRetry();
        if (!again) {
          throw giveUp(e.failure, unknown);
        }
        gate.pause(pauseBefore(retry + 1), false);
      }
    }
  }

  private <T> T attempt(Work<T> work, Calls calls) throws AttemptFailed {
    boolean committing = false;
    Connection connection = null;
    try {
      connection = connections.borrow();
      T result = work.in(connection, calls);
      committing = true;
      connection.commit();
      connections.giveBack(connection);
      connection = null;
      return result;
    } catch (SQLException e) {
      throw new AttemptFailed(Failure.of(database, e), committing, e);
    } finally {
      if (connection != null) {
        rollBack(connection);
      }
    }
  }

  private void rollBack(Connection connection) {
    try {
      connection.rollback();
      if (connection.isValid(1)) {
        connections.giveBack(connection);
        return;
      }
    } catch (SQLException e) {
      // The transaction ends with its connection then.
    }
    connections.discard(connection);
  }

  private static boolean isPassing(Failure failure) {
    return failure.kind() == Failure.Kind.RETRY || failure.kind() == Failure.Kind.BROKEN;
  }

  private RuntimeException giveUp(Failure failure, boolean unknown) throws RowRefused {
    RowError error = failure.error();
    String message = credentials.redact(error.message());
    return switch (failure.kind()) {
      case DATA -> throw new RowRefused(new RowError(error.type(), error.code(), message));
      case CREDENTIALS -> failed(ConnectorException.Kind.CREDENTIALS, "refuses us", message);
      case MISCONFIGURED ->
          failed(ConnectorException.Kind.MISCONFIGURED, "refuses the request", message);
      case RETRY, BROKEN ->
          unknown
              ? failed(ConnectorException.Kind.UNKNOWN_OUTCOME, "did not answer a COMMIT", message)
              : failed(ConnectorException.Kind.UNREACHABLE, "cannot be used now", message);
    };
  }

  private ConnectorException failed(ConnectorException.Kind kind, String what, String message) {
    return new ConnectorException(kind, "database " + label + " " + what + ": " + message);
  }

  /** 0.2 s, 0.8 s, 3.2 s, then 5 s, each up to a quarter more or less. */
  private static Duration pauseBefore(int retry) {
    long base = Math.min(FIRST_PAUSE_MS << Math.min(2 * (retry - 1), 12), LONGEST_PAUSE_MS);
    return Duration.ofMillis(base - base / 4 + ThreadLocalRandom.current().nextLong(base / 2 + 1));
  }
}
