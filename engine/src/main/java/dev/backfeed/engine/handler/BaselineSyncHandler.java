package dev.backfeed.engine.handler;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.state.FormerRun;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.BaselineStatements;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.BaselineSync;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Records the query's present result as already synced, without a call to the destination: ids that
 * were known stay, rows that are not in the result are forgotten. Gives the rows recorded.
 */
final class BaselineSyncHandler implements Handler<BaselineSync> {
  @Override
  public Result handle(BaselineSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    SyncTarget target = environment.target(sync.definition());
    Warehouse work = environment.work();
    String runId = UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
    try (RunSession session = RunSession.enter(work, execution)) {
      session.apply(sync.context());
      Lease lease =
          new Leases(work)
              .take(
                  sync,
                  runId,
                  Duration.ofMinutes(30),
                  (taken, former) -> {
                    if (former.isPresent()) {
                      new FormerRun(work, target.repeatable())
                          .settle(sync, former.get(), environment.now());
                    }
                  });
      try {
        return Result.count(work.transaction(() -> record(sync, target, environment, lease)));
      } catch (SQLException | RuntimeException e) {
        new Leases(work).release(lease, new StateTable(work).liveRows(sync));
        throw e;
      } finally {
        new Leases(work).ended(lease);
      }
    }
  }

  private static long record(
      StoredSync sync, SyncTarget target, RunEnvironment environment, Lease lease)
      throws SQLException {
    Warehouse work = environment.work();
    List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
    DiffSpec spec =
        new Planner(work, environment.clock())
            .spec(sync, target, ObjectSchema.FREE_FORM, columns, false);
    BaselineStatements statements = new BaselineStatements(work, spec);
    work.run(statements.createModel());
    new StateTable(work).clear(sync);
    work.run(statements.fillState(lease.runId(), environment.now()));
    if (work.dialect().dropsTemporary()) {
      work.run(statements.dropModel());
    }
    work.run(statements.deleteNotes());
    long rows = new StateTable(work).liveRows(sync);
    new Leases(work).release(lease, rows);
    return rows;
  }
}
