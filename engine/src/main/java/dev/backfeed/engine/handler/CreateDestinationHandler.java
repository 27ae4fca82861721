package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.OptionRules;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.parser.command.Command.CreateDestination;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** Stores a destination. Its options are checked; no call is made. */
final class CreateDestinationHandler implements Handler<CreateDestination> {
  @Override
  public Result handle(CreateDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Connector connector = environment.connectors().get(command.type());
    OptionRules rules = OptionRules.destination(connector.manifest());
    Map<String, OptionValue> options =
        rules.check(command.options(), environment.settings().secrets(), command.name().position());
    StoredDestination created =
        DestinationChange.with(command.name().text(), connector.manifest().type(), options, false);
    DestinationChange change = new DestinationChange(environment, execution);
    Definitions.change(
        environment,
        () -> {
          Optional<StoredDestination> before =
              environment.destinations().find(command.name().text());
          if (before.isEmpty()) {
            change.tryOut(created, connector);
            environment.destinations().insert(created, environment.now());
          } else if (command.orReplace()) {
            change.refuseUnderState(before.get(), created, rules, command.name().position());
            change.tryOut(created, connector);
            environment.destinations().update(created, environment.now());
          } else if (!command.ifNotExists()) {
            throw new StatementException(
                SqlState.DUPLICATE_OBJECT,
                "destination \""
                    + before.get().name()
                    + "\" exists already: write CREATE OR REPLACE, or IF NOT EXISTS",
                command.name().position());
          }
          return null;
        });
    return Result.count(0);
  }
}
