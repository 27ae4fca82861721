package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.plan.Plan.Violated;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffStatements;
import dev.backfeed.engine.warehouse.DigestStatements;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.PlanStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has the warehouse compare a query with its state and makes the plan: one table, one row for
 * everything there is to do or to say about a key. The query is evaluated once where nothing moved;
 * a second time where a few buckets of rows are dirty, for those, or where too many are, for all;
 * and once more only if repeated keys turn up. Constraints of the whole result have it evaluated
 * once, into a temporary table.
 */
public final class Planner {
  private static final Sql CANDIDATES = Sql.name("_backfeed_candidates");
  private static final Sql MODEL = Sql.name("_backfeed_model");
  private static final String MODEL_QUERY = "SELECT * FROM _backfeed_model";

  /** Candidates whose key the state does not have, or may not; rejected ones are rows as well. */
  private static final List<String> ARRIVING =
      List.of("added", "unanswered", "returned", "violates new", "violates");

  private final Warehouse work;
  private final Syncs syncs;
  private final Clock clock;

  /**
   * A planner.
   *
   * @param syncs among which are those that write what others look up
   */
  public Planner(Warehouse work, Syncs syncs, Clock clock) {
    this.work = work;
    this.syncs = syncs;
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
      Scope scope)
      throws SQLException {
    boolean notes =
        work.number(
                Sql.of(
                    "SELECT COUNT(*) FROM {} WHERE sync_id = {}",
                    work.table("row_notes"),
                    Sql.bind(sync.syncId())))
            > 0;
    Mapping mapping = new Mapping(sync.definition(), columns, schema);
    Optional<DiffSpec.Append> append = append(sync, mapping);
    OffsetDateTime now = OffsetDateTime.now(clock);
    DiffSpec spec =
        new DiffSpec(
            sync.syncId(),
            sync.definition().query().unordered(),
            sync.keys(),
            sync.fields(),
            mapping.pushOrder(),
            keyComparison(sync, target, schema),
            target.syncOptions().text("time_zone").orElse("UTC"),
            sync.stateTable(),
            // What was appended is never sent again.
            scope == Scope.FULL && append.isPresent() ? Scope.CHANGES : scope,
            paceToday(sync),
            notes,
            target.syncOptions().number("max_attempts").orElseThrow().intValue(),
            target.repeatable(sync.definition()),
            now,
            append,
            new RowRules(sync, target, columns, schema, now, new LinkRules(mapping, sync, syncs))
                .rules(),
            Detection.DIFF,
            sync.nextKey().map(next -> DiffSpec.Rekeyed.MOVED));
    return spec.with(
        new ChangeDetection(sync.definition(), columns).detection(work, sync, scope, spec));
  }

  private static Optional<DiffSpec.Append> append(StoredSync sync, Mapping mapping)
      throws SQLException {
    Mode mode = sync.definition().mode();
    return mode.appends()
        ? Optional.of(
            new DiffSpec.Append(
                mode == Mode.APPEND_CHANGES,
                mapping.idempotencyKey().map(c -> new DiffSpec.KeyColumn(c.name(), c.type()))))
        : Optional.empty();
  }

