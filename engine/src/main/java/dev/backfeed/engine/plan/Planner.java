package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffStatements;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.PlanStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the warehouse compare a query with its state and makes the plan: one table, one row for
 * everything there is to do or to say about a key. The query is evaluated once, and once more only
 * if repeated keys turn up.
 */
public final class Planner {
  private static final Sql CANDIDATES = Sql.name("_backfeed_candidates");
  private final Warehouse work;
  private final Clock clock;

  public Planner(Warehouse work, Clock clock) {
    this.work = work;
    this.clock = clock;
  }

  /**
   * What a sync compares.
   *
   * @param schema the destination's object, for how it compares keys
   * @param columns the query's output columns, for the push order
   */
  public DiffSpec spec(
      StoredSync sync,
      SyncTarget target,
      ObjectSchema schema,
      List<QueryColumn> columns,
      boolean full)
      throws SQLException {
    boolean notes =
        work.number(
                Sql.of(
                    "SELECT COUNT(*) FROM {} WHERE sync_id = {}",
                    work.table("row_notes"),
                    Sql.bind(sync.syncId())))
            > 0;
    Mapping mapping = new Mapping(sync.definition(), columns, schema);
    return new DiffSpec(
        sync.syncId(),
        sync.definition().query().unordered(),
        sync.keys(),
        sync.fields(),
        mapping.pushOrder(),
        keyComparison(sync, target, schema),
        target.syncOptions().text("time_zone").orElse("UTC"),
        sync.stateTable(),
        full,
        notes,
        target.syncOptions().number("max_attempts").orElseThrow().intValue(),
        target.repeatable(),
        OffsetDateTime.now(clock));
  }

  /**
   * Makes the plan in the open transaction. Where there is nothing to say no table is made; {@link
   * Plan#lastSeq()} is then 0.
   */
  public Plan plan(StoredSync sync, DiffSpec spec, String planTable) throws SQLException {
    DiffStatements diff = new DiffStatements(work, spec);
    long stateRows = new StateTable(work).rows(sync);
    if (stateRows == 0) {
      createPlan(
          planTable, new PlanStatements(work, spec).plan(parenthesised(diff.firstRun()), true));
      if (!hasRepeatedKeys(planTable, diff)) {
        return counted(spec, planTable, PlanCounts.EMPTY, 0, true);
      }
      work.run(Sql.of("DROP TABLE {}", work.table(planTable)));
    }
    return compare(spec, planTable, diff, stateRows);
  }

  private Plan compare(DiffSpec spec, String planTable, DiffStatements diff, long stateRows)
      throws SQLException {
    PlanCounts counts = PlanCounts.EMPTY;
    boolean exact = stateRows == 0;
    if (!exact) {
      counts = candidates(diff.quick());
      exact = counts.suspicious(stateRows) || clashes(spec, diff, counts);
    }
    if (exact) {
      work.run(Sql.of("DROP TABLE IF EXISTS {}", CANDIDATES));
      counts = candidates(diff.exact());
    }
    boolean planned = counts.candidates(spec.full()) > 0;
    if (planned) {
      createPlan(planTable, new PlanStatements(work, spec).plan(CANDIDATES, false));
    }
    if (work.dialect().dropsTemporary()) {
      work.run(Sql.of("DROP TABLE {}", CANDIDATES));
    }
    return counted(spec, planTable, counts, stateRows, planned);
  }

  /** The counts of a plan, from SELECTs alone: nothing is written, not even a temporary table. */
  public Plan estimate(StoredSync sync, DiffSpec spec) throws SQLException {
    long stateRows = new StateTable(work).rows(sync);
    List<PlanCounts.Row> rows = work.query(estimateQuery(spec), PlanCounts.Row::read);
    PlanCounts counts = PlanCounts.of(rows.stream().filter(r -> r.action() == null).toList());
    PlanCounts planned = PlanCounts.of(rows.stream().filter(r -> r.action() != null).toList());
    return planned.plan(spec, counts, stateRows, 0);
  }

