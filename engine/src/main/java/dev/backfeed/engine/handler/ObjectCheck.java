package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
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

  /**
   * Opens the destination, asks, and closes it.
   *
   * @throws StatementException as {@link Visit}
   */
  static <T> T ask(
      RunEnvironment environment,
      Execution execution,
      SyncTarget target,
      SyncDefinition definition,
      Visit.Question<T> question)
      throws SQLException {
    return new Visit(environment, execution)
        .to(
            target.destination(),
            target.connector(),
            target.options(),
            definition.target().path().get(0).position(),
            question);
  }
}
