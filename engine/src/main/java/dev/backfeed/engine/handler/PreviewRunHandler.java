package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.Approval;
import dev.backfeed.engine.push.Preview;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.parser.command.Command.PreviewRun;
import java.sql.SQLException;

/** The rows of a plan that is held, as APPROVE RUN would send them. Changes nothing. */
final class PreviewRunHandler implements Handler<PreviewRun> {
  @Override
  public Result handle(PreviewRun command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredRun run = StoredRun.find(command.run(), environment);
    HeldPlans.Held held = run.requirePlan(environment);
    StoredSync sync = run.requireSync();
    new Approval(environment).require(sync, held);
    long rows =
        Math.min(
            command.limit().orElse(PreviewSyncHandler.ROWS), held.limit().orElse(Long.MAX_VALUE));
    return new DryRun(environment)
        .compared(
            sync,
            held.scope(),
            execution,
            (planner, target, spec, baseline) ->
                Result.rows(
                    command.shape(),
                    ObjectCheck.ask(
                        environment,
                        execution,
                        target,
                        sync.definition(),
                        new Preview(environment.work(), sync, target, spec).ofRun(run.runId(), rows)
                            ::told)));
  }
}
