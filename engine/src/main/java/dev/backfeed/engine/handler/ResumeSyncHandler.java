package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.ResumeSync;
import dev.backfeed.parser.command.Name;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets paused syncs run again, if their fields are still theirs. */
final class ResumeSyncHandler implements Handler<ResumeSync> {
  @Override
  public Result handle(ResumeSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Optional<StoredSync> one =
        command.name().isPresent()
            ? Optional.of(environment.syncs().get(command.name().get()))
            : Optional.empty();
    Definitions.change(
        environment,
        () -> {
          List<StoredSync> resumed =
              one.isPresent() ? List.of(one.get()) : environment.syncs().all();
          List<StoredSync> others = new ArrayList<>(environment.syncs().all());
          for (StoredSync sync : resumed) {
            if (sync.paused()) {
              SharedFields.refuse(
                  sync,
                  command.name().map(Name::position),
                  environment.target(sync.definition()),
                  others,
                  one.isEmpty());
            }
          }
          environment.syncs().setPaused(one, false);
          return null;
        });
    return Result.count(0);
  }
}
