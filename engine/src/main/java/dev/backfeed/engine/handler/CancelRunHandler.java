package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.parser.command.Command.CancelRun;
import java.sql.SQLException;

/**
 * Stops a run under way, whoever runs it, before its next call: what was acknowledged is recorded,
 * the rest deferred. Needs no lease.
 */
final class CancelRunHandler implements Handler<CancelRun> {
  @Override
  public Result handle(CancelRun command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredRun run = StoredRun.find(command.run(), environment);
    StoredSync sync = run.requireSync();
    Leases leases = new Leases(environment.work());
    boolean stops =
        RunSession.within(environment.work(), execution, () -> leases.cancel(sync, run.runId()));
    if (!stops) {
      boolean open = run.status().equals("planning") || run.status().equals("running");
      throw run.wrong(
          open
              ? "its process has ended, and the next run of \"" + sync.name() + "\" settles it"
              : "it is " + run.status() + " and not under way");
    }
    return Result.count(0);
  }
}
