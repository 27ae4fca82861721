package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the model, or a plan of it, in the place of the state. Rows that a run would reject are left
 * out: with a null key or a repeated one, a value that cannot be sent, or a violated constraint.
 */
public final class BaselineStatements {
  private static final Sql MODEL = Sql.name("_backfeed_baseline");
  private final Warehouse warehouse;
  private final DiffSpec spec;
  private final DiffStatements diff;

  public BaselineStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.spec = spec;
    this.diff = new DiffStatements(warehouse, spec);
  }

  /**
   * The model with the ids that the state knows, and whether a row is taken for synced, as a
   * temporary table.
   */
  public Sql createModel() {
    return warehouse
        .dialect()
        .createTemporary(
            MODEL,
            Sql.of(
                "SELECT c.*, s._destination_id, c.op = 'added' AND c.times = 1 AND NOT ({}) AND {} AS"
                    + " taken FROM (SELECT m.*, COUNT(*) OVER (PARTITION BY {}) AS times FROM ({})"
                    + " m) c LEFT JOIN {} s ON {}",
                new ValueChecks(warehouse.dialect(), spec).misfit("c"),
                spec.rules().dropping().isEmpty() ? Sql.of("TRUE") : Sql.of("c.violates IS NULL"),
                diff.foldedKeys("m"),
                diff.firstRun(),
                warehouse.table(spec.stateTable()),
                diff.sameExact("c", "s")));
  }

  /** Takes out of the state what is taken for synced, and leaves the rest. */
  public Sql forgetTaken() {
    return Sql.of(
        "DELETE FROM {} WHERE EXISTS (SELECT 1 FROM {} m WHERE m.taken AND {})",
        warehouse.table(spec.stateTable()),
        MODEL,
        diff.sameExact("m", spec.stateTable()));
  }

  /** Takes out of the state all but what a run would reject, which is not removed for that. */
  public Sql forgetAllButRejected() {
    return Sql.of(
        "DELETE FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} m WHERE NOT m.taken AND {})",
        warehouse.table(spec.stateTable()),
        MODEL,
        diff.sameExact("m", spec.stateTable()));
  }

  /** The state, from the model. */
  public Sql fillState(String runId, OffsetDateTime now) {
    return Sql.of(
        """
        INSERT INTO {} ({}, _destination_id, _removed_at, _run_id, _synced_at)
        SELECT {}, _destination_id, CAST(NULL AS TIMESTAMPTZ), {}, {}
        FROM {} m WHERE m.taken""",
        warehouse.table(spec.stateTable()),
        names(),
        values(),
        Sql.literal(runId),
        Sql.timestamp(now),
        MODEL);
  }

  /** Takes out of the state what a plan would change or remove. */
  public Sql deletePlanned(String planTable) {
    return Sql.of(
        "DELETE FROM {} USING {} p WHERE p.op IN ('changed', 'resent', 'removed')"
            + " AND p.action <> 'reject' AND {}",
        warehouse.table(spec.stateTable()),
        warehouse.table(planTable),
        diff.sameExact("p", spec.stateTable()));
  }

  /** Puts into the state what a plan would send. */
  public Sql insertPlanned(String planTable, String runId, OffsetDateTime now) {
    return Sql.of(
        """
        INSERT INTO {} ({}, _destination_id, _removed_at, _run_id, _synced_at)
        SELECT {}, destination_id, CAST(NULL AS TIMESTAMPTZ), {}, {} FROM {} p
        WHERE p.op IN ('added', 'changed', 'resent') AND p.action <> 'reject'""",
        warehouse.table(spec.stateTable()),
        names(),
        values(),
        Sql.literal(runId),
        Sql.timestamp(now),
        warehouse.table(planTable));
  }

  private Sql names() {
    List<Sql> names = new ArrayList<>(columns());
    for (MappedColumn field : spec.fields()) {
      if (field.asks()) {
        names.add(Sql.name(field.seen()));
      }
      if (field.compares()) {
        names.add(Sql.name(field.ours()));
      }
    }
    return Sql.join(", ", names);
  }

  /** What is recorded as synced counts as decided about, and as ours. */
  private Sql values() {
    List<Sql> values = new ArrayList<>(columns());
    for (MappedColumn field : spec.fields()) {
      Sql value = Sql.name(field.stored());
      if (field.asks()) {
        values.add(value);
      }
      if (field.compares()) {
        values.add(field.shownAs(warehouse.dialect(), value, spec.zone()));
      }
    }
    return Sql.join(", ", values);
  }

  private List<Sql> columns() {
    List<MappedColumn> columns = new ArrayList<>(spec.keys());
    columns.addAll(spec.fields());
    return columns.stream().map(c -> Sql.name(c.stored())).toList();
  }

  /** Ends the temporary table. */
  public Sql dropModel() {
    return Sql.of("DROP TABLE {}", MODEL);
  }

  /** Nothing is owed any more; what is rejected stays so. */
  public Sql deleteNotes() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {} AND reason <> 'REJECTED'",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }
}