  /** What the pace of a first population leaves for this UTC day; empty where there is none. */
  private OptionalLong paceToday(StoredSync sync) throws SQLException {
    OptionalLong pace = sync.definition().firstRun().pace();
    if (pace.isEmpty() || new StateTable(work).populated(sync)) {
      return OptionalLong.empty();
    }
    OffsetDateTime day =
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    long sent =
        work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} l WHERE l.operation = 'added' AND l.seq > 0 AND"
                    + " l.occurred_at >= {} AND l.run_id IN (SELECT r.run_id FROM {} r WHERE"
                    + " r.sync_id = {} AND (r.finished_at IS NULL OR r.finished_at >= {}))",
                work.table("sync_log"),
                Sql.bind(day),
                work.table("sync_runs"),
                Sql.bind(sync.syncId()),
                Sql.bind(day)));
    return OptionalLong.of(Math.max(0, pace.getAsLong() - sent));
  }

  /**
   * Makes the plan, and has the constraints of the whole result judged on the same evaluation of
   * the query.
   */
  private Plan judged(StoredSync sync, DiffSpec spec, String planTable, Digests digests)
      throws SQLException {
    if (spec.rules().overall().isEmpty()) {
      return made(sync, spec, planTable, digests);
    }
    work.run(work.dialect().createTemporary(MODEL, Sql.verbatim(spec.query())));
    Expectations expectations = new Expectations(work, spec);
    Plan plan = made(sync, spec.withQuery(MODEL_QUERY), planTable, digests);
    Plan judged = plan.with(spec, expectations.overall(MODEL));
    if (work.dialect().dropsTemporary()) {
      work.run(Sql.of("DROP TABLE {}", MODEL));
    }
    return judged;
  }

  /**
   * Makes the plan in the open transaction. Where there is nothing to say no table is made; {@link
   * Plan#lastSeq()} is then 0.
   */
  public Plan plan(StoredSync sync, DiffSpec spec, String planTable, Digests digests)
      throws SQLException {
    return judged(sync, spec, planTable, digests);
  }

  private Plan made(StoredSync sync, DiffSpec spec, String planTable, Digests digests)
      throws SQLException {
    DiffStatements diff = new DiffStatements(work, spec);
    StateTable.Size state = new StateTable(work).size(sync);
    boolean byDiff = spec.detection().equals(Detection.DIFF);
    if (state.all() == 0 && spec.comparesAtOnce() && byDiff) {
      createPlan(
          planTable, new PlanStatements(work, spec).plan(parenthesised(diff.firstRun()), true));
      if (!hasRepeatedKeys(planTable, diff)) {
        return counted(spec, planTable, PlanCounts.EMPTY, state, true);
      }
      work.run(Sql.of("DROP TABLE {}", work.table(planTable)));
    }
    if (state.all() > 0 && digests.wanted()) {
      Optional<Plan> few = compareDirty(spec, planTable, digests, state);
      digests.lookedEnough();
      if (few.isPresent()) {
        return few.get();
      }
    }
    return compare(spec, planTable, diff, state, digests);
  }

  /** Compares what lies in dirty buckets; empty where all is to be compared. */
  private Optional<Plan> compareDirty(
      DiffSpec spec, String planTable, Digests digests, StateTable.Size state) throws SQLException {
    Digests.Found found = digests.look();
    if (found.mostlyDirty()) {
      return Optional.empty();
    }
    DigestStatements statements = digests.statements();
    PlanCounts counts = PlanCounts.EMPTY.with("same", found.clean()).with("gone", found.gone());
    if (!found.dirty()) {
      counts = counts.with("null key", found.noKey());
      if (found.noKey() > 0) {
        Sql noKey = parenthesised(statements.noKey(found.noKey()));
        createPlan(planTable, new PlanStatements(work, spec).plan(noKey, true));
      }
      return Optional.of(counted(spec, planTable, counts, state, found.noKey() > 0));
    }
    boolean apart = found.worthSettingApart();
    if (apart) {
      digests.setDirtyApart();
    }
    DiffStatements diff = statements.dirtyDiff(apart);
    PlanCounts compared = candidates(diff.quick()).and(counts);
    if (compared.suspicious(state.all()) || clashes(spec, diff, compared)) {
      work.run(Sql.of("DROP TABLE {}", CANDIDATES));
      if (spec.keyComparison() != KeyComparison.EXACT) {
        // What the destination takes for one key may lie in two buckets.
        return Optional.empty();
      }
      compared = candidates(diff.exact()).and(counts);
    }
    return Optional.of(
        planned(spec, planTable, compared, state, statements.dirtyPlan(apart), digests));
  }

  private Plan compare(
      DiffSpec spec, String planTable, DiffStatements diff, StateTable.Size state, Digests digests)
      throws SQLException {
    PlanCounts counts = PlanCounts.EMPTY;
    boolean exact =
        state.all() == 0
            || spec.rules().flag().isPresent()
            || !spec.detection().equals(Detection.DIFF);
    if (!exact) {
      counts = candidates(diff.quick());
      exact = counts.suspicious(state.all()) || clashes(spec, diff, counts);
    }
    if (exact) {
      work.run(Sql.of("DROP TABLE IF EXISTS {}", CANDIDATES));
      counts = candidates(diff.exact());
    }
    Optional<String> watermark = watermark(diff);
    return planned(spec, planTable, counts, state, new PlanStatements(work, spec), digests)
        .seen(watermark);
  }

  /** From the very rows that were compared. */
  private Optional<String> watermark(DiffStatements diff) throws SQLException {
    Optional<Sql> seen = diff.watermark(CANDIDATES);
    return seen.isEmpty()
        ? Optional.empty()
        : work.query(seen.get(), row -> Optional.ofNullable(row.getString(1))).get(0);
  }

  private Plan planned(
      DiffSpec spec,
      String planTable,
      PlanCounts counts,
      StateTable.Size state,
      PlanStatements statements,
      Digests digests)
      throws SQLException {
    digests.moved(counts.candidates(false), state.all());
    List<Violated> violated = new Expectations(work, spec).ofRows(CANDIDATES);
    boolean planned = counts.candidates(spec.full()) > 0;
    if (planned) {
      createPlan(planTable, statements.plan(CANDIDATES, false));
    }
    if (work.dialect().dropsTemporary()) {
      work.run(Sql.of("DROP TABLE {}", CANDIDATES));
    }
    return counted(spec, planTable, counts, state, planned).with(spec, violated);
  }

  /**
   * A plan that was made before and is still there.
   *
   * @param counters what was counted then
   */
  Plan reopen(StoredSync sync, DiffSpec spec, String planTable, Counters counters)
      throws SQLException {
    PlanCounts counts = PlanCounts.of(work.query(countQuery(planTable), PlanCounts.Row::read));
    return counts
        .plan(spec, PlanCounts.EMPTY, new StateTable(work).size(sync), counts.lastSeq())
        .with(counters);
  }

  private Sql countQuery(String planTable) {
    return Sql.of(
        "SELECT op, action, reason, owed, CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT),"
            + " CAST(MAX(seq) AS BIGINT) FROM {} GROUP BY op, action, reason, owed",
        work.table(planTable));
  }

  /** The counts of a plan, from SELECTs alone: nothing is written, not even a temporary table. */
  public Plan estimate(StoredSync sync, DiffSpec spec) throws SQLException {
    StateTable.Size state = new StateTable(work).size(sync);
    List<PlanCounts.Row> rows = work.query(estimateQuery(spec), PlanCounts.Row::read);
    PlanCounts counts = PlanCounts.of(rows.stream().filter(r -> r.action() == null).toList());
    PlanCounts planned = PlanCounts.of(rows.stream().filter(r -> r.action() != null).toList());
    Expectations expectations = new Expectations(work, spec);
    return planned
        .plan(spec, counts, state, 0)
        .with(spec, expectations.ofRowsIn(new DiffStatements(work, spec).exact()))
        .with(spec, expectations.overall(Sql.verbatim(spec.query())));
  }

  /** What {@link #estimate} asks the warehouse. */
  public Sql estimateQuery(DiffSpec spec) {
    return Sql.of(
        """
        {}SELECT op, CAST(NULL AS VARCHAR) AS action, CAST(NULL AS VARCHAR) AS reason, FALSE AS owed,
               CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT), CAST(0 AS BIGINT)
        FROM candidates GROUP BY op
        UNION ALL
        SELECT op, action, reason, owed, CAST(SUM(n) AS BIGINT), CAST(MAX(n) AS BIGINT),
               CAST(MAX(seq) AS BIGINT)
        FROM plan GROUP BY op, action, reason, owed""",
        asQuery(spec));
  }

  /** The plan as a relation {@code plan}, before the SELECT that reads it; nothing is written. */
  public Sql asQuery(DiffSpec spec) {
    return Sql.of(
        "WITH candidates AS MATERIALIZED ({}), plan AS MATERIALIZED ({})\n",
        new DiffStatements(work, spec).exact(),
        new PlanStatements(work, spec).plan(Sql.of("candidates"), false));
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
      DiffSpec spec,
      String planTable,
      PlanCounts candidates,
      StateTable.Size state,
      boolean planned)
      throws SQLException {
    PlanCounts counts =
        planned
            ? PlanCounts.of(work.query(countQuery(planTable), PlanCounts.Row::read))
            : PlanCounts.EMPTY;
    long lastSeq = counts.lastSeq();
    if (planned && lastSeq == 0) {
      work.run(Sql.of("DROP TABLE {}", work.table(planTable)));
    } else if (planned && work.dialect().hasIndexes()) {
      work.run(Sql.of("CREATE INDEX ON {} (seq)", work.table(planTable)));
      // Guesses about a new table make planners join it row by row with the log and the state.
      work.run(Sql.of("ANALYZE {} (seq, op, action)", work.table(planTable)));
    }
    return counts.plan(spec, candidates, state, lastSeq);
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
   * Whether keys that are new, or back, stand there twice, or are, for the destination, keys that
   * are there already. Keys of the state that are met twice show in the counts.
   */
  private boolean clashes(DiffSpec spec, DiffStatements diff, PlanCounts counts)
      throws SQLException {
    if (ARRIVING.stream().mapToLong(counts::rows).sum() == 0) {
      return false;
    }
    Sql arriving = Sql.join(", ", ARRIVING.stream().map(Sql::literal).toList());
    Sql among =
        Sql.of(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE op IN ({}) GROUP BY {} HAVING"
                + " COUNT(*) > 1) repeated",
            CANDIDATES,
            arriving,
            diff.foldedKeys(""));
    boolean repeated = work.number(among) > 0;
    if (repeated || spec.keyComparison() == KeyComparison.EXACT) {
      return repeated;
    }
    Sql known =
        Sql.of(
            "SELECT COUNT(*) FROM {} c JOIN {} s ON {} WHERE c.op IN ({}) AND s._removed_at IS"
                + " NULL AND NOT EXISTS (SELECT 1 FROM {} r WHERE r.op = 'removed' AND {})",
            CANDIDATES,
            work.table(spec.stateTable()),
            diff.sameFolded("c", "s"),
            arriving,
            CANDIDATES,
            diff.sameExact("r", "s"));
    return work.number(known) > 0;
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
    if (spec.detection().feed().isPresent() && !spec.detection().feed().get().taken()) {
      statements.addAll(new Backlog(work).explain(spec));
      statements.addAll(explain(Backlog.taken(spec)));
      return statements;
    }
    DiffStatements diff = new DiffStatements(work, spec);
    boolean quick = spec.rules().flag().isEmpty() && spec.detection().equals(Detection.DIFF);
    statements.add(work.dialect().createTemporary(CANDIDATES, quick ? diff.quick() : diff.exact()));
    statements.add(new PlanStatements(work, spec).plan(CANDIDATES, false));
    return statements;
  }
}
