package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.state.Watermarks;
import dev.backfeed.engine.warehouse.BaselineStatements;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The planning transaction of one run: looks at the query again, makes the plan, writes down what
 * the plan says of rejected and returned rows. To be used within a transaction, by one thread.
 */
public final class PlanStep {
  private final Warehouse work;
  private final Syncs syncs;
  private final StoredSync sync;
  private final SyncTarget target;
  private final Lease lease;
  private final String planTable;
  private Planned planned;

  public PlanStep(Warehouse work, Syncs syncs, StoredSync sync, SyncTarget target, Lease lease) {
    this.work = work;
    this.syncs = syncs;
    this.sync = sync;
    this.target = target;
    this.lease = lease;
    this.planTable = StoredSync.planTable(lease.runId());
  }

  /**
   * A plan and the table it lies in.
   *
   * @param table does not exist where {@link Plan#lastSeq()} is 0
   * @param digests of the state as it was before the plan
   */
  public record Planned(Plan plan, String table, Digests digests) {}

  /** What {@link #plan} made. */
  public Planned planned() {
    return planned;
  }

  /** Makes the plan. */
  public Plan plan(ObjectSchema schema, Scope scope, Clock clock) throws SQLException {
    List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
    StoredSync present = present(schema, columns);
    Planner planner = new Planner(work, syncs, clock);
    DiffSpec spec =
        new Backlog(work)
            .take(planner.spec(present, target, schema, columns, scope), sync, lease.token());
    Digests digests = new Digests(work, spec, lease.foundSeal());
    Plan plan = planner.plan(present, spec, planTable, digests);
    planned = new Planned(plan, planTable, digests);
    if (spec.detection().watermark().isPresent()) {
      new Watermarks(work).seen(lease.runId(), plan.watermark());
    }
    keepNotes(plan, OffsetDateTime.now(clock));
    new Backlog(work).dropSettled(plan, planTable);
    return plan;
  }

  /**
   * Makes the state what the plan says, as if all of it had been sent; gives the rows there are.
   */
  public long recordAsSynced(OffsetDateTime now) throws SQLException {
    BaselineStatements baseline = new BaselineStatements(work, planned.plan().spec());
    if (planned.plan().lastSeq() > 0) {
      work.run(baseline.deletePlanned(planTable));
      work.run(baseline.insertPlanned(planTable, lease.runId(), now));
    }
    work.run(baseline.deleteNotes());
    return new StateTable(work).liveRows(sync);
  }

  /**
   * What a plan compares that was made before, or otherwise: the query is looked at for its columns
   * only, which must be those of the state.
   *
   * @throws StatementException {@code 55000} if they are others
   */
  public DiffSpec spec(ObjectSchema schema, Scope scope, Clock clock) throws SQLException {
    List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
    if (!today(columns).equals(sync.columns())) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the types of the query of sync \""
              + sync.name()
              + "\" have changed since its last run: SYNC NOW takes them over");
    }
    DiffSpec asked = new Planner(work, syncs, clock).spec(sync, target, schema, columns, scope);
    // What it could tell of rows that are gone it was asked when it was made.
    return asked.with(asked.detection().withoutAbsence());
  }

  /**
   * Takes up a plan whose table is there, as it is.
   *
   * @param counters what is counted in it
   */
  public Plan reopen(DiffSpec spec, Counters counters, Clock clock) throws SQLException {
    Plan plan =
        new Planner(work, syncs, clock)
            .reopen(sync, spec, planTable, counters)
            .seen(new Watermarks(work).seen(lease.runId()));
    planned = new Planned(plan, planTable, new Digests(work, spec, lease.foundSeal()));
    return plan;
  }

  /** Nothing of the plan is to be sent now, and its table stays. */
  public void keep() throws SQLException {
    if (planned.plan().returned() > 0) {
      planned.digests().settle(planTable);
    }
    lease.seal(planned.digests().seal());
  }

  /** Nothing of the plan is to be sent: its table goes, if it was made, and the digests hold. */
  public void drop() throws SQLException {
    keep();
    if (planned.plan().lastSeq() > 0) {
      work.run(Sql.of("DROP TABLE {}", work.table(planTable)));
    }
  }

  /**
   * The sync with the types its query has today. The fields stay those of the definition's version:
   * a column that the query gained is sent after CREATE OR REPLACE.
   */
  private StoredSync present(ObjectSchema schema, List<QueryColumn> columns) throws SQLException {
    List<MappedColumn> today = today(columns);
    new Mapping(sync.definition(), columns, schema).check(today);
    if (today.equals(sync.columns())) {
      return sync;
    }
    StoredSync changed = sync.withColumns(today);
    new StateTable(work).change(sync, changed);
    syncs.updateColumns(changed);
    return changed;
  }

  private void keepUnstable(MergeStatements merge, Plan plan, OffsetDateTime now)
      throws SQLException {
    List<MappedColumn> stable =
        plan.spec().fields().stream().filter(f -> f.policy().stable().isPresent()).toList();
    if (stable.isEmpty()) {
      return;
    }
    work.run(merge.deleteUnstable());
    if (plan.lastSeq() > 0) {
      for (MappedColumn field : stable) {
        work.run(merge.insertUnstable(field, now));
      }
    }
  }

  private List<MappedColumn> today(List<QueryColumn> columns) throws StatementException {
    List<MappedColumn> today = new ArrayList<>();
    for (MappedColumn mapped : sync.columns()) {
      QueryColumn column =
          QueryColumn.find(
              columns,
              new Name(mapped.column(), true, sync.definition().query().position()),
              "field \"" + mapped.field() + "\"");
      today.add(
          new MappedColumn(
              column.name(), mapped.path(), mapped.stored(), column.type(), mapped.policy()));
    }
    return today;
  }

  private void keepNotes(Plan plan, OffsetDateTime now) throws SQLException {
    MergeStatements merge = new MergeStatements(work, plan.spec(), planTable, lease.runId());
    keepUnstable(merge, plan, now);
    if (plan.lastSeq() == 0) {
      if (plan.spec().notes()) {
        work.run(merge.deleteAllNotes());
      }
      return;
    }
    if (plan.spec().notes() && plan.spec().detection().feed().isPresent()) {
      work.run(merge.deleteNullKeyNote());
    }
    if (plan.counters().rejected > 0) {
      work.run(merge.logNewRejections(now));
      work.run(merge.insertRejectedNotes(now));
      if (plan.spec().notes()) {
        work.run(merge.endAttempts());
      }
    }
    if (plan.spec().notes()) {
      work.run(merge.deleteStaleNotes());
    }
    if (plan.returned() > 0) {
      work.run(merge.clearTombstones());
    }
  }
}
