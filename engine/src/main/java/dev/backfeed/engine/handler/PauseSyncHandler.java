package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.PauseSync;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The kill switch: a run in flight makes no further call once this has returned, or within a moment
 * of the commit where PAUSE is part of a transaction. Needs no lease.
 */
final class PauseSyncHandler implements Handler<PauseSync> {
  @Override
  public Result handle(PauseSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Optional<StoredSync> sync =
        command.name().isPresent()
            ? Optional.of(environment.syncs().get(command.name().get()))
            : Optional.empty();
    Definitions.flags(
        environment,
        () -> {
          environment.syncs().setPaused(sync, true);
          return null;
        });
    Warehouse work = environment.work();
    if (work.connection().getAutoCommit() && !work.inTextTransaction()) {
      new Leases(work).stopPaused(sync);
    }
    return Result.count(0);
  }
}
