package dev.backfeed.engine.push;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Guards;
import dev.backfeed.engine.plan.Plan;
import dev.backfeed.engine.plan.PlanStep;
import dev.backfeed.engine.push.Delivery.Stop;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Checkpoints;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Runs;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/** One run that has its lease: plan, guards, delivery, finish. Used once, by one thread. */
final class ActiveRun {
  private static final int DEFAULT_CONCURRENCY = 4;

  private final RunEnvironment environment;
  private final Warehouse work;
  private final StoredSync sync;
  private final SyncTarget target;
  private final SyncRunner.Request request;
  private final Execution execution;
  private final Lease lease;
  private final Keeper keeper;
  private final RunGate gate;
  private final RunFinish finish;
  private final long startedNanos = System.nanoTime();

  ActiveRun(
      RunEnvironment environment,
      StoredSync sync,
      SyncTarget target,
      SyncRunner.Request request,
      Execution execution,
      Lease lease,
      Keeper keeper) {
    this.environment = environment;
    this.work = environment.work();
    this.sync = sync;
    this.target = target;
    this.request = request;
    this.execution = execution;
    this.lease = lease;
    this.keeper = keeper;
    this.gate = new RunGate(execution, OpenedDestination.callTimeout(target));
    this.gate.guardedBy(lease);
    this.finish = new RunFinish(environment, sync, target, lease, gate, execution, startedNanos);
  }

  /** Runs to the end, whatever that is; an {@link Error} leaves everything as it stands. */
  RunReport toItsEnd() throws SQLException {
    if (request.undo().isEmpty()
        && sync.definition().firstRun().baseline()
        && !new StateTable(work).populated(sync)) {
      return baseline();
    }
    try (OpenedDestination opened =
        OpenedDestination.open(environment, target, lease, keeper, gate)) {
      return planAndDeliver(opened.destination(), opened.claim());
    } catch (RunStopped e) {
      return finish.stopped(e);
    } catch (SQLException | RuntimeException e) {
      // Whoever has taken over has dropped the plan, among others.
      return gate.leaseLost()
          ? finish.stopped(
              new RunStopped(RunStopped.Reason.LEASE_LOST, "the lease of this run has ended"))
          : finish.failed(e);
    }
  }

  /** ON FIRST RUN BASELINE: the plan is taken for sent, and the destination not even opened. */
  private RunReport baseline() throws SQLException {
    execution.listener().before(Step.PLAN);
    PlanStep step = planStep();
    try {
      RunReport report =
          work.transaction(
              () -> {
                Plan plan = step.plan(ObjectSchema.FREE_FORM, Scope.CHANGES, environment.clock());
                Optional<String> verdict = Guards.emptied(sync, plan);
                long rows = verdict.isPresent() ? 0 : step.recordAsSynced(environment.now());
                step.drop();
                return verdict.isPresent()
                    ? finish.blocked(plan, verdict.get())
                    : finish.recorded(plan, rows);
              });
      execution.listener().after(Step.PLAN);
      return report;
    } catch (RunStopped e) {
      return finish.stopped(e);
    } catch (SQLException | RuntimeException e) {
      return finish.failed(e);
    }
  }

  private PlanStep planStep() {
    return new PlanStep(work, environment.syncs(), sync, target, lease);
  }

  /** It has come to nothing before there was a plan. */
  RunReport failed(Exception e) throws SQLException {
    return e instanceof RunStopped stopped ? finish.stopped(stopped) : finish.failed(e);
  }

  private RunReport planAndDeliver(Destination destination, Quota quota) throws SQLException {
    Described described = describe(destination);
    execution.listener().before(Step.PLAN);
    PlanStep step = planStep();
    Optional<RunReport> ended =
        request.undo().isPresent()
            ? undo(request.undo().get(), step, described.schema(), destination, quota)
            : work.transaction(() -> plan(step, described.schema()));
    execution.listener().after(Step.PLAN);
    if (ended.isPresent()) {
      return ended.get();
    }
    return described.spent().isPresent()
        ? finish.delivered(step.planned(), merge(step.planned()), described.spent(), new BitSet())
        : deliver(destination, described.schema(), step.planned(), quota);
  }

  /**
   * What the destination says of the object.
   *
   * @param spent why it could not be asked, where no calls are left: the plan is made without, so
   *     that all of it can be noted as owed, and nothing of it is sent
   */
  private record Described(ObjectSchema schema, Optional<Stop> spent) {}

  private Described describe(Destination destination) {
    if (!target.syncOptions().flag("validate")) {
      return new Described(ObjectSchema.FREE_FORM, Optional.empty());
    }
    try {
      return new Described(
          destination.describe(sync.definition().target().object()), Optional.empty());
    } catch (ConnectorException e) {
      return switch (e.kind()) {
        case QUOTA, THROTTLED ->
            new Described(ObjectSchema.FREE_FORM, Optional.of(new Stop("QUOTA", e)));
        default -> throw e;
      };
    }
  }

