package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Phase 1 of the diff: which keys may have changed. Model and state are joined on the key; of each
 * side only a hash of the fields is compared. Unchanged pairs fall into one row with their count,
 * candidates stay apart with their values, so that the model is read once.
 *
 * <p>A candidate's {@code op} is {@code added}, {@code unanswered} (added before, by a call whose
 * answer got lost), {@code differs}, {@code returned} (the state has it as removed), {@code
 * removed}, {@code null key}, {@code repeated}; {@code same} and {@code gone} are the summary rows.
 * {@code n} is the number of rows it stands for.
 */
public final class DiffStatements {
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Sql state;
  private final UnaryOperator<Sql> part;

  public DiffStatements(Warehouse warehouse, DiffSpec spec) {
    this(warehouse, spec, RepairState.of(warehouse, spec), model -> model);
  }

  /**
   * A diff of a part only.
   *
   * @param state the part of the state
   * @param part makes the same part of the model, given as a query, from the whole
   */
  DiffStatements(Warehouse warehouse, DiffSpec spec, Sql state, UnaryOperator<Sql> part) {
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.state = state;
    this.part = part;
  }

  /** Candidates where the state is empty: every row of the model, nothing joined. */
  public Sql firstRun() {
    return Sql.of(
        "SELECT CASE WHEN {} THEN 'null key' ELSE 'added' END AS op, {}, CAST(1 AS BIGINT) AS n"
            + " FROM ({}) model",
        anyNull("model"),
        columns(c -> c),
        model());
  }

  /** Candidates where repeated keys are not expected; the counts tell if there are any. */
  public Sql quick() {
    return joined(false);
  }

  /** Candidates with repeated keys found first; reads the model once, groups all its keys. */
  public Sql exact() {
    return joined(true);
  }

  /** The key columns of a relation as the destination compares them, separated by commas. */
  public Sql foldedKeys(String relation) {
    return Sql.join(
        ", ", spec.keys().stream().map(k -> folded(column(relation, k), k.type())).toList());
  }

