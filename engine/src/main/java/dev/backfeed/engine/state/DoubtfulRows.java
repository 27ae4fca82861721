package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * Rows of a run that may have been sent and have no answer. Where a repetition could do harm they
 * are noted as in doubt. In any case the state is no longer sure of them: the next plan that finds
 * such a row sends it whole, though it may look unchanged. To be used within a transaction, while
 * the plan is still there.
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
    Sql doubtful = listed();
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

  /** The state is unsure of the rows whose answers got lost while the run lived. */
  public void markUnsure() throws SQLException {
    Sql lost = listed();
    if (!work.query(lost, row -> row.getLong(1)).isEmpty()) {
      mark(unanswered(lost));
    }
  }

  /** The state is unsure of every row without an answer: any of them may have been sent. */
  public void markAllUnsure() throws SQLException {
    mark(
        Sql.of(
            "{} p WHERE p.action = 'send' AND NOT EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {}"
                + " AND l.seq = p.seq)",
            work.table(StoredSync.planTable(runId)),
            work.table("sync_log"),
            Sql.literal(runId)));
  }

  private void mark(Sql rows) throws SQLException {
    List<Sql> sameKey =
        sync.keys().stream()
            .map(
                k ->
                    Sql.of(
                        "{} = {}",
                        Sql.name(sync.stateTable(), k.stored()),
                        Sql.name("p", k.stored())))
            .toList();
    work.run(
        Sql.of(
            "UPDATE {} SET _unsure = TRUE FROM {} AND p.op <> 'added' AND {}",
            work.table(sync.stateTable()),
            rows,
            Sql.join(" AND ", sameKey)));
  }

  private Sql listed() {
    return Sql.of(
        "SELECT first_seq, last_seq FROM {} WHERE run_id = {} AND status = 'in_doubt'",
        work.table("run_batches"),
        Sql.literal(runId));
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
