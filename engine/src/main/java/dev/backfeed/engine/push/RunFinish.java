package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Backlog;
import dev.backfeed.engine.plan.Plan;
import dev.backfeed.engine.plan.PlanStep;
import dev.backfeed.engine.push.Delivery.Stop;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Checkpoints;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.DoubtfulRows;
import dev.backfeed.engine.state.Doubts;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.state.Runs;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.state.Verifications;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The last durable step of a run: books checked, status written, what is owed noted, plan dropped,
 * lease given back. Used by the run's own thread.
 */
final class RunFinish {
  private static final int CONFLICT_ATTEMPTS = 8;
  private static final long CONFLICT_PAUSE_NANOS = 20_000_000L;

  /** Rows that one statement notes, where it has to name them. */
  private static final int NOTED_AT_ONCE = 50_000;

  private static final String RECORDED =
      "the first run recorded the present as synced, and sent nothing";

  private final RunEnvironment environment;
  private final Warehouse work;
  private final StoredSync sync;
  private final SyncTarget target;
  private final Lease lease;
  private final RunGate gate;
  private final Execution execution;
  private final RunReports reports;
  private Counters counters = new Counters();
  private boolean putsBack;
  private long backingOff;

  /** What the planning of an approved run took. */
  private long callsBefore;

  private Optional<PlanStep.Planned> open = Optional.empty();
  private BitSet orphans = new BitSet();
  private Optional<Plan> made = Optional.empty();

  RunFinish(
      RunEnvironment environment,
      StoredSync sync,
      SyncTarget target,
      Lease lease,
      RunGate gate,
      Execution execution,
      long startedNanos) {
    this.environment = environment;
    this.work = environment.work();
    this.sync = sync;
    this.target = target;
    this.lease = lease;
    this.gate = gate;
    this.execution = execution;
    this.reports = new RunReports(sync, target, lease, work.schema(), startedNanos);
  }

  /** Whatever comes of it, it says nothing of whether the destination holds all there is. */
  void putsBack() {
    putsBack = true;
  }

  /** The plan is made and about to be sent; within the planning transaction. */
  void running(Plan plan) throws SQLException {
    planned(plan);
    // A run that announces each page needs no horizon.
    long horizon = target.repeatable(sync.definition()) ? Checkpoints.ahead(work) : 0;
    new Runs(work).running(lease.runId(), counters, horizon);
    new Leases(work).requireHeld(lease);
  }

  /** A guard holds the plan back; within the planning transaction. */
  RunReport blocked(Plan plan, String why) throws SQLException {
    planned(plan);
    counters.deferred = counters.planned();
    return end(
        RunStatus.BLOCKED, why, Optional.of(new Trouble(SqlState.BLOCKED, why)), plan.liveRows());
  }

  /** The plan waits for somebody to approve it; within the planning transaction. */
  RunReport held(Plan plan) throws SQLException {
    planned(plan);
    counters.deferred = counters.planned();
    String message =
        "held for review: PREVIEW RUN, APPROVE RUN or REJECT RUN '" + lease.runId() + "'";
    return end(RunStatus.HELD, message, Optional.empty(), plan.liveRows());
  }

  /** A constraint keeps all of it from being sent; within the planning transaction. */
  RunReport refused(Plan plan, String why) throws SQLException {
    planned(plan);
    counters.deferred = counters.planned();
    return end(
        RunStatus.FAILED, why, Optional.of(new Trouble(SqlState.RUN_FAILED, why)), plan.liveRows());
  }

  /** Nothing is to be sent; within the planning transaction. */
  RunReport nothingToSend(Plan plan) throws SQLException {
    planned(plan);
    counters.deferred = counters.planned();
    RunStatus status = plan.inDoubt() > 0 ? RunStatus.PARTIAL : RunStatus.SUCCEEDED;
    return end(
        status, reports.message(plan, Optional.empty(), 0), Optional.empty(), plan.liveRows());
  }

  /** The state is what the plan says, nothing is sent; within the planning transaction. */
  RunReport recorded(Plan plan, long rowsInState) throws SQLException {
    planned(plan);
    counters.takeForUnchanged();
    return end(RunStatus.SUCCEEDED, RECORDED, Optional.empty(), rowsInState);
  }

