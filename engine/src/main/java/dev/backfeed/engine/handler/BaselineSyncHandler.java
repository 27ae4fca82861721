package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.plan.Rekeying;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.state.Doubts;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.BaselineStatements;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.BaselineSync;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;

/**
 * Records the query's present result as already synced, without a call to the destination: ids that
 * were known stay, rows that are not in the result are forgotten, unless they were appended. What a
 * run would reject is not recorded, and what is known of it stays. Gives the rows recorded.
 */
final class BaselineSyncHandler implements Handler<BaselineSync> {
  @Override
  public Result handle(BaselineSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    if (sync.definition().detect().by() == By.OPERATION) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "the query of sync \""
              + sync.name()
              + "\" is a feed of changes and does not have the present: it has no BASELINE",
          command.name().position());
    }
    Rekeying.refuse(sync, "BASELINE");
    SyncTarget target = environment.target(sync.definition());
    return Result.count(
        WithLease.run(
            sync, environment, execution, true, runId -> record(sync, target, environment, runId)));
  }

  private static long record(
      StoredSync sync, SyncTarget target, RunEnvironment environment, String runId)
      throws SQLException {
    Warehouse work = environment.work();
    List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
    DiffSpec spec =
        new Planner(work, environment.syncs(), environment.clock())
            .spec(sync, target, ObjectSchema.FREE_FORM, columns, Scope.CHANGES);
    BaselineStatements statements = new BaselineStatements(work, spec);
    work.run(statements.createModel());
    if (sync.definition().mode().appends()) {
      new Doubts(work, sync).sent(environment.now());
      work.run(statements.forgetTaken());
    } else {
      work.run(statements.forgetAllButRejected());
      new StateTable(work).clearWaiting(sync);
    }
    long rows = work.run(statements.fillState(runId, environment.now()));
    if (work.dialect().dropsTemporary()) {
      work.run(statements.dropModel());
    }
    work.run(statements.deleteNotes());
    return rows;
  }
}
