package dev.backfeed.engine.push;

import dev.backfeed.engine.push.Delivery.Stop;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.Optional;

/**
 * Why a run failed, in the words of the statement that asked for it.
 *
 * @param sqlState as the language page lists them
 * @param message what happened
 */
record Trouble(String sqlState, String message) {

  /**
   * What ended a run outside its delivery.
   *
   * @param destination its name, for what its connector says
   */
  static Trouble of(Exception e, String destination) {
    if (e instanceof ConnectorException failure) {
      boolean wrong = failure.kind() == ConnectorException.Kind.MISCONFIGURED;
      return new Trouble(
          wrong ? SqlState.RUN_FAILED : SqlState.UNREACHABLE,
          "destination \"" + destination + "\": " + e.getMessage());
    }
    if (e instanceof SecretException secret) {
      return new Trouble(secret.allowed() ? SqlState.SECRET : SqlState.NOT_ALLOWED, e.getMessage());
    }
    if (e instanceof StatementException statement) {
      return new Trouble(statement.getSQLState(), e.getMessage());
    }
    if (e instanceof FailureLimit.Exceeded) {
      return new Trouble(SqlState.RUN_FAILED, e.getMessage());
    }
    String what = e instanceof RuntimeException ? "unexpected " + e : e.getMessage();
    return new Trouble(SqlState.RUN_FAILED, what);
  }

  /** What ended a delivery. No answer to anything is a failure, some answers make it partial. */
  static Optional<Trouble> of(Stop stop, boolean someAnswered, String destination) {
    if (!(stop.cause() instanceof ConnectorException failure)) {
      return Optional.of(of(stop.cause(), destination));
    }
    return switch (failure.kind()) {
      case CREDENTIALS, MISCONFIGURED -> Optional.of(of(failure, destination));
      case UNREACHABLE, UNKNOWN_OUTCOME ->
          someAnswered ? Optional.empty() : Optional.of(of(failure, destination));
      case QUOTA, THROTTLED -> Optional.empty();
    };
  }

  /** A pause is no trouble. */
  static Optional<Trouble> of(RunStopped stopped) {
    return stopped.reason() == RunStopped.Reason.PAUSED
        ? Optional.empty()
        : Optional.of(new Trouble(SqlState.CANCELLED, stopped.getMessage()));
  }

  StatementException exception(String runId) {
    return new StatementException(sqlState, message + " (run " + runId + ")");
  }
}
