package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.SyncRunner;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.parser.command.Command.ApproveRun;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Sends a plan that was held or blocked, as it is and under the id of its run. */
final class ApproveRunHandler implements Handler<ApproveRun> {
  @Override
  public Result handle(ApproveRun command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredRun run = StoredRun.find(command.run(), environment);
    HeldPlans.Held held = run.requirePlan(environment, execution);
    SyncRunner.Request request =
        new SyncRunner.Request(
            held.scope(), held.limit(), false, Optional.of(held), Optional.empty());
    return SyncNowHandler.result(
        command.shape(),
        List.of(new SyncRunner(environment).run(run.requireSync(), request, execution)),
        List.of());
  }
}
