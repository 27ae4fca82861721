package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.DropAlert;
import java.sql.SQLException;

/** Drops an alert. What it has found stays, and who was not told yet still is. */
final class DropAlertHandler implements Handler<DropAlert> {
  @Override
  public Result handle(DropAlert command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Alerts alerts = new Alerts(environment.work(), environment.schema());
    if (command.ifExists() && alerts.find(command.name().text()).isEmpty()) {
      return Result.count(0);
    }
    alerts.get(command.name());
    Definitions.change(
        environment,
        () -> {
          alerts.delete(alerts.get(command.name()));
          return null;
        });
    return Result.count(0);
  }
}
