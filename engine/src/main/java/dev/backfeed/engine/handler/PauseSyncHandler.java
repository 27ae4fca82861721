package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.PauseSync;
import java.sql.SQLException;
import java.util.Optional;

/** The kill switch: a run in flight sees the flag before its next call. Needs no lease. */
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
    return Result.count(0);
  }
}
