package dev.backfeed.engine.push;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.Trigger;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.plan.Rekeying;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.FormerRun;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.state.Runs;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Runs a sync once: lease → plan → guards → page, push, checkpoint, page, push, checkpoint →
 * finish. Here are session and lease; {@link ActiveRun#toItsEnd} has all that follows.
 */
public final class SyncRunner {
  private final RunEnvironment environment;

  public SyncRunner(RunEnvironment environment) {
    this.environment = environment;
  }

  /**
   * What is asked of a run.
   *
   * @param scope which rows are sent
   * @param limit at most so many rows are sent
   * @param forReview whether the plan is held, to be approved
   * @param approved the plan that is sent instead of a new one
   * @param undo what is put back instead; the sync is paused by it, and may be before
   */
  public record Request(
      Scope scope,
      OptionalLong limit,
      boolean forReview,
      Optional<HeldPlans.Held> approved,
      Optional<Undo> undo) {
    /** An undoing. */
    public static Request of(Undo undo) {
      return new Request(
          Scope.CHANGES, OptionalLong.empty(), false, Optional.empty(), Optional.of(undo));
    }
  }

  /**
   * Runs one sync to its end. What goes wrong with the run is in the report; what keeps it from
   * beginning is thrown.
   *
   * @throws SQLException {@code XB006, 55006, 42704, 22023, 42501}
   */
  public RunReport run(StoredSync sync, Request request, Execution execution) throws SQLException {
    if (sync.paused() && request.undo().isEmpty()) {
      return paused(sync, "sync", sync.name());
    }
    SyncTarget target = environment.target(sync.definition());
    if (target.destination().paused()) {
      return paused(sync, "destination", target.destination().name());
    }
    try (RunSession session = RunSession.enter(environment.work(), execution)) {
      session.apply(sync.context());
      Lease lease = takeLease(sync, target, request, execution);
      try (Keeper keeper = keeper(lease, environment)) {
        execution.listener().after(Step.LEASE);
        execution.listener().began(sync.name(), lease.runId());
        RunReport report = run(sync, target, request, execution, lease, keeper);
        execution.listener().ended(report.status().text(), report.counters().byName());
        return report;
      } finally {
        new Leases(environment.work()).ended(lease);
      }
    }
  }

  /** The sync by the key that its definition has, whose state is moved to it first. */
  private StoredSync moved(StoredSync sync, SyncTarget target, Lease lease) throws SQLException {
    Warehouse work = environment.work();
    return new Rekeying(work, environment.syncs())
        .move(
            sync,
            lease,
            moved ->
                new Planner(work, environment.syncs(), environment.clock())
                    .spec(
                        moved,
                        target,
                        ObjectSchema.FREE_FORM,
                        QueryColumn.of(work, moved.definition().query().unordered()),
                        Scope.CHANGES));
  }

  /** The keys are moved first, where they are to be. */
  private RunReport run(
      StoredSync sync,
      SyncTarget target,
      Request request,
      Execution execution,
      Lease lease,
      Keeper keeper)
      throws SQLException {
    StoredSync moved;
    try {
      moved = moved(sync, target, lease);
    } catch (SQLException | RuntimeException e) {
      return new ActiveRun(environment, sync, target, request, execution, lease, keeper).failed(e);
    }
    return new ActiveRun(environment, moved, target, request, execution, lease, keeper).toItsEnd();
  }

  private Lease takeLease(StoredSync sync, SyncTarget target, Request request, Execution execution)
      throws SQLException {
    execution.listener().before(Step.LEASE);
    Warehouse work = environment.work();
    String runId = request.approved().map(HeldPlans.Held::runId).orElseGet(SyncRunner::newId);
    return new Leases(work)
        .take(
            sync,
            runId,
            OpenedDestination.callTimeout(target),
            (taken, former) -> {
              if (former.isPresent()) {
                new FormerRun(work).settle(sync, former.get(), environment.now());
              }
              if (request.approved().isPresent()) {
                new Approval(environment).begin(sync, request.approved().get());
              } else {
                new HeldPlans(work).supersede(sync, environment.now());
                new Runs(work)
                    .begin(
                        sync,
                        runId,
                        triggeredBy(request, execution.trigger()),
                        execution.trigger(),
                        environment.now());
              }
              if (request.undo().isPresent()) {
                // The next run would do it all again.
                taken.ignorePause();
                environment.syncs().setPaused(Optional.of(sync), true);
              }
            });
  }

  private static String triggeredBy(Request request, Trigger trigger) {
    return request.undo().isPresent() ? "undo" : trigger.by().name().toLowerCase(Locale.ROOT);
  }

  static String newId() {
    return UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
  }

  /** Looks after a lease, on a connection of its own where one can be had. */
  static Keeper keeper(Lease lease, RunEnvironment environment) {
    try {
      return Keeper.own(lease, environment::openWarehouse);
    } catch (SQLException e) {
      return Keeper.shared(lease, environment.work());
    }
  }

  private static RunReport paused(StoredSync sync, String what, String name) {
    String message =
        "%s \"%s\" is paused: RESUME %s %s"
            .formatted(what, name, what.toUpperCase(Locale.ROOT), name);
    return new RunReport(
        null,
        sync.name(),
        RunStatus.PAUSED,
        new Counters(),
        0,
        message,
        Optional.empty(),
        List.of(message));
  }
}
