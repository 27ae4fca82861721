package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * Rows of a run that may have been sent and have no answer, where a repetition could do harm: those
 * that {@code run_batches} says are in doubt. To be used within a transaction, while the plan is
 * still there.
 */
public final class DoubtfulRows {
  private final Warehouse work;
  private final StoredSync sync;
  private final String runId;

  public DoubtfulRows(Warehouse work, StoredSync sync, String runId) {
    this.work = work;
    this.sync = sync;
    this.runId = runId;
  }

  /** Every page that was announced and not answered is in doubt: the run came to no good end. */
  public void noteAnnounced(OffsetDateTime now) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET status = 'in_doubt' WHERE run_id = {} AND status = 'sending'",
            work.table("run_batches"),
            Sql.bind(runId)));
    note(now);
  }

  /** Notes them as in doubt, instead of whatever was noted about them before. */
  public void note(OffsetDateTime now) throws SQLException {
    Sql doubtful =
        Sql.of(
            "SELECT first_seq, last_seq FROM {} WHERE run_id = {} AND status = 'in_doubt'",
            work.table("run_batches"),
            Sql.literal(runId));
    if (work.query(doubtful, row -> row.getLong(1)).isEmpty()) {
      return;
    }
    // A second note about a key would make two rows of it in the next plan.
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND record_key IN (SELECT p.record_key FROM {})",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            unanswered(doubtful)));
    work.run(
        Sql.of(
            """
            INSERT INTO {}
            SELECT {}, p.record_key, p.op, 'IN_DOUBT', NULL, NULL, p.attempts,
                   COALESCE(p.noted_at, {}), NULL, {},
                   'IN_DOUBT', NULL, 'sent, and its answer was never recorded'
            FROM {}""",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            Sql.of("CAST({} AS TIMESTAMPTZ)", Sql.literal(now.toInstant().toString())),
            Sql.literal(runId),
            unanswered(doubtful)));
  }

  /** Ends inside a WHERE clause. */
  private Sql unanswered(Sql doubtful) {
    return Sql.of(
        "{} p WHERE p.action = 'send' AND EXISTS (SELECT 1 FROM ({}) b WHERE p.seq BETWEEN"
            + " b.first_seq AND b.last_seq) AND NOT EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {} AND l.seq = p.seq)",
        work.table(StoredSync.planTable(runId)),
        doubtful,
        work.table("sync_log"),
        Sql.literal(runId));
  }
}
