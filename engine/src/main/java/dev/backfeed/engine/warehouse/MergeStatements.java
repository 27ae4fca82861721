package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.parser.command.FieldPolicy.Stable;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What a checkpoint does with answers that are already in {@code sync_log}: the plan's rows, joined
 * with them by {@code seq}, go into the state and the notes. Each is one statement however many
 * rows it is about.
 */
public final class MergeStatements {
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final String planTable;
  private final String runId;

  public MergeStatements(Warehouse warehouse, DiffSpec spec, String planTable, String runId) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.planTable = planTable;
    this.runId = runId;
  }

  /**
   * The rows that one checkpoint is about.
   *
   * @param number of the checkpoint, from 1
   * @param firstSeq least seq in it
   * @param lastSeq greatest seq in it
   */
  public record Range(long number, long firstSeq, long lastSeq) {}

  /**
   * Takes the old rows of acknowledged keys out of the state, and those of records that have
   * vanished and could not be made whole: the next run sees them as new. An added row is there only
   * if an earlier call may have created it.
   */
  public Sql deleteState(Range range) {
    String state = spec.stateTable();
    return Sql.of(
        "DELETE FROM {} USING (SELECT {} FROM {} AND (l.outcome <> 'failed' OR l.error_type ="
            + " 'VANISHED') AND (p.op <> 'added' OR p.doubt > 1)) a WHERE {}",
        warehouse.table(state),
        names("p", spec.keys()),
        answered(range),
        Sql.join(
            " AND ",
            spec.keys().stream()
                .map(k -> Sql.of("{} = {}", Sql.name(state, k.stored()), Sql.name("a", k.stored())))
                .toList()));
  }

  /**
   * Puts the acknowledged rows into the state; a removed row stays as a tombstone, with the doubt
   * about it, unless its record was deleted, is missing, may never have been there or is another
   * row's. A row whose record was missing, or there already, is remembered as such.
   */
  public Sql insertState(Range range) {
    List<Sql> names = new ArrayList<>(spec.keys().stream().map(k -> Sql.name(k.stored())).toList());
    List<Sql> values =
        new ArrayList<>(spec.keys().stream().map(k -> Sql.name("p", k.stored())).toList());
    for (MappedColumn field : spec.fields()) {
      names.add(Sql.name(field.stored()));
      values.add(acknowledged(field));
      if (field.asks()) {
        names.add(Sql.name(field.seen()));
        values.add(Sql.name("p", field.seen()));
      }
      if (field.compares()) {
        names.add(Sql.name(field.ours()));
        values.add(held(field, "ours", Sql.name("p", field.ours())));
      }
    }
    boolean rekeyed = spec.rekeyed().isPresent();
    return Sql.of(
        """
        INSERT INTO {} ({}, _destination_id, _removed_at, _run_id, _synced_at, _doubt, _flagged{})
        SELECT {}, COALESCE(l.destination_id, p.destination_id),
               CASE WHEN p.op = 'removed' THEN l.occurred_at END, l.run_id, l.occurred_at,
               CASE WHEN p.op = 'removed' AND p.doubt = 2 THEN 1
                    WHEN p.op = 'removed' THEN p.doubt WHEN l.error_type = 'UNKNOWN_KEY' THEN 3
                    WHEN l.error_type = 'EXISTS' THEN 4
                    WHEN l.outcome = 'skipped' AND l.held IS NULL AND p.doubt > 2 THEN p.doubt
                    ELSE 0 END, p.flagged{}
        FROM {} AND l.outcome <> 'failed' AND NOT (p.op = 'removed' AND (p.removal = 'DELETE'
             OR (p.doubt = 2 AND l.outcome <> 'updated')
             OR COALESCE(l.error_type, '') IN ('UNKNOWN_KEY', 'SUPERSEDED')))""",
        warehouse.table(spec.stateTable()),
        Sql.join(", ", names),
        rekeyed ? Sql.of(", _former_key") : Sql.EMPTY,
        Sql.join(", ", values),
        rekeyed ? stillElsewhere() : Sql.EMPTY,
        answered(range));
  }

  /** A record that no call was made for stays under its former key. */
  private static Sql stillElsewhere() {
    return Sql.of(
        ",\n       CASE WHEN l.outcome = 'skipped' AND l.error_type IS NULL THEN p.former_key END");
  }

  /** As planned, or as the destination showed it where that was decided on the way. */
  private Sql acknowledged(MappedColumn field) {
    Sql planned = Sql.name("p", field.stored());
    return spec.asks() && !field.plain() ? held(field, "value", planned) : planned;
  }

  private Sql held(MappedColumn field, String what, Sql otherwise) {
    Sql of = Sql.of("((l.held) -> {})", Sql.literal(field.stored()));
    Sql text = Sql.of("({} ->> {})", of, Sql.literal(what));
    return Sql.of(
        "CASE WHEN ({} -> {}) IS NOT NULL THEN {} ELSE {} END",
        of,
        Sql.literal(what),
        what.equals("value") ? dialect.cast(text, field.type()) : text,
        otherwise);
  }

  /**
   * Forgets what was noted about keys that have an answer now, but that their rows are rejected: a
   * plan that sends such a row has forgotten it, and an undoing does not look at the query.
   */
  public Sql deleteNotes(Range range) {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {} AND reason <> 'REJECTED' AND record_key IN (SELECT"
            + " p.record_key FROM {})",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        answered(range));
  }

  /**
   * Notes the failed rows, with the time before which they are left alone while unchanged; null
   * where that was the last attempt.
   */
  public Sql insertFailedNotes(Range range) {
    // One minute, four times longer after each answer, at most six hours, give or take a fifth.
    Sql seconds =
        Sql.of("(LEAST(60.0 * power(4.0, l.attempts - 1), 21600.0) * (0.8 + 0.4 * random()))");
    return Sql.of(
        """
        INSERT INTO {}
        SELECT {}, p.record_key, p.op, 'FAILED', {}, {}, l.attempts,
               COALESCE(p.noted_at, l.occurred_at),
               CASE WHEN l.attempts < {} THEN {} END, COALESCE(p.noted_by, l.run_id),
               l.error_type, l.error_code, l.error_message
        FROM {} AND l.outcome = 'failed'""",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        payloadHash(),
        intent(Sql.of("p.intent")),
        Sql.number(spec.maxAttempts()),
        dialect.plusSeconds(Sql.of("l.occurred_at"), seconds),
        answered(range));
  }

  /**
   * Forgets deferrals that the present plan speaks of again, or that ended by themselves; those of
   * rows that it leaves to another run stay.
   */
  public Sql deleteDeferredNotes() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {} AND reason = 'DEFERRED' AND record_key NOT IN (SELECT"
            + " p.record_key FROM {} p WHERE p.action = 'wait')",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        plan());
  }

  /**
   * Notes the rows that were to be sent and have no answer.
   *
   * @param why {@code QUOTA}, {@code BREAKER}, {@code LIMIT} …
   */
  public Sql insertDeferredNotes(String why, OffsetDateTime now) {
    return insertDeferredNotes(why, now, Sql.EMPTY);
  }

  /**
   * Notes the rows that refer to a record that is not there.
   *
   * @param rows JSON: an array of objects with their {@code seq}
   */
  public Sql insertOrphanNotes(String rows, OffsetDateTime now) {
    return insertDeferredNotes(
        "PARENT_MISSING",
        now,
        Sql.of(
            "\n  AND p.seq IN (SELECT CAST(o.seq AS BIGINT) FROM {} o)",
            dialect.jsonRows(Sql.bind(rows), List.of("seq"))));
  }

  private Sql insertDeferredNotes(String why, OffsetDateTime now, Sql which) {
    return Sql.of(
        """
        INSERT INTO {}
        SELECT {}, p.record_key, p.op, 'DEFERRED', {}, {}, p.attempts,
               COALESCE(p.noted_at, {}), NULL, COALESCE(p.noted_by, {}), {}, NULL, NULL
        FROM {} p
        WHERE p.action = 'send'
          AND NOT EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {} AND l.seq = p.seq)
          AND NOT EXISTS (SELECT 1 FROM {} n
                          WHERE n.sync_id = {} AND n.record_key = p.record_key){}""",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        payloadHash(),
        intent(Sql.of("p.idempotency_key")),
        Sql.timestamp(now),
        Sql.literal(runId),
        Sql.literal(why),
        plan(),
        warehouse.table("sync_log"),
        Sql.literal(runId),
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        which);
  }

  /**
   * Forgets notes about keys that the plan no longer speaks of, rejections for another reason and
   * deferrals of rows that are not to be sent; a doubt stays, since what the destination holds is
   * not known.
   */
  public Sql deleteStaleNotes() {
    return Sql.of(
        """
        DELETE FROM {} WHERE sync_id = {} AND reason <> 'IN_DOUBT' AND NOT EXISTS (
          SELECT 1 FROM {} p WHERE p.record_key = row_notes.record_key
          AND CASE row_notes.reason
                   WHEN 'REJECTED' THEN p.action = 'reject' AND p.reason = row_notes.error_type
                   WHEN 'DEFERRED' THEN p.action IN ('send', 'wait')
                   ELSE TRUE END)""",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        plan());
  }

  /** Forgets all notes but doubts: the plan is empty. */
  public Sql deleteAllNotes() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {} AND reason <> 'IN_DOUBT'",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }

  /** Forgets that there were rows without a key: those of a feed are told once, and gone. */
  public Sql deleteNullKeyNote() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {} AND record_key = '' AND reason = 'REJECTED'",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }

  /** Logs the rejections that were not there before, one row a key, one for all null keys. */
  public Sql logNewRejections(OffsetDateTime now) {
    return Sql.of(
        """
        INSERT INTO {}
        SELECT {}, {}, p.record_key, 'none', 'rejected', NULL, NULL, p.reason, NULL, {},
               CAST(MAX(p.attempts) AS BIGINT), {}, 0, 0, NULL
        FROM {} p
        WHERE p.action = 'reject' AND {}
        GROUP BY p.record_key, p.reason""",
        warehouse.table("sync_log"),
        Sql.literal(runId),
        syncName(),
        rejectionMessage(),
        Sql.timestamp(now),
        plan(),
        notRejectedBefore());
  }

  /**
   * Rows that are given up keep the note of their failure; nothing is to be done about them any
   * more, which tells those whose rejection is logged.
   */
  public Sql endAttempts() {
    return Sql.of(
        "UPDATE {} SET op = 'none', next_attempt_at = NULL WHERE sync_id = {} AND reason = 'FAILED' AND"
            + " record_key IN (SELECT p.record_key FROM {} p WHERE p.action = 'reject' AND p.reason ="
            + " 'GIVEN_UP')",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        plan());
  }

  /** Notes the rejections that were not there before. */
  public Sql insertRejectedNotes(OffsetDateTime now) {
    return Sql.of(
        """
        INSERT INTO {}
        SELECT {}, p.record_key, 'none', 'REJECTED', MAX({}), NULL, CAST(MAX(p.attempts) AS BIGINT),
               {}, NULL, {}, p.reason, NULL, {}
        FROM {} p
        WHERE p.action = 'reject' AND p.reason <> 'GIVEN_UP' AND {}
        GROUP BY p.record_key, p.reason""",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()),
        payloadHash(),
        Sql.timestamp(now),
        Sql.literal(runId),
        rejectionMessage(),
        plan(),
        notRejectedBefore());
  }

  /** Forgets which values were waited for. */
  public Sql deleteUnstable() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {}",
        warehouse.table("unstable_values"),
        Sql.literal(spec.syncId()));
  }

  /**
   * Notes which values of a field have to hold on, since when they do, and whether that was long
   * enough: until one is acknowledged it need not begin again.
   */
  public Sql insertUnstable(MappedColumn field, OffsetDateTime now) {
    Stable stable = field.policy().stable().orElseThrow();
    boolean byRuns = stable.unit() == Stable.Unit.RUNS;
    return Sql.of(
        """
        INSERT INTO {}
        SELECT u.*, {} FROM (
          SELECT {} AS sync_id, p.record_key, {} AS field, {} AS value_hash,
                 COALESCE({}, 0) + 1 AS runs, COALESCE({}, {}) AS since
        FROM {} p WHERE {} IS NOT NULL) u""",
        warehouse.table("unstable_values"),
        byRuns
            ? Sql.of("u.runs >= {}", Sql.number(stable.n()))
            : Sql.of("u.since <= {}", Sql.timestamp(now.minus(Duration.ofHours(stable.n())))),
        Sql.literal(spec.syncId()),
        Sql.literal(field.stored()),
        Sql.name("p", field.stored() + "__hash"),
        Sql.name("p", field.stored() + "__runs"),
        Sql.name("p", field.stored() + "__since"),
        Sql.timestamp(now),
        plan(),
        Sql.name("p", field.stored() + "__hash"));
  }

  /** Rows of the model that are back: the state has them as removed, the destination has them. */
  public Sql clearTombstones() {
    String state = spec.stateTable();
    return Sql.of(
        "UPDATE {} SET _removed_at = NULL FROM {} p WHERE p.action = 'return' AND {}",
        warehouse.table(state),
        plan(),
        Sql.join(
            " AND ",
            spec.keys().stream()
                .map(k -> Sql.of("{} = {}", Sql.name(state, k.stored()), Sql.name("p", k.stored())))
                .toList()));
  }

  private Sql intent(Sql key) {
    return spec.append().isPresent() ? key : Sql.of("NULL");
  }

  private Sql notRejectedBefore() {
    return Sql.of(
        "NOT EXISTS (SELECT 1 FROM {} n WHERE n.sync_id = {} AND n.record_key = p.record_key"
            + " AND (n.reason = 'REJECTED' AND n.error_type = p.reason"
            + " OR p.reason = 'GIVEN_UP' AND n.reason = 'FAILED' AND n.op = 'none'))",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }

  private static Sql rejectionMessage() {
    return Sql.of(
        """
        CASE p.reason
             WHEN 'NULL_KEY' THEN 'the key is null in ' || CAST(CAST(SUM(p.n) AS BIGINT) AS VARCHAR)
               || CASE WHEN SUM(p.n) = 1 THEN ' row' ELSE ' rows' END
             WHEN 'REPEATED_KEY' THEN CASE WHEN SUM(p.n) = 1
               THEN 'another row spells this key otherwise, and the destination takes both for one'
               ELSE 'the key stands in ' || CAST(CAST(SUM(p.n) AS BIGINT) AS VARCHAR) || ' rows' END
             WHEN 'NOT_FINITE' THEN 'a value is NaN or infinite'
             WHEN 'TOO_LONG' THEN MAX(p.detail)
             WHEN 'NOT_ALLOWED' THEN MAX(p.detail)
             WHEN 'CONSTRAINT' THEN 'constraint ' || MAX(p.detail) || ' does not hold'
             ELSE 'given up after ' || CAST(MAX(p.attempts) AS VARCHAR) || ' answers' END""");
  }

  private Sql syncName() {
    return Sql.of(
        "(SELECT MAX(name) FROM {} WHERE sync_id = {})",
        warehouse.table("syncs"),
        Sql.literal(spec.syncId()));
  }

  private Sql payloadHash() {
    return new PlanStatements(warehouse, spec).payloadHash("p");
  }

  /** Ends inside a WHERE clause, to be gone on with. */
  private Sql answered(Range range) {
    return Sql.of(
        "{} p JOIN {} l ON l.seq = p.seq AND l.run_id = {} AND l.checkpoint_no = {}"
            + " AND l.seq BETWEEN {} AND {} WHERE p.seq BETWEEN {} AND {}",
        plan(),
        warehouse.table("sync_log"),
        Sql.literal(runId),
        Sql.number(range.number()),
        Sql.number(range.firstSeq()),
        Sql.number(range.lastSeq()),
        Sql.number(range.firstSeq()),
        Sql.number(range.lastSeq()));
  }

  private Sql plan() {
    return warehouse.table(planTable);
  }

  private static Sql names(String table, List<MappedColumn> columns) {
    return Sql.join(", ", columns.stream().map(c -> Sql.name(table, c.stored())).toList());
  }
}