  /** The whole planning transaction; a report if there is nothing to deliver. */
  private Optional<RunReport> plan(PlanStep step, ObjectSchema schema) throws SQLException {
    if (request.approved().isPresent()) {
      DiffSpec spec = step.spec(schema, request.scope(), environment.clock());
      if (request.approved().get().reconciles()) {
        spec = spec.with(Detection.by(spec.detection().watermark().orElseThrow(), true));
      }
      Counters counters = new Runs(work).planned(lease.runId());
      finish.running(step.reopen(spec, counters, environment.clock()));
      return Optional.empty();
    }
    Plan plan = step.plan(schema, request.scope(), environment.clock());
    if (plan.fatal().isPresent()) {
      step.drop();
      return Optional.of(violated(plan, plan.fatal().get()));
    }
    boolean populated = new StateTable(work).populated(sync);
    Optional<String> verdict = Guards.verdict(sync, plan, populated);
    if (plan.toSend() > 0 && (verdict.isPresent() || request.forReview())) {
      step.keep();
      keep(plan, verdict.isEmpty());
    } else if (verdict.isPresent() || plan.toSend() == 0) {
      step.drop();
    } else {
      finish.running(plan);
      return Optional.empty();
    }
    return Optional.of(
        verdict.isPresent()
            ? finish.blocked(plan, verdict.get())
            : plan.toSend() > 0 ? finish.held(plan) : finish.nothingToSend(plan));
  }

  private RunReport violated(Plan plan, Plan.Violated constraint) throws SQLException {
    if (constraint.onViolation() == Constraint.Violation.PAUSE) {
      environment.syncs().setPaused(Optional.of(sync), true);
      return finish.refused(
          plan,
          constraint.text()
              + ": nothing was sent and the sync is paused; look at the query, then RESUME SYNC "
              + sync.name());
    }
    return finish.refused(plan, constraint.text() + ": nothing was sent");
  }

  /** The plan of an undoing, page by page, and the transaction that makes it one. */
  private Optional<RunReport> undo(
      Undo undo, PlanStep step, ObjectSchema schema, Destination destination, Quota quota)
      throws SQLException {
    finish.putsBack();
    DiffSpec spec = step.spec(schema, request.scope(), environment.clock());
    Counters counters =
        undo.plan(
            spec,
            target,
            destination,
            StoredSync.planTable(lease.runId()),
            () -> {
              keeper.betweenPages();
              quota.topUp();
            });
    return work.transaction(
        () -> {
          undo.noteConflicts(lease.runId(), environment.now());
          Plan plan = step.reopen(spec, counters, environment.clock());
          if (plan.toSend() > 0) {
            finish.running(plan);
            return Optional.empty();
          }
          work.run(Sql.of("DROP TABLE {}", work.table(StoredSync.planTable(lease.runId()))));
          step.keep();
          return Optional.of(finish.nothingToSend(plan));
        });
  }

  private void keep(Plan plan, boolean forReview) throws SQLException {
    Detection detection = plan.spec().detection();
    Duration holdFor = target.syncOptions().duration("hold_for").orElseThrow();
    new HeldPlans(work)
        .keep(
            lease,
            forReview,
            request.scope(),
            request.limit(),
            environment.now(),
            holdFor,
            detection.absence() && detection.watermark().isPresent());
  }

  private MergeStatements merge(PlanStep.Planned planned) {
    return new MergeStatements(work, planned.plan().spec(), planned.table(), lease.runId());
  }

  private RunReport deliver(
      Destination destination, ObjectSchema schema, PlanStep.Planned planned, Quota quota)
      throws SQLException {
    Plan plan = planned.plan();
    MergeStatements merge = merge(planned);
    boolean intents = !target.repeatable(sync.definition());
    Operation writes = SyncTarget.writes(sync.definition());
    boolean whole = plan.spec().full() || writes == Operation.APPEND;
    Counters counters = plan.counters();
    Checkpoints checkpoints =
        new Checkpoints(
            work,
            lease,
            merge,
            counters,
            environment.clock(),
            new Checkpoints.Settings(
                sync.name(), plan.spec().notes(), intents, plan.unanswered() > 0));
    String object = sync.definition().target().object();
    int reads = target.batchSize(Operation.READ);
    Optional<ParentSearch> parents =
        ParentSearch.of(destination, target.readable(), object, plan.spec(), schema, reads);
    Optional<MatchSearch> matches = MatchSearch.of(destination, object, plan.spec(), reads);
    Optional<FormerSearch> former = FormerSearch.of(destination, object, plan.spec(), reads);
    BatchSender sender =
        new BatchSender(
            destination,
            writes,
            object,
            target.syncOptions().flag("log_values"),
            PresentValues.of(destination, object, plan.spec(), reads),
            parents);
    PlanPages pages =
        new PlanPages(
            work,
            plan.spec(),
            planned.table(),
            lease.runId(),
            plan.lastToSend(),
            whole,
            RowConstants.of(sync.definition(), plan.spec(), schema));
    RecordSearch search =
        new RecordSearch(former, parents, matches, plan.spec().rules().once(), pages);
    Delivery.RunParts parts =
        new Delivery.RunParts(
            sync.name(),
            pages,
            checkpoints,
            keeper,
            gate,
            counters,
            execution,
            new Intents(work, lease.runId(), environment.clock()),
            search.idle() ? Optional.empty() : Optional.of(search),
            intents,
            quota,
            FailureLimit.of(sync.definition()),
            Math.min(request.limit().orElse(Long.MAX_VALUE), plan.toSend()),
            target.batchSize(writes),
            target.batchSize(Operation.UPDATE),
            target.batchSize(Operation.DELETE),
            concurrency(),
            1 + OpenedDestination.number(target.options(), "max_retries").orElse(0),
            startedNanos);
    try (Delivery delivery = new Delivery(parts, sender)) {
      Optional<Stop> stop = delivery.run();
      RunReport report =
          finish.delivered(
              planned, merge, stop.isPresent() ? stop : delivery.unanswered(), delivery.orphans());
      delivery.progress(true);
      return report;
    }
  }

  private int concurrency() {
    return OpenedDestination.number(target.options(), "max_concurrency")
        .orElse(target.manifest().concurrency().orElse(DEFAULT_CONCURRENCY));
  }
}
