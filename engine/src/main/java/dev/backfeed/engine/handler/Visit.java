package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.CheckedOptions;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/** A destination opened for one question, outside a run. */
final class Visit {
  private final RunEnvironment environment;
  private final Execution execution;

  Visit(RunEnvironment environment, Execution execution) {
    this.environment = environment;
    this.execution = execution;
  }

  /** What is asked. */
  @FunctionalInterface
  interface Question<T> {
    T ask(Destination destination) throws SQLException;
  }

  /** Asks a stored destination. */
  <T> T to(StoredDestination stored, Position object, Question<T> question) throws SQLException {
    Connector connector = SyncTarget.connector(stored, environment.connectors());
    return to(
        stored,
        connector,
        SyncTarget.options(stored, connector, environment.settings().secrets()),
        object,
        question);
  }

  /**
   * Asks.
   *
   * @param object where the statement names the object the question is about
   * @throws StatementException {@code XB001} unreachable or refused, {@code 42704} no such object,
   *     {@code XB004} or {@code 42501} for its secrets, {@code 57014}
   */
  <T> T to(
      StoredDestination stored,
      Connector connector,
      CheckedOptions options,
      Position object,
      Question<T> question)
      throws SQLException {
    if (options.flag("sandbox")) {
      environment.schema().ensure();
    }
    RunGate gate = new RunGate(execution, options.duration("timeout").orElseThrow());
    try (Destination destination = environment.open(stored, connector, options, gate)) {
      return question.ask(destination);
    } catch (ConnectorException e) {
      boolean wrong = e.kind() == ConnectorException.Kind.MISCONFIGURED;
      throw new StatementException(
          wrong ? SqlState.UNDEFINED_OBJECT : SqlState.UNREACHABLE,
          "destination \"" + stored.name() + "\": " + e.getMessage(),
          wrong ? object : null);
    } catch (SecretException e) {
      throw new StatementException(
          e.allowed() ? SqlState.SECRET : SqlState.NOT_ALLOWED, e.getMessage());
    } catch (RunStopped e) {
      throw new StatementException(SqlState.CANCELLED, e.getMessage());
    }
  }
}
