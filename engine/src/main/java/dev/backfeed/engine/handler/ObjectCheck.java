package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;

/** Asks the destination what a sync's object looks like, outside a run. */
final class ObjectCheck {
  private ObjectCheck() {}

  /**
   * The described object, or {@link ObjectSchema#FREE_FORM} with {@code validate = FALSE}.
   *
   * @throws StatementException as {@link #ask}
   */
  static ObjectSchema describe(
      RunEnvironment environment, Execution execution, SyncTarget target, SyncDefinition definition)
      throws SQLException {
    return target.syncOptions().flag("validate")
        ? ask(
            environment,
            execution,
            target,
            definition,
            destination -> destination.describe(definition.target().object()))
        : ObjectSchema.FREE_FORM;
  }

  /** What is asked of an opened destination. */
  @FunctionalInterface
  interface Question<T> {
    T ask(Destination destination) throws SQLException;
  }

  /**
   * Opens the destination, asks, and closes it.
   *
   * @throws StatementException {@code XB001} unreachable or refused, {@code 42704} no such object,
   *     {@code XB004} or {@code 42501} for its secrets, {@code 57014}
   */
  static <T> T ask(
      RunEnvironment environment,
      Execution execution,
      SyncTarget target,
      SyncDefinition definition,
      Question<T> question)
      throws SQLException {
    if (target.options().flag("sandbox")) {
      environment.schema().ensure();
    }
    RunGate gate = new RunGate(execution, target.options().duration("timeout").orElseThrow());
    try (Destination destination =
        environment.open(target.destination(), target.connector(), target.options(), gate)) {
      return question.ask(destination);
    } catch (ConnectorException e) {
      boolean wrong = e.kind() == ConnectorException.Kind.MISCONFIGURED;
      throw new StatementException(
          wrong ? SqlState.UNDEFINED_OBJECT : SqlState.UNREACHABLE,
          "destination \"" + target.destination().name() + "\": " + e.getMessage(),
          wrong ? definition.target().path().get(0).position() : null);
    } catch (SecretException e) {
      throw new StatementException(
          e.allowed() ? SqlState.SECRET : SqlState.NOT_ALLOWED, e.getMessage());
    } catch (RunStopped e) {
      throw new StatementException(SqlState.CANCELLED, e.getMessage());
    }
  }
}