  /** That two relations name one key, as the destination compares them, but not exactly. */
  public Sql sameFolded(String left, String right) {
    List<Sql> terms = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      terms.add(
          Sql.of(
              "{} = {}",
              folded(column(left, key), key.type()),
              folded(column(right, key), key.type())));
    }
    return Sql.of("{} AND NOT ({})", Sql.join(" AND ", terms), sameExact(left, right));
  }

  /** That two relations have the same key to the letter. */
  public Sql sameExact(String left, String right) {
    return Sql.join(
        " AND ",
        spec.keys().stream()
            .map(k -> Sql.of("{} = {}", column(left, k), column(right, k)))
            .toList());
  }

  private static Sql column(String relation, MappedColumn key) {
    return relation.isEmpty() ? Sql.name(key.stored()) : Sql.name(relation, key.stored());
  }

  /** The model: keys, fields and push order, cast to the types they are kept in. */
  Sql model() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      Sql cast = dialect.cast(Sql.name("q", key.column()), key.type());
      columns.add(Sql.of("{} AS {}", dialect.binary(cast, key.type()), Sql.name(key.stored())));
    }
    for (MappedColumn field : spec.fields()) {
      columns.add(
          Sql.of(
              "{} AS {}",
              dialect.cast(Sql.name("q", field.column()), field.type()),
              Sql.name(field.stored())));
    }
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(
          Sql.of("{} AS {}", Sql.name("q", spec.besides().get(i)), Sql.name(besideColumn(i))));
    }
    return Sql.of("SELECT {} FROM {} AS q", Sql.join(", ", columns), Sql.verbatim(spec.query()));
  }

  private Sql joined(boolean exact) {
    Sql grouped =
        Sql.join(", ", IntStream.rangeClosed(1, groupedColumns()).mapToObj(Sql::number).toList());
    return Sql.of(
        """
        WITH model AS {}({}),
        {}m AS (SELECT model.*, 1 AS in_m, {} AS m_hash{} FROM model{}),
        s AS (SELECT {}, {} AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt{}
              FROM {} AS state{}),
        j AS (SELECT {} AS op, {} FROM m FULL JOIN s ON {}{})
        SELECT op, {}, CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY {}""",
        exact ? Sql.of("MATERIALIZED ") : Sql.EMPTY,
        part.apply(model()),
        exact ? repeatedKeys() : Sql.EMPTY,
        hash("model"),
        exact ? Sql.of(", rep.r1 IS NOT NULL AS repeated") : Sql.EMPTY,
        exact ? Sql.of(" LEFT JOIN rep ON {}", sameKey("rep", "r", "model")) : Sql.EMPTY,
        stateKeys(),
        hash("state"),
        exact ? Sql.of(", rep.r1 IS NOT NULL AS frozen") : Sql.EMPTY,
        state,
        exact ? Sql.of(" LEFT JOIN rep ON {}", sameKey("rep", "r", "state")) : Sql.EMPTY,
        operation(exact),
        joinedColumns(),
        keyJoin(),
        dialect.fence(),
        columns(this::unlessSummary),
        grouped);
  }

  private Sql repeatedKeys() {
    List<Sql> keys = new ArrayList<>();
    List<Sql> ordinals = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      int number = keys.size() + 1;
      keys.add(
          Sql.of("{} AS {}", folded(Sql.name(key.stored()), key.type()), Sql.name("r" + number)));
      ordinals.add(Sql.number(number));
    }
    return Sql.of(
        "rep AS MATERIALIZED (SELECT {} FROM model WHERE NOT ({}) GROUP BY {} HAVING COUNT(*) > 1),\n",
        Sql.join(", ", keys),
        anyNull("model"),
        Sql.join(", ", ordinals));
  }

  private Sql sameKey(String folded, String prefix, String table) {
    List<Sql> terms = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      terms.add(
          Sql.of(
              "{} = {}",
              Sql.name(folded, prefix + (terms.size() + 1)),
              folded(Sql.name(table, key.stored()), key.type())));
    }
    return Sql.join(" AND ", terms);
  }

  private Sql stateKeys() {
    return Sql.join(
        ", ",
        spec.keys().stream()
            .map(
                k -> Sql.of("{} AS {}", Sql.name("state", k.stored()), Sql.name("s_" + k.stored())))
            .toList());
  }

  private Sql operation(boolean exact) {
    return Sql.of(
        """
        CASE {}
             WHEN {} THEN 'null key'
             {}WHEN in_s IS NULL THEN 'added'
             WHEN doubt = 2 THEN 'unanswered'
             WHEN gone THEN 'returned'
             WHEN {} THEN 'same'
             ELSE 'differs' END""",
        leaving(exact),
        anyNull("m"),
        exact ? Sql.of("WHEN repeated THEN 'repeated'\n             ") : Sql.EMPTY,
        unchanged());
  }

  /** What was appended stays, whatever becomes of its row. */
  private Sql leaving(boolean exact) {
    return spec.append().isPresent()
        ? Sql.of("WHEN in_m IS NULL THEN 'gone'")
        : Sql.of(
            "WHEN in_m IS NULL AND (gone{}) THEN 'gone'\n     WHEN in_m IS NULL THEN 'removed'",
            exact ? Sql.of(" OR frozen") : Sql.EMPTY);
  }

  private Sql unchanged() {
    boolean once = spec.append().isPresent() && !spec.append().get().changes();
    return once ? Sql.of("TRUE") : Sql.of("m_hash = s_hash AND doubt = 0");
  }

  private Sql joinedColumns() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      columns.add(
          Sql.of(
              "COALESCE({}, {}) AS {}",
              Sql.name("m", key.stored()),
              Sql.name("s", "s_" + key.stored()),
              Sql.name(key.stored())));
    }
    spec.fields().forEach(f -> columns.add(Sql.name("m", f.stored())));
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(Sql.name("m", besideColumn(i)));
    }
    return Sql.join(", ", columns);
  }

  private Sql keyJoin() {
    return Sql.join(
        " AND ",
        spec.keys().stream()
            .map(
                k -> Sql.of("{} = {}", Sql.name("m", k.stored()), Sql.name("s", "s_" + k.stored())))
            .toList());
  }

  /** The summary rows lose their values, so that they fall together; FULL keeps the unchanged. */
  private Sql unlessSummary(Sql column) {
    return spec.full()
        ? Sql.of("CASE WHEN op IN ('gone', 'null key') THEN NULL ELSE {} END", column)
        : Sql.of("CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE {} END", column);
  }

  private Sql columns(UnaryOperator<Sql> value) {
    List<Sql> columns = new ArrayList<>();
    spec.keys().forEach(k -> columns.add(named(k.stored(), value)));
    spec.fields().forEach(f -> columns.add(named(f.stored(), value)));
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(named(besideColumn(i), value));
    }
    return Sql.join(", ", columns);
  }

  private static Sql named(String column, UnaryOperator<Sql> value) {
    return Sql.of("{} AS {}", value.apply(Sql.name(column)), Sql.name(column));
  }

  private int groupedColumns() {
    return 1 + spec.keys().size() + spec.fields().size() + spec.besides().size();
  }

  private Sql hash(String table) {
    return dialect.hash(
        spec.fields().stream().map(f -> Sql.name(table, f.stored())).toList(),
        spec.fields().stream().map(MappedColumn::type).toList());
  }

  Sql anyNull(String table) {
    return Sql.join(
        " OR ",
        spec.keys().stream().map(k -> Sql.of("{} IS NULL", Sql.name(table, k.stored()))).toList());
  }

  /** A key column as the destination compares it. */
  Sql folded(Sql key, ColumnType type) {
    if (type.kind() != ColumnType.Kind.TEXT || spec.keyComparison() == KeyComparison.EXACT) {
      return key;
    }
    Sql lower = Sql.of("lower(CAST({} AS VARCHAR))", key);
    return spec.keyComparison() == KeyComparison.TRIMMED ? Sql.of("trim({})", lower) : lower;
  }

  static String besideColumn(int index) {
    return "o" + (index + 1);
  }
}
