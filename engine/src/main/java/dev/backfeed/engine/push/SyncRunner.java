package dev.backfeed.engine.push;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.FormerRun;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.state.Runs;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Duration;
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
   */
  public record Request(Scope scope, OptionalLong limit) {}

  /**
   * Runs one sync to its end. What goes wrong with the run is in the report; what keeps it from
   * beginning is thrown.
   *
   * @throws SQLException {@code XB006, 55006, 42704, 22023, 42501}
   */
  public RunReport run(StoredSync sync, Request request, Execution execution) throws SQLException {
    if (sync.paused()) {
      return paused(sync, "sync", sync.name());
    }
    SyncTarget target = environment.target(sync.definition());
    if (target.destination().paused()) {
      return paused(sync, "destination", target.destination().name());
    }
    String runId = UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
    try (RunSession session = RunSession.enter(environment.work(), execution)) {
      session.apply(sync.context());
      Lease lease = takeLease(sync, target, runId, execution);
      try (Keeper keeper = keeper(lease)) {
        execution.listener().after(Step.LEASE);
        ActiveRun run = new ActiveRun(environment, sync, target, request, execution, lease, keeper);
        return run.toItsEnd();
      } finally {
        new Leases(environment.work()).ended(lease);
      }
    }
  }

  private Lease takeLease(StoredSync sync, SyncTarget target, String runId, Execution execution)
      throws SQLException {
    execution.listener().before(Step.LEASE);
    Duration timeout = target.options().duration("timeout").orElseThrow();
    return new Leases(environment.work())
        .take(
            sync,
            runId,
            timeout,
            (taken, former) -> {
              if (former.isPresent()) {
                new FormerRun(environment.work()).settle(sync, former.get(), environment.now());
              }
              new Runs(environment.work()).begin(sync, runId, environment.now());
            });
  }

  private Keeper keeper(Lease lease) {
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
