package dev.backfeed.engine.push;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.catalog.CheckedOptions;
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
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.state.AccountRow;
import dev.backfeed.engine.state.Checkpoints;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
    this.gate = new RunGate(execution, callTimeout());
    this.gate.guardedBy(lease);
    this.finish = new RunFinish(environment, sync, target, lease, gate, execution, startedNanos);
  }

  /** Runs to the end, whatever that is; an {@link Error} leaves everything as it stands. */
  RunReport toItsEnd() throws SQLException {
    if (sync.definition().firstRun().baseline() && !new StateTable(work).populated(sync)) {
      return baseline();
    }
    try (Destination destination =
            environment.open(target.destination(), target.connector(), target.options(), gate);
        AccountRow account = new AccountRow(keeper, lease, destination.account(), callTimeout());
        AccountLimits limits = limits(account)) {
      gate.limitedBy(limits);
      keeper.alsoLook(
          () -> {
            account.look();
            limits.look();
          });
      return planAndDeliver(destination, account);
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

  /** Only what somebody has set is shared, and paid for. */
  private AccountLimits limits(AccountRow account) {
    Optional<Double> perSecond =
        target
            .options()
            .number("max_calls_per_second")
            .map(BigDecimal::doubleValue)
            .or(() -> target.manifest().callsPerSecond())
            .filter(n -> n > 0);
    OptionalInt atOnce = number(target.options(), "max_concurrency");
    boolean shared = keeper.hasOwnConnection();
    return new AccountLimits(
        perSecond.map(
            n ->
                new CallPlaces(
                    shared
                        ? nanos -> account.change(calls -> calls.takePlaces(nanos))
                        : CallPlaces.alone(),
                    n)),
        shared && atOnce.isPresent()
            ? Optional.of(new CallSlots(account, atOnce.getAsInt()))
            : Optional.empty());
  }

  private RunReport planAndDeliver(Destination destination, AccountRow account)
      throws SQLException {
    Quota quota = quota(destination, account);
    try {
      quota.topUp();
      Described described = describe(destination);
      execution.listener().before(Step.PLAN);
      PlanStep step = planStep();
      Optional<RunReport> ended = work.transaction(() -> plan(step, described.schema()));
      execution.listener().after(Step.PLAN);
      if (ended.isPresent()) {
        return ended.get();
      }
      return described.spent().isPresent()
          ? finish.delivered(step.planned(), merge(step.planned()), described.spent())
          : deliver(destination, described.schema(), step.planned(), quota);
    } finally {
      quota.giveBack();
    }
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
    Plan plan = step.plan(schema, request.scope(), environment.clock());
    boolean populated = new StateTable(work).populated(sync);
    Optional<String> verdict = Guards.verdict(sync, plan, populated);
    if (verdict.isPresent()) {
      step.drop();
      return Optional.of(finish.blocked(plan, verdict.get()));
    }
    if (plan.toSend() == 0) {
      step.drop();
      return Optional.of(finish.nothingToSend(plan));
    }
    finish.running(plan);
    return Optional.empty();
  }

  private MergeStatements merge(PlanStep.Planned planned) {
    return new MergeStatements(work, planned.plan().spec(), planned.table(), lease.runId());
  }

  /** Where policies ask for present values; a type that cannot be read takes every row for new. */
  private Optional<PresentValues> presentValues(Destination destination, DiffSpec spec) {
    return spec.asks() && destination instanceof RecordReader reader
        ? Optional.of(
            new PresentValues(
                reader,
                sync.definition().target().object(),
                spec,
                target.batchSize(Operation.READ)))
        : Optional.empty();
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
    BatchSender sender =
        new BatchSender(
            destination,
            writes,
            sync.definition().target().object(),
            target.syncOptions().flag("log_values"),
            presentValues(destination, plan.spec()));
    Delivery.RunParts parts =
        new Delivery.RunParts(
            sync.name(),
            new PlanPages(
                work,
                plan.spec(),
                planned.table(),
                lease.runId(),
                plan.lastToSend(),
                whole,
                RowConstants.of(sync.definition(), plan.spec(), schema)),
            checkpoints,
            keeper,
            gate,
            counters,
            execution,
            new Intents(work, lease.runId(), environment.clock()),
            intents,
            quota,
            FailureLimit.of(sync.definition()),
            Math.min(request.limit().orElse(Long.MAX_VALUE), plan.toSend()),
            target.batchSize(writes),
            target.batchSize(Operation.UPDATE),
            target.batchSize(Operation.DELETE),
            concurrency(),
            1 + number(target.options(), "max_retries").orElse(0),
            startedNanos);
    try (Delivery delivery = new Delivery(parts, sender)) {
      Optional<Stop> stop = delivery.run();
      RunReport report =
          finish.delivered(planned, merge, stop.isPresent() ? stop : delivery.unanswered());
      delivery.progress(true);
      return report;
    }
  }

  private Quota quota(Destination destination, AccountRow account) throws SQLException {
    OptionalLong perDay =
        target
            .options()
            .number("max_calls_per_day")
            .map(n -> OptionalLong.of(n.longValue()))
            .orElse(OptionalLong.empty());
    Optional<AccountRow> shared =
        keeper.hasOwnConnection() ? Optional.of(account) : Optional.empty();
    return new Quota(
        work,
        environment.clock(),
        gate,
        destination.account(),
        perDay,
        new Reserve(shared, ceiling(destination)));
  }

  /** What {@code reserve} leaves of the vendor's own remaining calls. */
  private OptionalLong ceiling(Destination destination) {
    Optional<BigDecimal> reserve =
        target.options().text("reserve").flatMap(dev.backfeed.engine.catalog.Durations::percent);
    if (reserve.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong remaining = destination.callsRemaining();
    return remaining.isEmpty()
        ? remaining
        : OptionalLong.of(
            BigDecimal.ONE
                .subtract(reserve.get())
                .multiply(BigDecimal.valueOf(remaining.getAsLong()))
                .longValue());
  }

  private int concurrency() {
    return number(target.options(), "max_concurrency")
        .orElse(target.manifest().concurrency().orElse(DEFAULT_CONCURRENCY));
  }

  private static OptionalInt number(CheckedOptions options, String name) {
    return options.number(name).map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty());
  }

  private Duration callTimeout() {
    return target.options().duration("timeout").orElseThrow();
  }
}
