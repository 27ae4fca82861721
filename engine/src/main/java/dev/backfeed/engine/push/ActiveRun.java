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
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.state.Checkpoints;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.OnRemove;
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
    try (Destination destination =
        environment.open(target.destination(), target.connector(), target.options(), gate)) {
      pace(destination);
      return planAndDeliver(destination);
    } catch (RunStopped e) {
      return finish.stopped(e);
    } catch (SQLException | RuntimeException e) {
      return finish.failed(e);
    }
  }

  private void pace(Destination destination) {
    double perSecond =
        target
            .options()
            .number("max_calls_per_second")
            .map(BigDecimal::doubleValue)
            .orElse(target.manifest().callsPerSecond().orElse(0.0));
    gate.paced(AccountPace.of(destination.account(), perSecond));
  }

  private RunReport planAndDeliver(Destination destination) throws SQLException {
    Quota quota = quota(destination);
    try {
      quota.topUp();
      ObjectSchema schema =
          target.syncOptions().flag("validate")
              ? destination.describe(sync.definition().target().object())
              : ObjectSchema.FREE_FORM;
      execution.listener().before(Step.PLAN);
      PlanStep step = new PlanStep(work, environment.syncs(), sync, target, lease);
      Optional<RunReport> ended = work.transaction(() -> plan(step, schema));
      execution.listener().after(Step.PLAN);
      return ended.isPresent() ? ended.get() : deliver(destination, step.planned(), quota);
    } finally {
      quota.giveBack();
    }
  }

  /** The whole planning transaction; a report if there is nothing to deliver. */
  private Optional<RunReport> plan(PlanStep step, ObjectSchema schema) throws SQLException {
    Plan plan = step.plan(schema, request.full(), environment.clock());
    boolean completed = finish.everCompleted();
    Optional<String> verdict = Guards.verdict(sync, plan, completed);
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

  private RunReport deliver(Destination destination, PlanStep.Planned planned, Quota quota)
      throws SQLException {
    Plan plan = planned.plan();
    MergeStatements merge = new MergeStatements(work, plan.spec(), planned.table(), lease.runId());
    boolean kept = sync.definition().removal() == OnRemove.KEEP;
    boolean intents = !target.repeatable();
    Counters counters = plan.counters();
    Checkpoints checkpoints =
        new Checkpoints(
            work,
            lease,
            merge,
            counters,
            environment.clock(),
            new Checkpoints.Settings(sync.name(), plan.spec().notes(), kept, intents));
    BatchSender sender =
        new BatchSender(
            destination,
            sync.definition().target().object(),
            target.syncOptions().flag("log_values"),
            lease.runId());
    Delivery.RunParts parts =
        new Delivery.RunParts(
            sync.name(),
            new PlanPages(
                work, plan.spec(), planned.table(), lease.runId(), plan.lastSeq(), request.full()),
            checkpoints,
            keeper,
            gate,
            counters,
            execution,
            new Intents(work, lease.runId(), environment.clock()),
            intents,
            quota,
            request.limit().orElse(Long.MAX_VALUE),
            batchSize(destination, Operation.UPSERT),
            batchSize(destination, Operation.DELETE),
            concurrency(),
            kept,
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

  private Quota quota(Destination destination) {
    OptionalLong perDay =
        target
            .options()
            .number("max_calls_per_day")
            .map(n -> OptionalLong.of(n.longValue()))
            .orElse(OptionalLong.empty());
    return new Quota(
        work, environment.clock(), gate, destination.account(), perDay, ceiling(destination));
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

  private int batchSize(Destination destination, Operation operation) {
    int size = target.manifest().batchSize(operation);
    size = Math.min(size, destination.batchLimit(operation).orElse(size));
    size = Math.min(size, number(target.options(), "batch_size").orElse(size));
    return Math.max(1, Math.min(size, number(target.syncOptions(), "batch_size").orElse(size)));
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
