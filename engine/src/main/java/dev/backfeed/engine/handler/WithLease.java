package dev.backfeed.engine.handler;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.state.FormerRun;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/**
 * Work on the state of a sync that no run may be in the midst of: under its lease, in the session
 * of its query, in one transaction. A run that died is settled first.
 */
final class WithLease {
  private WithLease() {}

  /** The work, which gives the rows it touched. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param runId what stands for a run in the rows it writes
     */
    long on(String runId) throws SQLException;
  }

  /**
   * Does the work.
   *
   * @param complete whether the state then holds all there is
   * @throws SQLException {@code XB006} in a transaction, {@code 55006} while a run is in progress
   */
  static long run(
      StoredSync sync, RunEnvironment environment, Execution execution, boolean complete, Work work)
      throws SQLException {
    return run(sync, environment, execution, complete, lease -> {}, work);
  }

  /** What is done with the lease before anything is written, outside a transaction. */
  @FunctionalInterface
  interface Before {
    void with(Lease lease) throws SQLException;
  }

  /** The same where something comes before: if it fails nothing is written. */
  static long run(
      StoredSync sync,
      RunEnvironment environment,
      Execution execution,
      boolean complete,
      Before before,
      Work work)
      throws SQLException {
    Warehouse warehouse = environment.work();
    Leases leases = new Leases(warehouse);
    StateTable state = new StateTable(warehouse);
    String runId = UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT);
    try (RunSession session = RunSession.enter(warehouse, execution)) {
      session.apply(sync.context());
      Lease lease =
          leases.take(
              sync,
              runId,
              Duration.ofMinutes(30),
              (taken, former) -> {
                if (former.isPresent()) {
                  new FormerRun(warehouse).settle(sync, former.get(), environment.now());
                }
              });
      try {
        before.with(lease);
        return warehouse.transaction(
            () -> {
              long rows = work.on(runId);
              leases.release(lease, state.liveRows(sync), complete);
              return rows;
            });
      } catch (SQLException | RuntimeException e) {
        leases.release(lease, state.liveRows(sync), false);
        throw e;
      } finally {
        leases.ended(lease);
      }
    }
  }
}
