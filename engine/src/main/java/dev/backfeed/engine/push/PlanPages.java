package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffStatements;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.PlanStatements;
import dev.backfeed.engine.warehouse.RepairState;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a plan page by page in push order; a page is as many numbers of {@code seq}, gaps included.
 * Used by the run's own thread only.
 */
final class PlanPages {
  private static final int PAGE = 5_000;
  private final Warehouse work;
  private final DiffSpec spec;
  private final Sql with;
  private final Sql plan;
  private final String runId;
  private final long lastSeq;
  private final RowReader reader;

  PlanPages(
      Warehouse work,
      DiffSpec spec,
      String planTable,
      String runId,
      long lastSeq,
      boolean whole,
      RowConstants constants) {
    this(work, spec, Sql.EMPTY, work.table(planTable), runId, lastSeq, whole, constants);
  }

  /**
   * Pages of a plan that need be no table.
   *
   * @param with what makes it, before the SELECT
   */
  PlanPages(
      Warehouse work,
      DiffSpec spec,
      Sql with,
      Sql plan,
      String runId,
      long lastSeq,
      boolean whole,
      RowConstants constants) {
    this.work = work;
    this.spec = spec;
    this.with = with;
    this.plan = plan;
    this.runId = runId;
    this.lastSeq = lastSeq;
    this.reader = new RowReader(spec, runId, whole, constants);
  }

  /** Where the page after this one begins. */
  static long next(long afterSeq) {
    return afterSeq + PAGE;
  }

  /** Whether pages are left. */
  boolean hasMore(long afterSeq) {
    return afterSeq < lastSeq;
  }

  /** Where the page before the first removal ends: of the rows to be sent, removals are last. */
  long beforeRemovals() throws SQLException {
    return work.number(
        Sql.of(
            "SELECT COALESCE(MIN(seq) - 1, {}) FROM {} WHERE action = 'send' AND op = 'removed'",
            Sql.number(lastSeq),
            plan));
  }

  /** The rows to be written (or, after all of them, removed) between two numbers. */
  List<PlannedRow> read(long afterSeq, boolean removals) throws SQLException {
    return work.query(
        Sql.of(
            "{} AND p.seq > {} AND p.seq <= {} AND {} ORDER BY p.seq",
            rows(removals ? superseded() : Sql.of("FALSE")),
            Sql.number(afterSeq),
            Sql.number(next(afterSeq)),
            removals ? Sql.of("p.op = 'removed'") : Sql.of("p.op <> 'removed'")),
        reader::read);
  }

  /**
   * The first rows in push order.
   *
   * @param removals whether those to be removed are among them
   */
  List<PlannedRow> first(long rows, boolean removals) throws SQLException {
    Sql superseded =
        removals
            ? Sql.of("CASE WHEN p.op = 'removed' THEN {} ELSE FALSE END", superseded())
            : Sql.of("FALSE");
    return work.query(
        Sql.of(
            "{}{}{} ORDER BY p.seq LIMIT {}",
            with,
            rows(superseded),
            removals ? Sql.EMPTY : Sql.of(" AND p.op <> 'removed'"),
            Sql.number(rows)),
        reader::read);
  }

  /** Ends inside a WHERE clause, to be gone on with. */
  private Sql rows(Sql superseded) {
    return Sql.of(
        """
        SELECT p.seq, p.op, p.record_key, p.destination_id, p.attempts,
               p.changed, {}, {}, p.old,
               {}, {}, p.doubt, p.removal, p.flagged, p.back{}{}{}
        FROM {} p
        WHERE p.action = 'send'""",
        texts(spec.keys()),
        texts(spec.fields()),
        superseded,
        spec.append().isPresent() ? Sql.of("p.idempotency_key") : Sql.of("NULL"),
        spec.asks() ? asked() : Sql.EMPTY,
        spec.rules().links().equals(DiffSpec.Links.NONE) ? Sql.EMPTY : links(),
        spec.rekeyed().isPresent() ? Sql.of(", p.former_key") : Sql.EMPTY,
        plan);
  }

  /** What the record of a new row is looked for by, and ids that are known of other records. */
  private Sql links() {
    List<MappedColumn> match = spec.matches().stream().flatMap(List::stream).toList();
    List<Sql> ids =
        spec.rules().links().lookups().stream().map(l -> Sql.name("p", l.id())).toList();
    return Sql.of(
        ", CASE WHEN p.op = 'added' THEN {} END, {}",
        match.isEmpty() ? Sql.of("CAST(NULL AS VARCHAR)") : texts(match),
        work.dialect().textArray(ids));
  }

