package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What comes before phase 1 of the diff: which parts of the model may differ from the state at all.
 * Keys fall into buckets by their hash; of a bucket the number of rows and the sum of their hashes
 * are kept for the state, and taken from the model in one pass without a join. A bucket where they
 * differ is dirty, and only dirty buckets are compared row by row.
 *
 * <p>Columns of a digest: {@code bucket}; {@code n} rows, {@code gone} of them removed ones; {@code
 * h} the sum of the hashes of the rows that are not removed; {@code unsure} rows whose bucket is
 * dirty whatever the sums say.
 */
public final class DigestStatements {
  /** Rows of the model without a key. */
  private static final int NO_KEY = -1;

  private static final Sql DIRTY = Sql.name("_backfeed_dirty");
  private static final Sql DIRTY_STATE = Sql.name("_backfeed_dirty_state");

  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final DiffStatements diff;

  public DigestStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.diff = new DiffStatements(warehouse, spec);
  }

  /** The table of a sync's digests, by its state's table. */
  public static String table(String stateTable) {
    return stateTable.replaceFirst("^_state", "_digest");
  }

  /**
   * What digests must have been made of to be compared with those that are made now: hash function,
   * buckets, columns and their types.
   *
   * @param version of the warehouse, whose hash functions may change with it
   */
  public String signature(String version) {
    StringBuilder made = new StringBuilder(dialect.name()).append(' ').append(version);
    spec.keys().forEach(k -> made.append(' ').append(k.type().name()));
    spec.fields().forEach(f -> made.append(' ').append(f.type().name()));
    made.append(' ').append(ofState(Sql.EMPTY).render(dialect).text());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(made.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the table, if there is one. */
  public Sql drop() {
    return Sql.of("DROP TABLE IF EXISTS {}", table());
  }

  /** Makes the table, from the whole state. */
  public Sql create() {
    return Sql.of("CREATE TABLE {} AS {}", table(), ofState(Sql.EMPTY));
  }

  /** Forgets the buckets of the keys that a plan may have touched. */
  public Sql forget(Sql plan) {
    return Sql.of("DELETE FROM {} WHERE bucket IN {}", table(), touched(plan));
  }

  /** Takes the forgotten buckets from the state again. */
  public Sql renew(Sql plan) {
    return Sql.of(
        "INSERT INTO {} {}",
        table(),
        ofState(Sql.of(" WHERE {} IN {}", bucket("state"), touched(plan))));
  }

  /**
   * The dirty buckets as a temporary table, with the rows of model and state in each. One more row,
   * whose bucket is null, stands for all that are clean. Reads the model once.
   */
  public Sql compare() {
    Sql clean =
        Sql.of("m.n = d.n - d.gone AND m.h = d.h AND d.unsure = 0 OR m.n IS NULL AND d.n = d.gone");
    return dialect.createTemporary(
        DIRTY,
        Sql.of(
            """
            SELECT CASE WHEN {} THEN NULL ELSE COALESCE(m.bucket, d.bucket) END AS bucket,
                   CAST(COALESCE(SUM(m.n), 0) AS BIGINT) AS in_model,
                   CAST(COALESCE(SUM(d.n), 0) AS BIGINT) AS in_state,
                   CAST(COALESCE(SUM(d.gone), 0) AS BIGINT) AS gone
            FROM (SELECT {} AS bucket, COUNT(*) AS n, SUM({}) AS h FROM ({}) AS model GROUP BY 1) m
            FULL JOIN {} d ON m.bucket = d.bucket
            GROUP BY 1""",
            clean,
            bucketOrNone(),
            rowHash("model"),
            diff.model(),
            table()));
  }

  /** Of {@link #compare}: rows of model, of state and removed ones, for clean, null and other. */
  public Sql summary() {
    return Sql.of(
        """
        SELECT CASE WHEN bucket IS NULL THEN 'clean' WHEN bucket = {} THEN 'no key' ELSE 'dirty' END,
               CAST(SUM(in_model) AS BIGINT), CAST(SUM(in_state) AS BIGINT), CAST(SUM(gone) AS BIGINT)
        FROM {} GROUP BY 1""",
        Sql.number(NO_KEY),
        DIRTY);
  }

  /** The rows of the state in dirty buckets as a temporary table, for phases 1 and 2. */
  public Sql setDirtyApart() {
    return dialect.createTemporary(DIRTY_STATE, dirtyState());
  }

  /**
   * Phase 1 for dirty buckets: each is judged wholly from this second evaluation of the model.
   *
   * @param apart whether they have been {@linkplain #setDirtyApart set apart}
   */
  public DiffStatements dirtyDiff(boolean apart) {
    return new DiffStatements(
        warehouse,
        spec,
        apart ? DIRTY_STATE : Sql.of("({})", dirtyState()),
        model ->
            Sql.of(
                "SELECT model.* FROM ({}) AS model WHERE {} IN {}",
                model,
                bucketOrNone(),
                dirty()));
  }

  /** Phase 2 for dirty buckets. */
  public PlanStatements dirtyPlan(boolean apart) {
    return new PlanStatements(
        warehouse, spec, apart ? DIRTY_STATE : warehouse.table(spec.stateTable()));
  }

  /** The one candidate where rows without a key are all there is. */
  public Sql noKey(long rows) {
    List<Sql> columns = new ArrayList<>(List.of(Sql.of("'null key' AS op")));
    List<MappedColumn> mapped = new ArrayList<>(spec.keys());
    mapped.addAll(spec.fields());
    for (MappedColumn column : mapped) {
      columns.add(
          Sql.of(
              "CAST(NULL AS {}) AS {}", Sql.type(column.type().name()), Sql.name(column.stored())));
    }
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(Sql.of("NULL AS {}", Sql.name(DiffStatements.besideColumn(i))));
    }
    return Sql.of("SELECT {}, CAST({} AS BIGINT) AS n", Sql.join(", ", columns), Sql.number(rows));
  }

  /** Ends the table of {@link #compare}. */
  public Sql dropDirty() {
    return Sql.of("DROP TABLE {}", DIRTY);
  }

  /** Ends the table of {@link #setDirtyApart}. */
  public Sql dropDirtyState() {
    return Sql.of("DROP TABLE {}", DIRTY_STATE);
  }

  private Sql ofState(Sql condition) {
    return Sql.of(
        """
        SELECT {} AS bucket, COUNT(*) AS n, COUNT(state._removed_at) AS gone,
               SUM(CASE WHEN state._removed_at IS NULL THEN {} END) AS h,
               COUNT(CASE WHEN state._doubt > 0{} THEN 1 END) AS unsure
        FROM {} AS state{} GROUP BY 1""",
        bucket("state"),
        rowHash("state"),
        spec.rekeyed().isPresent() ? Sql.of(" OR state._former_key IS NOT NULL") : Sql.EMPTY,
        warehouse.table(spec.stateTable()),
        condition);
  }

  private Sql dirtyState() {
    return Sql.of(
        "SELECT * FROM {} AS state WHERE {} IN {}",
        warehouse.table(spec.stateTable()),
        bucket("state"),
        dirty());
  }

  private static Sql dirty() {
    return Sql.of("(SELECT bucket FROM {} WHERE bucket IS NOT NULL)", DIRTY);
  }

  private Sql touched(Sql plan) {
    return Sql.of(
        "(SELECT {} FROM {} AS p WHERE p.action IN ('send', 'return'))", bucket("p"), plan);
  }

  private Sql bucketOrNone() {
    return Sql.of(
        "CASE WHEN {} THEN {} ELSE {} END",
        diff.anyNull("model"),
        Sql.number(NO_KEY),
        bucket("model"));
  }

  private Sql bucket(String relation) {
    return Sql.of(
        "CAST({} & {} AS INTEGER)", keyHash(relation), Sql.number(dialect.digestBuckets() - 1L));
  }

  private Sql rowHash(String relation) {
    return dialect.rowHash(
        keyHash(relation),
        spec.fields().stream().map(f -> Sql.name(relation, f.stored())).toList(),
        spec.fields().stream().map(MappedColumn::type).toList());
  }

  private Sql keyHash(String relation) {
    return dialect.hash(
        spec.keys().stream().map(k -> Sql.name(relation, k.stored())).toList(),
        spec.keys().stream().map(MappedColumn::type).toList());
  }

  private Sql table() {
    return warehouse.table(table(spec.stateTable()));
  }
}
