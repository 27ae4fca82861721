package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.DropDestination;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;

/** Drops a destination that no sync and no alert uses. */
final class DropDestinationHandler implements Handler<DropDestination> {
  @Override
  public Result handle(DropDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    if (command.ifExists() && environment.destinations().find(command.name().text()).isEmpty()) {
      return Result.count(0);
    }
    environment.destinations().get(command.name());
    Definitions.change(
        environment,
        () -> {
          List<String> users =
              environment.syncs().to(command.name().text()).stream().map(StoredSync::name).toList();
          if (!users.isEmpty()) {
            throw new StatementException(
                SqlState.WRONG_STATE,
                "destination \""
                    + command.name()
                    + "\" is used by "
                    + String.join(", ", users)
                    + ": drop these syncs first",
                command.name().position());
          }
          List<String> alerts =
              new Alerts(environment.work(), environment.schema()).telling(command.name().text());
          if (!alerts.isEmpty()) {
            throw new StatementException(
                SqlState.WRONG_STATE,
                "destination \""
                    + command.name()
                    + "\" is told by alert "
                    + String.join(", ", alerts)
                    + ": drop it first, or let it tell another destination",
                command.name().position());
          }
          environment.destinations().delete(command.name().text());
          return null;
        });
    return Result.count(0);
  }
}