  /**
   * The keys that records belong to, by the record's id: those of the state that this plan does not
   * remove.
   */
  Map<String, String> holders(Collection<String> ids) throws SQLException {
    Map<String, String> holders = new HashMap<>();
    if (ids.isEmpty()) {
      return holders;
    }
    ArrayNode wanted = Json.object().arrayNode();
    ids.forEach(id -> wanted.addObject().put("id", id));
    work.query(
        Sql.of(
            "{}SELECT s._destination_id, {} FROM {} s JOIN {} w ON w.id = s._destination_id WHERE {}",
            with,
            new PlanStatements(work, spec).keyText("s"),
            RepairState.table(work, spec),
            work.dialect().jsonRows(Sql.bind(Json.write(wanted)), List.of("id")),
            holds()),
        row -> holders.put(row.getString(1), row.getString(2)));
    return holders;
  }

  /** That a row {@code s} of the state has a record, and is to keep it. */
  private Sql holds() {
    return Sql.of(
        "s._removed_at IS NULL AND s._doubt < 2 AND NOT EXISTS (SELECT 1 FROM {} r WHERE r.op ="
            + " 'removed' AND {})",
        plan,
        new DiffStatements(work, spec).sameExact("r", "s"));
  }

  private Sql texts(List<MappedColumn> columns) {
    return texts("p", columns);
  }

  private Sql texts(String relation, List<MappedColumn> columns) {
    WarehouseDialect dialect = work.dialect();
    return dialect.textArray(
        columns.stream()
            .map(c -> dialect.text(Sql.name(relation, c.stored()), c.type(), spec.zone()))
            .toList());
  }

  /**
   * What the destination showed, what it may have been sent, and when the query's values are of.
   */
  private Sql asked() {
    Sql nothing = Sql.of("CAST(NULL AS VARCHAR)");
    List<Sql> ours = new ArrayList<>();
    List<Sql> times = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      ours.add(field.compares() ? Sql.name("p", field.ours()) : nothing);
      times.add(
          spec.timeOf(field)
              .map(t -> work.dialect().text(Sql.name("p", t.stored()), t.type(), spec.zone()))
              .orElse(nothing));
    }
    Sql lost =
        spec.compares()
            ? Sql.of(
                "CASE WHEN p.doubt > 0 THEN (SELECT '[' || string_agg({}, ',') || ']' FROM {} d WHERE"
                    + " d.record_key = p.record_key) END",
                texts("d", spec.fields()),
                work.table(spec.stateTable().replaceFirst("^_state", "_doubt")))
            : nothing;
    return Sql.of(
        ", {}, {}, {}", work.dialect().textArray(ours), lost, work.dialect().textArray(times));
  }

  /**
   * A removal never hits a record that this run wrote, nor one that another row of the query stands
   * for: not by its id, nor by a key that is the same to the destination.
   */
  private Sql superseded() {
    Sql byId =
        Sql.of(
            "EXISTS (SELECT 1 FROM {} l WHERE l.run_id = {} AND l.destination_id ="
                + " p.destination_id AND l.outcome IN ('created', 'updated'))",
            work.table("sync_log"),
            Sql.literal(runId));
    if (!spec.rules().links().match().isEmpty()) {
      byId =
          Sql.of(
              "({} OR EXISTS (SELECT 1 FROM {} s WHERE s._destination_id = p.destination_id AND NOT"
                  + " ({}) AND {}))",
              byId,
              RepairState.table(work, spec),
              new DiffStatements(work, spec).sameExact("s", "p"),
              holds());
    }
    if (spec.keyComparison() == KeyComparison.EXACT) {
      return byId;
    }
    DiffStatements diff = new DiffStatements(work, spec);
    return Sql.of(
        """
        ({} OR EXISTS (SELECT 1 FROM {} a WHERE a.op IN ('added', 'changed', 'resent') AND {})
         OR EXISTS (SELECT 1 FROM {} s WHERE s._removed_at IS NULL AND {}
                    AND NOT EXISTS (SELECT 1 FROM {} r WHERE r.op = 'removed' AND {})))""",
        byId,
        plan,
        diff.sameFolded("a", "p"),
        RepairState.table(work, spec),
        diff.sameFolded("s", "p"),
        plan,
        diff.sameExact("r", "s"));
  }
}
