package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * Rows of a run that may have been sent and have no answer, where a repetition could do harm: those
 * in the announced pages of {@code run_batches}. To be used within a transaction, while the plan is
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

  /** Notes them as in doubt, instead of whatever was noted about them before. */
  public void note(OffsetDateTime now) throws SQLException {
    Sql sending =
        Sql.of(
            "SELECT first_seq, last_seq FROM {} WHERE run_id = {} AND status = 'sending'",
            work.table("run_batches"),
            Sql.literal(runId));
    if (work.query(sending, row -> row.getLong(1)).isEmpty()) {
      return;
    }
    // A second note about a key would make two rows of it in the next plan.
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND record_key IN (SELECT p.record_key FROM {})",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            unanswered(sending)));
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
            unanswered(sending)));
    work.run(
        Sql.of(
            "UPDATE {} SET status = 'in_doubt' WHERE run_id = {} AND status = 'sending'",
            work.table("run_batches"),
            Sql.bind(runId)));
  }

  /** Ends inside a WHERE clause. */
  private Sql unanswered(Sql sending) {
    return Sql.of(
        "{} p JOIN ({}) b ON p.seq BETWEEN b.first_seq AND b.last_seq WHERE p.action = 'send' AND"
            + " NOT EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {} AND l.seq = p.seq)",
        work.table(StoredSync.planTable(runId)),
        sending,
        work.table("sync_log"),
        Sql.literal(runId));
  }
}