  /**
   * Everything was sent, or as much as could be.
   *
   * @param waitForParents numbers of rows that refer to a record that is not there
   */
  RunReport delivered(
      PlanStep.Planned planned, MergeStatements merge, Optional<Stop> stop, BitSet waitForParents)
      throws SQLException {
    open = Optional.of(planned);
    orphans = waitForParents;
    if (stop.isPresent() && stop.get().cause() instanceof RunStopped stopped) {
      if (stopped.reason() == RunStopped.Reason.LEASE_LOST) {
        return lost(stopped);
      }
      return inTransaction(
          merge, stop.get().reason(), statusOf(stopped), Trouble.of(stopped), stop);
    }
    Plan plan = planned.plan();
    Optional<Trouble> trouble =
        stop.flatMap(s -> Trouble.of(s, counters.answered() > 0, target.destination().name()))
            .or(() -> tooManyFailures());
    boolean troubled =
        stop.isPresent() || counters.failed > 0 || plan.inDoubt() > 0 || !orphans.isEmpty();
    RunStatus status =
        trouble.isPresent() ? RunStatus.FAILED : troubled ? RunStatus.PARTIAL : RunStatus.SUCCEEDED;
    return inTransaction(merge, stop.map(Stop::reason).orElse("LIMIT"), status, trouble, stop);
  }

  private Optional<Trouble> tooManyFailures() {
    return FailureLimit.of(sync.definition())
        .verdict(counters, true)
        .map(exceeded -> Trouble.of(exceeded, target.destination().name()));
  }

  private void planned(Plan plan) {
    made = Optional.of(plan);
    counters = plan.counters();
    reports.warn(plan.warnings());
    backingOff = plan.held();
    callsBefore = counters.apiCalls;
  }

  /** Something outside the delivery went wrong: destination, secret, warehouse, or a mistake. */
  RunReport failed(Exception e) throws SQLException {
    Trouble trouble = Trouble.of(e, target.destination().name());
    try {
      return inTransaction(null, "FAILED", RunStatus.FAILED, Optional.of(trouble));
    } catch (SQLException lost) {
      StatementException unrecorded =
          new Trouble(
                  trouble.sqlState(),
                  trouble.message()
                      + "; it could not be recorded and the next run will settle this one")
              .exception(lease.runId());
      unrecorded.addSuppressed(lost);
      throw unrecorded;
    }
  }

  /** The run was stopped before it had a plan. */
  RunReport stopped(RunStopped e) throws SQLException {
    return e.reason() == RunStopped.Reason.LEASE_LOST
        ? lost(e)
        : inTransaction(
            null,
            e.reason().name(),
            statusOf(e),
            Trouble.of(e),
            Optional.of(new Stop(e.reason().name(), e)));
  }

  /** Another run has the lease: it has settled, or will settle, this one. */
  private RunReport lost(RunStopped e) {
    counters.deferred = counters.planned() - counters.answered();
    return reports.report(
        RunStatus.INTERRUPTED,
        counters,
        e.getMessage(),
        Optional.of(new Trouble(SqlState.RUN_FAILED, e.getMessage())));
  }

  private static RunStatus statusOf(RunStopped stopped) {
    return stopped.reason() == RunStopped.Reason.PAUSED ? RunStatus.PAUSED : RunStatus.CANCELLED;
  }

  private RunReport inTransaction(
      MergeStatements merge, String why, RunStatus status, Optional<Trouble> trouble)
      throws SQLException {
    return inTransaction(merge, why, status, trouble, Optional.empty());
  }

  private RunReport inTransaction(
      MergeStatements merge,
      String why,
      RunStatus status,
      Optional<Trouble> trouble,
      Optional<Stop> stop)
      throws SQLException {
    execution.listener().before(Step.FINISH);
    RunReport report;
    try {
      report = settledAtLast(merge, why, status, trouble, stop);
    } catch (RunStopped e) {
      return lost(e);
    }
    execution.listener().after(Step.FINISH);
    return report;
  }

