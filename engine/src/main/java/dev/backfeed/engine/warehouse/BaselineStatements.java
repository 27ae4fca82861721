package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the model in the place of the state. Rows with a null key, a repeated one or a number that
 * is none are left out, as a run would reject them.
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

  /** The model with the ids that the state knows, as a temporary table. */
  public Sql createModel() {
    return warehouse
        .dialect()
        .createTemporary(
            MODEL,
            Sql.of(
                "SELECT c.*, s._destination_id FROM ({}) c LEFT JOIN {} s ON {}",
                diff.firstRun(),
                warehouse.table(spec.stateTable()),
                diff.sameExact("c", "s")));
  }

  /** The state, from the model. */
  public Sql fillState(String runId, OffsetDateTime now) {
    List<MappedColumn> columns = new ArrayList<>(spec.keys());
    columns.addAll(spec.fields());
    Sql names = Sql.join(", ", columns.stream().map(c -> Sql.name(c.stored())).toList());
    return Sql.of(
        """
        INSERT INTO {} ({}, _destination_id, _removed_at, _run_id, _synced_at)
        SELECT {}, _destination_id, CAST(NULL AS TIMESTAMPTZ), {}, {}
        FROM (SELECT m.*, COUNT(*) OVER (PARTITION BY {}) AS times FROM {} m
              WHERE op = 'added') x
        WHERE times = 1 AND NOT ({})""",
        warehouse.table(spec.stateTable()),
        names,
        names,
        Sql.literal(runId),
        Sql.of("CAST({} AS TIMESTAMPTZ)", Sql.literal(now.toInstant().toString())),
        diff.foldedKeys("m"),
        MODEL,
        new PlanStatements(warehouse, spec).unsendable("x"));
  }

  /** Ends the temporary table. */
  public Sql dropModel() {
    return Sql.of("DROP TABLE {}", MODEL);
  }

  /** Nothing is owed any more. */
  public Sql deleteNotes() {
    return Sql.of(
        "DELETE FROM {} WHERE sync_id = {}",
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }
}
