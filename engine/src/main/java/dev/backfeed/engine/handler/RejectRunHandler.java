package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.RejectRun;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/** Drops a plan that was held or blocked; nothing of it is sent. Needs no lease. */
final class RejectRunHandler implements Handler<RejectRun> {
  @Override
  public Result handle(RejectRun command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredRun run = StoredRun.find(command.run(), environment);
    HeldPlans.Held held = run.requirePlan(environment, execution);
    HeldPlans plans = new HeldPlans(environment.work());
    Warehouse work = environment.work();
    try {
      boolean dropped =
          RunSession.within(
              work, execution, () -> work.transaction(() -> plans.drop(held, RunStatus.REJECTED)));
      if (!dropped) {
        throw run.wrong("its plan is gone");
      }
    } catch (SQLException e) {
      if (!(e instanceof StatementException) && work.dialect().isConflict(e)) {
        throw new StatementException(
            SqlState.IN_USE, "another client is approving or rejecting run " + run.runId(), e);
      }
      throw e;
    }
    return Result.count(0);
  }
}