  /** What {@link #estimate} asks the warehouse. */
  public Sql estimateQuery(DiffSpec spec) {
    Sql plan = new PlanStatements(work, spec).plan(Sql.of("candidates"), false);
    return Sql.of(
        """
        WITH candidates AS MATERIALIZED ({}), plan AS MATERIALIZED ({})
        SELECT op, CAST(NULL AS VARCHAR) AS action, CAST(NULL AS VARCHAR) AS reason, FALSE AS owed,
               CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT), CAST(0 AS BIGINT)
        FROM candidates GROUP BY op
        UNION ALL
        SELECT op, action, reason, owed, CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT),
               CAST(MAX(seq) AS BIGINT)
        FROM plan GROUP BY op, action, reason, owed""",
        new DiffStatements(work, spec).exact(),
        plan);
  }

  private PlanCounts candidates(Sql query) throws SQLException {
    work.run(work.dialect().createTemporary(CANDIDATES, query));
    return PlanCounts.of(
        work.query(
            Sql.of(
                "SELECT op, NULL, NULL, FALSE, CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT),"
                    + " CAST(0 AS BIGINT) FROM {} GROUP BY op",
                CANDIDATES),
            PlanCounts.Row::read));
  }

  private void createPlan(String planTable, Sql plan) throws SQLException {
    work.run(Sql.of("CREATE TABLE {} AS {}", work.table(planTable), plan));
  }

  private Plan counted(
      DiffSpec spec, String planTable, PlanCounts candidates, long stateRows, boolean planned)
      throws SQLException {
    PlanCounts counts =
        planned
            ? PlanCounts.of(
                work.query(
                    Sql.of(
                        "SELECT op, action, reason, owed, CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS"
                            + " BIGINT), CAST(MAX(seq) AS BIGINT) FROM {} GROUP BY op, action,"
                            + " reason, owed",
                        work.table(planTable)),
                    PlanCounts.Row::read))
            : PlanCounts.EMPTY;
    long lastSeq = counts.lastSeq();
    if (planned && lastSeq == 0) {
      work.run(Sql.of("DROP TABLE {}", work.table(planTable)));
    } else if (planned && work.dialect().hasIndexes()) {
      work.run(Sql.of("CREATE INDEX ON {} (seq)", work.table(planTable)));
    }
    return counts.plan(spec, candidates, stateRows, lastSeq);
  }

  private boolean hasRepeatedKeys(String planTable, DiffStatements diff) throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE op = 'added' GROUP BY {} HAVING"
                    + " COUNT(*) > 1) repeated",
                work.table(planTable),
                diff.foldedKeys("")))
        > 0;
  }

  /**
   * Whether keys that are new stand in several rows, or are, for the destination, keys that are
   * there already. Exact repetitions of known keys show in the counts.
   */
  private boolean clashes(DiffSpec spec, DiffStatements diff, PlanCounts counts)
      throws SQLException {
    return counts.rows("added") > 0
        && (repeatedAmongNew(diff)
            || (spec.keyComparison() != KeyComparison.EXACT && spelledOtherwise(spec, diff)));
  }

  private boolean repeatedAmongNew(DiffStatements diff) throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE op IN ('added', 'returned')"
                    + " GROUP BY {} HAVING COUNT(*) > 1) repeated",
                CANDIDATES,
                diff.foldedKeys("")))
        > 0;
  }

  private boolean spelledOtherwise(DiffSpec spec, DiffStatements diff) throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} c JOIN {} s ON {} WHERE c.op = 'added' AND s._removed_at IS"
                    + " NULL AND NOT EXISTS (SELECT 1 FROM {} r WHERE r.op = 'removed' AND {})",
                CANDIDATES,
                work.table(spec.stateTable()),
                diff.sameFolded("c", "s"),
                CANDIDATES,
                diff.sameExact("r", "s")))
        > 0;
  }

  private static KeyComparison keyComparison(
      StoredSync sync, SyncTarget target, ObjectSchema schema) {
    MappedColumn key = sync.keys().get(0);
    return schema
        .field(key.path().get(0))
        .flatMap(Field::keyComparison)
        .orElse(target.manifest().keyComparison());
  }

  private static Sql parenthesised(Sql query) {
    return Sql.of("({})", query);
  }

  /** The statements a run would send to the warehouse, for EXPLAIN. */
  public List<Sql> explain(DiffSpec spec) {
    List<Sql> statements = new ArrayList<>();
    DiffStatements diff = new DiffStatements(work, spec);
    statements.add(work.dialect().createTemporary(CANDIDATES, diff.quick()));
    statements.add(new PlanStatements(work, spec).plan(CANDIDATES, false));
    return statements;
  }
}
