package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.PauseDestination;
import java.sql.SQLException;

/**
 * The kill switch of all syncs to one destination, as {@link PauseSyncHandler} is that of one sync;
 * their own flags stay as they are.
 */
final class PauseDestinationHandler implements Handler<PauseDestination> {
  @Override
  public Result handle(PauseDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination destination = environment.destinations().get(command.name());
    Definitions.flags(
        environment,
        () -> {
          environment.destinations().setPaused(destination, true);
          return null;
        });
    Warehouse work = environment.work();
    if (work.connection().getAutoCommit() && !work.inTextTransaction()) {
      new Leases(work).stopPausedTo(destination);
    }
    return Result.count(0);
  }
}
