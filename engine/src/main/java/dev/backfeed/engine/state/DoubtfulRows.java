package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.OnRemove;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * Rows of a run that may have been sent and have no answer. Where a repetition could do harm they
 * are noted as in doubt, with the key they were sent under where rows are appended. Else the state
 * is no longer sure of them: the next plan that finds such a row sends it whole, though it may look
 * unchanged, and removes what a lost call may have created. To be used within a transaction, while
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

  /**
   * The run came to no good end: whatever it may have sent and has no answer for, up to its horizon
   * or, where it announced its pages, of these.
   */
  public void ofDeadRun(OffsetDateTime now) throws SQLException {
    boolean announced = batches(Sql.of("status <> 'in_doubt'")) > 0;
    work.run(
        Sql.of(
            "UPDATE {} SET status = 'in_doubt' WHERE run_id = {} AND status = 'sending'",
            work.table("run_batches"),
            Sql.bind(runId)));
    long horizon =
        work.number(
            Sql.of(
                "SELECT horizon FROM {} WHERE run_id = {}",
                work.table("sync_runs"),
                Sql.bind(runId)));
    if (horizon > 0 || batches(Sql.of("status = 'in_doubt'")) > 0) {
      mark(unanswered(horizon), now, announced);
    }
  }

  /**
   * The run lived, and the answers of some calls got lost.
   *
   * @param held whether these rows may not be sent again without a person's word
   */
  public void ofLivingRun(OffsetDateTime now, boolean held) throws SQLException {
    if (batches(Sql.of("status = 'in_doubt'")) > 0) {
      mark(unanswered(0), now, held);
    }
  }

  private long batches(Sql which) throws SQLException {
    return work.number(
        Sql.of(
            "SELECT COUNT(*) FROM {} WHERE run_id = {} AND {}",
            work.table("run_batches"),
            Sql.bind(runId),
            which));
  }

  private void mark(Sql rows, OffsetDateTime now, boolean held) throws SQLException {
    Sql time = Sql.timestamp(now);
    boolean appends = sync.definition().mode().appends();
    boolean compares = sync.fields().stream().anyMatch(MappedColumn::compares);
    if (held || appends) {
      note(rows, time, appends);
    }
    if (held || appends || compares) {
      keep(rows, compares && !held);
    }
    if (!appends) {
      markKnown(rows);
    }
    if (sync.definition().removal() != OnRemove.KEEP
        || sync.definition().deleteWhen().isPresent()
        || sync.definition().mode() == Mode.INSERT
        || sync.definition().mode() == Mode.UPDATE
        || compares) {
      markAdded(rows, time);
    }
  }

  /** Notes them as in doubt, instead of whatever was noted about them before. */
  private void note(Sql rows, Sql now, boolean appends) throws SQLException {
    // A second note about a key would make two rows of it in the next plan.
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND record_key IN (SELECT p.record_key FROM {})",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            rows));
    work.run(
        Sql.of(
            """
            INSERT INTO {}
            SELECT {}, p.record_key, p.op, 'IN_DOUBT', NULL, {}, p.attempts,
                   COALESCE(p.noted_at, {}), NULL, {},
                   'IN_DOUBT', NULL, 'sent, and its answer was never recorded'
            FROM {}""",
            work.table("row_notes"),
            Sql.literal(sync.syncId()),
            appends ? Sql.of("p.idempotency_key") : Sql.of("NULL"),
            now,
            Sql.literal(runId),
            rows));
  }

  /**
   * Keeps what was planned, for whoever says that it was sent, or for who finds it there.
   *
   * @param everything whether earlier values are kept as well: each may be what is there
   */
  private void keep(Sql rows, boolean everything) throws SQLException {
    if (!everything) {
      work.run(
          Sql.of(
              "DELETE FROM {} WHERE record_key IN (SELECT p.record_key FROM {})",
              work.table(sync.doubtTable()),
              rows));
    }
    work.run(
        Sql.of(
            "INSERT INTO {} ({}, record_key, op, destination_id, run_id) SELECT {}, p.record_key,"
                + " p.op, p.destination_id, {} FROM {}",
            work.table(sync.doubtTable()),
            columns(),
            planned(),
            Sql.literal(runId),
            rows));
  }

  /** A row that had left and is back has been sent: its tombstone no longer speaks for it. */
  private void markKnown(Sql rows) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET _doubt = CASE WHEN _doubt = 0 THEN 1 ELSE _doubt END, _removed_at = NULL"
                + " FROM {} AND p.op <> 'added' AND {}",
            work.table(sync.stateTable()),
            rows,
            StateTable.sameKey(sync, "p")));
  }

  /**
   * Records that may be there though no answer says so: they have to be removed with their rows.
   */
  private void markAdded(Sql rows, Sql now) throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} USING {} AND p.op = 'added' AND p.doubt IN (2, 3) AND _former_key IS NULL"
                + " AND {}",
            work.table(sync.stateTable()),
            rows,
            StateTable.sameKey(sync, "p")));
    // A row that says under which former key its record may be is in doubt as it stands.
    work.run(
        Sql.of(
            "INSERT INTO {} ({}, _run_id, _synced_at, _doubt) SELECT {}, {}, {}, 2 FROM {} AND p.op"
                + " = 'added' AND (p.doubt = 0 OR NOT EXISTS (SELECT 1 FROM {} WHERE {}))",
            work.table(sync.stateTable()),
            columns(),
            planned(),
            Sql.literal(runId),
            now,
            rows,
            work.table(sync.stateTable()),
            StateTable.sameKey(sync, "p")));
  }

  private Sql columns() {
    return Sql.join(", ", sync.columns().stream().map(c -> Sql.name(c.stored())).toList());
  }

  private Sql planned() {
    return Sql.join(", ", sync.columns().stream().map(c -> Sql.name("p", c.stored())).toList());
  }

  /** Ends inside a WHERE clause, to be gone on with. */
  private Sql unanswered(long horizon) {
    return Sql.of(
        "{} p WHERE p.action = 'send' AND (p.seq <= {} OR EXISTS (SELECT 1 FROM {} b WHERE b.run_id"
            + " = {} AND b.status = 'in_doubt' AND p.seq BETWEEN b.first_seq AND b.last_seq)) AND"
            + " NOT EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {} AND l.seq = p.seq)",
        work.table(StoredSync.planTable(runId)),
        Sql.number(horizon),
        work.table("run_batches"),
        Sql.literal(runId),
        work.table("sync_log"),
        Sql.literal(runId));
  }
}