  /** Another client may write to the same rows at this moment: a pause, a definition. */
  private RunReport settledAtLast(
      MergeStatements merge,
      String why,
      RunStatus status,
      Optional<Trouble> trouble,
      Optional<Stop> stop)
      throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.transaction(() -> settled(merge, why, status, trouble, stop));
      } catch (SQLException e) {
        // Within the planning's transaction there is nothing to begin anew.
        if (!work.dialect().isConflict(e)
            || !work.connection().getAutoCommit()
            || attempt == CONFLICT_ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(attempt * CONFLICT_PAUSE_NANOS);
      }
    }
  }

  /**
   * Brings the books to their end.
   *
   * @throws RunStopped {@code LEASE_LOST} if another run has taken over
   */
  private RunReport settled(
      MergeStatements merge,
      String why,
      RunStatus status,
      Optional<Trouble> trouble,
      Optional<Stop> stop)
      throws SQLException {
    lease.seal(Optional.empty());
    if (merge == null && counters.planned() > 0) {
      // The warehouse failed: answers that it did not take are owed again.
      new Runs(work).recount(lease.runId(), counters);
      doubtful().ofDeadRun(environment.now());
    }
    counters.deferred = counters.planned() - counters.answered();
    if (merge != null) {
      noteOwed(merge, why);
      if (open.orElseThrow().plan().spec().scope() == Scope.REPAIR) {
        Verifications.repaired(work, sync, lease.runId());
      }
      if (!putsBack) {
        // What an undoing puts back is no answer to what the feed has told since.
        new Backlog(work).dropAnswered(open.get().plan(), open.get().table(), lease.runId());
      }
      open.get().digests().settle(open.get().table());
      lease.seal(open.get().digests().seal());
    }
    work.run(Sql.of("DROP TABLE IF EXISTS {}", work.table(StoredSync.planTable(lease.runId()))));
    long live = new StateTable(work).liveRows(sync);
    String message =
        trouble
            .map(Trouble::message)
            .or(() -> stop.map(s -> s.reason() + ": " + s.cause().getMessage()))
            .orElseGet(
                () ->
                    open.map(o -> reports.message(o.plan(), stop, orphans.cardinality()))
                        .orElse(null));
    return end(balanced(status), message, trouble, live);
  }

  private void noteOwed(MergeStatements merge, String why) throws SQLException {
    Plan plan = open.orElseThrow().plan();
    // An undoing's plan speaks of a few rows only: what others are owed stays noted.
    if (plan.spec().notes() && !putsBack) {
      work.run(merge.deleteDeferredNotes());
    }
    doubtful().ofLivingRun(environment.now(), !target.repeatable(sync.definition()));
    if (plan.spec().compares()) {
      new Doubts(work, sync).forgetSettled();
    } else if (plan.spec().notes() && plan.spec().append().isPresent()) {
      new Doubts(work, sync).forgetAnswered();
    }
    if (counters.deferred > plan.held() + plan.waiting() + plan.inDoubt()) {
      noteOrphans(merge);
      work.run(merge.insertDeferredNotes(why, environment.now()));
    }
  }

  private void noteOrphans(MergeStatements merge) throws SQLException {
    ArrayNode rows = Json.object().arrayNode();
    for (int seq = orphans.nextSetBit(0); seq >= 0; seq = orphans.nextSetBit(seq + 1)) {
      rows.addObject().put("seq", seq);
      if (rows.size() == NOTED_AT_ONCE || orphans.nextSetBit(seq + 1) < 0) {
        work.run(merge.insertOrphanNotes(Json.write(rows), environment.now()));
        rows.removeAll();
      }
    }
  }

  private DoubtfulRows doubtful() {
    return new DoubtfulRows(work, sync, lease.runId());
  }

  /** A run whose answers are not all in the log is not to be trusted. */
  private RunStatus balanced(RunStatus status) throws SQLException {
    long logged =
        counters.planned() == 0
            ? 0
            : work.number(
                Sql.of(
                    "SELECT COUNT(*) FROM {} WHERE run_id = {} AND seq > 0",
                    work.table("sync_log"),
                    Sql.bind(lease.runId())));
    return logged == counters.answered() ? status : RunStatus.FAILED;
  }

  private RunReport end(
      RunStatus status, String message, Optional<Trouble> trouble, long rowsInState)
      throws SQLException {
    counters.apiCalls = callsBefore + gate.calls();
    counters.retries = gate.retries();
    Optional<Trouble> told = trouble;
    if (counters.imbalance().isPresent()) {
      told =
          Optional.of(
              new Trouble(
                  SqlState.RUN_FAILED, "the books do not balance: " + counters.imbalance().get()));
    } else if (status == RunStatus.FAILED && trouble.isEmpty()) {
      told = Optional.of(new Trouble(SqlState.RUN_FAILED, "the log does not match the counters"));
    }
    RunStatus real = told.isPresent() && trouble.isEmpty() ? RunStatus.FAILED : status;
    if (real == RunStatus.SUCCEEDED || real == RunStatus.PARTIAL) {
      made.ifPresent(this::moveWatermark);
    }
    RunReport report = reports.report(real, counters, message, told);
    new Runs(work)
        .finish(
            lease.runId(),
            new Runs.RunEnd(
                real,
                counters,
                environment.now(),
                report.durationMs(),
                gate.bytes(),
                gate.rateLimitedMs(),
                message,
                told.map(Trouble::message).orElse(null)));
    if (!new Leases(work).release(lease, rowsInState, complete(real))) {
      throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
    }
    return report;
  }

  /** What waits for its turn is noted nowhere: only a look from the old watermark finds it. */
  private void moveWatermark(Plan plan) {
    Detection detection = plan.spec().detection();
    if (detection.watermark().isPresent() && plan.waiting() == 0) {
      lease.reached(
          sync.version(),
          detection.watermark().get(),
          plan.watermark(),
          detection.absence() ? Optional.of(environment.now()) : Optional.empty());
    }
  }

  /** Whether everything is there now but rows that fail: the first population is through. */
  private boolean complete(RunStatus status) {
    return switch (status) {
      case SUCCEEDED -> !putsBack && counters.deferred <= backingOff;
      case PARTIAL -> !putsBack && counters.deferred == 0;
      default -> false;
    };
  }
}
