package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.ResumeDestination;
import java.sql.SQLException;

/** Lets the syncs to a paused destination run again, but for those that are paused themselves. */
final class ResumeDestinationHandler implements Handler<ResumeDestination> {
  @Override
  public Result handle(ResumeDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination destination = environment.destinations().get(command.name());
    Definitions.flags(
        environment,
        () -> {
          environment.destinations().setPaused(destination, false);
          return null;
        });
    return Result.count(0);
  }
}
