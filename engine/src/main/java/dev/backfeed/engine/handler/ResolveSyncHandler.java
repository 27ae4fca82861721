package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.state.Doubts;
import dev.backfeed.parser.command.Command.ResolveSync;
import java.sql.SQLException;

/** Takes a person's word for what became of rows in doubt. Gives the rows touched. */
final class ResolveSyncHandler implements Handler<ResolveSync> {
  @Override
  public Result handle(ResolveSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    Doubts doubts = new Doubts(environment.work(), sync);
    return Result.count(
        WithLease.run(
            sync,
            environment,
            execution,
            false,
            runId -> command.sent() ? doubts.sent(environment.now()) : doubts.unsent()));
  }
}
