package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Settles a run whose process died, in the transaction in which its successor takes the lease: its
 * books are closed, pages it may have sent are noted as in doubt, its plan is dropped. It is never
 * resumed.
 */
public final class FormerRun {
  private final Warehouse work;

  public FormerRun(Warehouse work) {
    this.work = work;
  }

  /** Settles one run, or a verification; nothing happens if it ended properly. */
  public void settle(StoredSync sync, String runId, OffsetDateTime now) throws SQLException {
    Optional<Long> planned =
        work.queryOne(
            Sql.of(
                "SELECT added + changed + removed + resent FROM {} WHERE run_id = {} AND status IN"
                    + " ('planning', 'running')",
                runs(),
                Sql.bind(runId)),
            row -> row.getLong(1));
    if (planned.isPresent()) {
      closeBooks(runId, now);
      if (planned.get() > 0) {
        new DoubtfulRows(work, sync, runId).ofDeadRun(now);
      }
    }
    // VERIFY has a table of this name, too, and is no run.
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE verification_id = {}",
            work.table("sync_verifications"),
            Sql.bind(runId)));
    work.run(Sql.of("DROP TABLE IF EXISTS {}", work.table(StoredSync.planTable(runId))));
  }

  private void closeBooks(String runId, OffsetDateTime now) throws SQLException {
    long logged =
        work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} WHERE run_id = {} AND seq > 0",
                work.table("sync_log"),
                Sql.bind(runId)));
    Sql answered = Sql.of("created + updated + deleted + skipped + failed");
    work.run(
        Sql.of(
            "UPDATE {} SET status = CASE WHEN {} = {} THEN 'interrupted' ELSE 'failed' END,"
                + " finished_at = {}, deferred = added + changed + removed + resent - ({}), message"
                + " = {}, error = CASE WHEN {} = {} THEN NULL ELSE {} END WHERE run_id = {}",
            runs(),
            answered,
            Sql.number(logged),
            Sql.bind(now),
            answered,
            Sql.literal("its process ended before the run did; the next run planned anew"),
            answered,
            Sql.number(logged),
            Sql.literal("the books do not balance: " + logged + " answers in sync_log"),
            Sql.bind(runId)));
  }

  private Sql runs() {
    return work.table("sync_runs");
  }
}
