package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.FieldPolicy.Wins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Phase 1 of the diff: which keys may have changed. Model and state are joined on the key; of each
 * side only a hash of the fields is compared. Unchanged pairs fall into one row with their count,
 * candidates stay apart with their values, so that the model is read once.
 *
 * <p>A candidate's {@code op} is {@code added}, {@code unanswered} (added before, by a call whose
 * answer got lost), {@code differs}, {@code returned} (the state has it as removed), {@code
 * removed}, {@code flagged} (a deletion by DELETE WHEN), {@code violates} and {@code violates new}
 * (rejected by a constraint, the key known or not), {@code null key}, {@code repeated}; {@code
 * same}, {@code gone} and {@code ignored} (flagged, and nobody knows the key, or all is done) are
 * the summary rows. {@code n} is the number of rows it stands for.
 */
public final class DiffStatements {
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Sql state;
  private final UnaryOperator<Sql> part;
  private final ExpectStatements expect;

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
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.state = state;
    this.part = part;
    this.expect = new ExpectStatements(warehouse, spec);
  }

  /** Candidates where the state is empty: every row of the model, nothing joined. */
  public Sql firstRun() {
    return Sql.of(
        "SELECT CASE WHEN {} THEN 'null key' ELSE 'added' END AS op, {}, CAST(1 AS BIGINT) AS n"
            + " FROM ({}) model{}",
        anyNull("model"),
        columns(c -> c, false),
        model(),
        flags() ? Sql.of(" WHERE NOT flagged") : Sql.EMPTY);
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
    Sql model = feed() ? new BacklogStatements(warehouse, spec).model() : ofQuery();
    return spec.deletions() && folds() ? respelled(model) : model;
  }

  private boolean folds() {
    return spec.keyComparison() != KeyComparison.EXACT && spec.append().isEmpty();
  }

  /** Deletions of keys that the state has in another spelling, as the state has them. */
  private Sql respelled(Sql model) {
    List<Sql> columns = new ArrayList<>();
    List<Sql> same = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      Sql stored = Sql.name(key.stored());
      columns.add(Sql.of("COALESCE(spelled.{}, model.{}) AS {}", stored, stored, stored));
      same.add(
          Sql.of(
              "{} = {}",
              folded(Sql.name("spelled", key.stored()), key.type()),
              folded(Sql.name("model", key.stored()), key.type())));
    }
    besideKeys().forEach(name -> columns.add(Sql.name("model", name)));
    return Sql.of(
        """
        SELECT {} FROM (SELECT model.*, MIN(CASE WHEN flagged THEN 1 ELSE 0 END) OVER (PARTITION BY {}) AS deletion
                        FROM ({}) AS model) AS model
        LEFT JOIN {} AS known ON {}
        LEFT JOIN (SELECT {}, row_number() OVER (PARTITION BY {} ORDER BY _removed_at IS NOT NULL, _doubt, {}) AS nth
                   FROM {} AS state) AS spelled ON spelled.nth = 1 AND model.deletion = 1 AND {} IS NULL AND {}""",
        Sql.join(", ", columns),
        foldedKeys("model"),
        model,
        state,
        sameExact("known", "model"),
        keys("state"),
        foldedKeys("state"),
        keys("state"),
        state,
        Sql.name("known", spec.keys().get(0).stored()),
        Sql.join(" AND ", same));
  }

  /** The model's columns but its keys. */
  private List<String> besideKeys() {
    List<String> names = new ArrayList<>();
    spec.fields().forEach(field -> names.add(field.stored()));
    IntStream.range(0, spec.besides().size()).forEach(i -> names.add(besideColumn(i)));
    names.add("flagged");
    if (rejects()) {
      names.add("violates");
    }
    int counting = spec.rules().counting().size();
    IntStream.range(0, counting).forEach(i -> names.add(ExpectStatements.counter(i)));
    watermark().ifPresent(w -> names.add("w"));
    return names;
  }

  private Sql ofQuery() {
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
    spec.rules()
        .flag()
        .ifPresent(
            flag -> columns.add(Sql.of("({} IS TRUE) AS flagged", Sql.verbatim(flag.condition()))));
    columns.addAll(expect.modelColumns(Optional.empty()));
    watermark().ifPresent(watermark -> columns.add(watermark.column()));
    return Sql.of(
        "SELECT {} FROM {} AS q{}",
        Sql.join(", ", columns),
        Sql.verbatim(spec.query()),
        expect.previousRows());
  }

  private Sql joined(boolean exact) {
    Sql grouped =
        Sql.join(", ", IntStream.rangeClosed(1, groupedColumns()).mapToObj(Sql::number).toList());
    return Sql.of(
        """
        WITH model AS {}({}),
        {}m AS (SELECT model.*, 1 AS in_m, {} AS m_hash{} FROM model{}),
        s AS (SELECT {}, {} AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt{}{}
              FROM {} AS state{}{}),
        j AS (SELECT {} AS op, {} FROM m {} JOIN s ON {}{})
        SELECT op, {}, {} AS n{} FROM j GROUP BY {}""",
        exact ? Sql.of("MATERIALIZED ") : Sql.EMPTY,
        part.apply(lookedAt()),
        exact ? repeatedKeys() : Sql.EMPTY,
        hash("model"),
        exact ? Sql.of(", rep.r1 IS NOT NULL AS repeated") : Sql.EMPTY,
        exact ? Sql.of(" LEFT JOIN rep ON {}", sameKey("rep", "r", "model")) : Sql.EMPTY,
        stateKeys(),
        hash("state"),
        exact ? Sql.of(", rep.r1 IS NOT NULL AS frozen") : Sql.EMPTY,
        besideHash(),
        state,
        exact ? Sql.of(" LEFT JOIN rep ON {}", sameKey("rep", "r", "state")) : Sql.EMPTY,
        owesRemovals() ? watermark().orElseThrow().ofState() : Sql.EMPTY,
        operation(exact),
        joinedColumns(),
        spec.detection().absence() || owesRemovals() ? Sql.of("FULL") : Sql.of("LEFT"),
        keyJoin(),
        dialect.fence(),
        columns(this::unlessSummary, flags()),
        flags()
            ? Sql.of("CAST(CASE WHEN op = 'flagged' THEN 1 ELSE COUNT(*) END AS BIGINT)")
            : Sql.of("CAST(COUNT(*) AS BIGINT)"),
        Sql.of(
            "{}{}",
            counters(c -> Sql.of("CAST(SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS BIGINT)", c)),
            watermark().map(w -> Sql.of(", {}", w.greatest())).orElse(Sql.EMPTY)),
        grouped);
  }

  private boolean rejects() {
    return !spec.rules().dropping().isEmpty();
  }

  /** Whether a row violates constraints that are counted, or how many do. */
  private Sql counters(UnaryOperator<Sql> value) {
    List<Sql> columns = new ArrayList<>();
    for (int i = 0; i < spec.rules().counting().size(); i++) {
      Sql name = Sql.name(ExpectStatements.counter(i));
      columns.add(Sql.of(", {} AS {}", value.apply(name), name));
    }
    return Sql.join("", columns);
  }

  /** The rows of the model that are compared. */
  private Sql lookedAt() {
    return watermark().map(w -> w.lookedAt(model())).orElseGet(this::model);
  }

  /** Whether removals may be owed that this look at the model cannot find again. */
  private boolean owesRemovals() {
    return !spec.detection().absence() && spec.notes() && watermark().isPresent();
  }

  private Optional<WatermarkStatements> watermark() {
    return spec.detection()
        .watermark()
        .map(watermark -> new WatermarkStatements(warehouse, spec, watermark));
  }

  /** The greatest value of the watermark's column among candidates, as text. */
  public Optional<Sql> watermark(Sql candidates) {
    return watermark().map(watermark -> watermark.seen(candidates));
  }

  /** The key columns of a relation, separated by commas. */
  Sql keys(String relation) {
    return Sql.join(", ", spec.keys().stream().map(k -> column(relation, k)).toList());
  }

  /** The key as the text that notes and the log have. */
  Sql keyText(String relation) {
    return new RowStatements(warehouse, spec).recordKey(relation);
  }

  /** Whether the model's rows are changes, deletions among them. */
  private boolean feed() {
    return spec.detection().feed().isPresent();
  }

  private boolean flags() {
    return spec.rules().flag().isPresent();
  }

  /** What of the state is compared by itself, beside the hash. */
  private Sql besideHash() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn field : spec.fields()) {
      if (comparedApart(field)) {
        columns.add(
            Sql.of(
                ", {} AS {}", Sql.name("state", field.decided()), Sql.name("s_" + field.stored())));
      }
    }
    if (flags()) {
      columns.add(Sql.of(", state._flagged AS was_flagged"));
    }
    if (spec.rules().recheck().isPresent()) {
      columns.add(Sql.of(", state._synced_at AS asked_at"));
    }
    if (spec.rekeyed().isPresent()) {
      columns.add(Sql.of(", state._former_key IS NOT NULL AS elsewhere"));
    }
    return Sql.join("", columns);
  }

  /** Whether a difference is a change, but not any difference. */
  private static boolean comparedApart(MappedColumn field) {
    FieldPolicy policy = field.policy();
    return !field.plain() && !policy.passive() && policy.wins() != Wins.ON_CREATE_ONLY;
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
        "rep AS MATERIALIZED (SELECT {} FROM model WHERE NOT ({}) GROUP BY {} HAVING COUNT(*) > 1{}),\n",
        Sql.join(", ", keys),
        anyNull("model"),
        Sql.join(", ", ordinals),
        // A deletion may well be told twice; told beside a row it is as good as a second row.
        flags()
            ? Sql.of(" AND COUNT(CASE WHEN NOT flagged THEN 1 END) > 0")
            // In a feed it is about another spelling of the key, which was respelled.
            : feed() ? Sql.of(" AND COUNT(CASE WHEN NOT flagged THEN 1 END) > 1") : Sql.EMPTY);
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
        CASE {}{}
             WHEN {} THEN 'null key'
             {}{}WHEN in_s IS NULL THEN 'added'
             WHEN doubt = 2 THEN 'unanswered'{}
             WHEN gone THEN 'returned'
             WHEN {} THEN 'same'
             ELSE 'differs' END""",
        leaving(exact),
        flags() ? flagged(exact) : feed() ? deleted(exact) : Sql.EMPTY,
        anyNull("m"),
        exact ? Sql.of("WHEN repeated THEN 'repeated'\n             ") : Sql.EMPTY,
        rejects()
            ? Sql.of(
                "{}WHEN violates IS NOT NULL THEN CASE WHEN in_s IS NULL THEN 'violates new' ELSE"
                    + " 'violates' END\n             ",
                done().map(d -> Sql.of("WHEN {} THEN 'same'\n             ", d)).orElse(Sql.EMPTY))
            : Sql.EMPTY,
        notThere(),
        unchanged());
  }

  /** What is known to be missing, or to be there and not ours, is neither changed nor removed. */
  private Sql flagged(boolean exact) {
    return Sql.of(
        """

             WHEN flagged AND ({} OR in_s IS NULL{}) THEN 'ignored'
             WHEN flagged AND (doubt > 2 OR gone AND was_flagged) THEN 'ignored'
             WHEN flagged THEN 'flagged'""",
        anyNull("m"),
        exact ? Sql.of(" OR repeated") : Sql.EMPTY);
  }

  /** Deletions that a feed tells are rows that have left, where anything is known of them. */
  private Sql deleted(boolean exact) {
    return Sql.of(
        """

             WHEN flagged AND NOT ({}) AND (in_s IS NULL{}) THEN 'ignored'
             WHEN flagged AND NOT ({}) AND ({}) THEN 'gone'
             WHEN flagged AND NOT ({}) THEN 'removed'""",
        anyNull("m"),
        exact ? Sql.of(" OR repeated") : Sql.EMPTY,
        anyNull("m"),
        spec.append().isPresent() ? Sql.of("TRUE") : Sql.of("gone OR doubt > 2"),
        anyNull("m"));
  }

  /**
   * Keys that the destination did not have, or had already, when they were asked for; under a
   * definition that does not mind they are as good as new.
   */
  private Sql notThere() {
    return Sql.of("{}\n     WHEN doubt > 2 THEN 'unanswered'", remembered());
  }

  private Sql remembered() {
    if (spec.onlyMakes()) {
      return Sql.of("\n     WHEN doubt = 4 THEN 'same'");
    }
    return spec.rules()
        .recheck()
        .map(
            before ->
                Sql.of(
                    "\n     WHEN doubt = 3{} AND {} AND asked_at > {} THEN 'same'",
                    notElsewhere(),
                    allSame(),
                    Sql.timestamp(before)))
        .orElse(Sql.EMPTY);
  }

  /** What was appended stays, whatever becomes of its row. */
  private Sql leaving(boolean exact) {
    return spec.append().isPresent()
        ? Sql.of("WHEN in_m IS NULL THEN 'gone'")
        : Sql.of(
            "WHEN in_m IS NULL AND (gone{} OR doubt > 2) THEN 'gone'\n     WHEN in_m IS NULL THEN"
                + " 'removed'",
            exact ? Sql.of(" OR frozen") : Sql.EMPTY);
  }

  /** What was appended, and stays so: nothing is expected of its row any more. */
  private Optional<Sql> done() {
    return spec.append().isPresent()
        ? Optional.of(
            Sql.of(
                "(in_s IS NOT NULL AND NOT gone AND doubt = 0 AND ({}))",
                once() ? Sql.of("TRUE") : allSame()))
        : Optional.empty();
  }

  private boolean once() {
    return spec.append().map(a -> !a.changes()).orElse(spec.rules().once());
  }

  private Sql unchanged() {
    return once() ? Sql.of("TRUE") : Sql.of("{} AND doubt = 0{}", allSame(), notElsewhere());
  }

  /** A record that is there under a former key is not as the query has it. */
  private Sql notElsewhere() {
    return spec.rekeyed().isPresent() ? Sql.of(" AND NOT elsewhere") : Sql.EMPTY;
  }

  private Sql allSame() {
    List<Sql> terms = new ArrayList<>(List.of(Sql.of("m_hash = s_hash")));
    for (MappedColumn field : spec.fields()) {
      if (comparedApart(field)) {
        Sql model = Sql.name("m", field.stored());
        terms.add(
            Sql.of("NOT {}", field.moved(dialect, model, Sql.name("s", "s_" + field.stored()))));
      }
    }
    return Sql.join(" AND ", terms);
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
    if (rejects()) {
      columns.add(Sql.name("m", "violates"));
    }
    watermark().ifPresent(w -> columns.add(Sql.name("m", "w")));
    return Sql.of("{}{}", Sql.join(", ", columns), counters(this::ofSelected));
  }

  private Sql ofSelected(Sql counter) {
    Sql expected = done().map(d -> Sql.of("({} AND NOT {})", counter, d)).orElse(counter);
    return spec.deletions() ? Sql.of("({} AND NOT flagged)", expected) : expected;
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
    return Sql.of(
        "CASE WHEN op IN ({}'gone', {}'null key') THEN NULL ELSE {} END",
        spec.full() ? Sql.EMPTY : Sql.of("'same', "),
        spec.deletions() ? Sql.of("'ignored', ") : Sql.EMPTY,
        column);
  }

  private Sql columns(UnaryOperator<Sql> value, boolean mayBeDeletions) {
    // Of a deletion only the key counts: told twice, it is one.
    UnaryOperator<Sql> ofRow =
        mayBeDeletions
            ? c -> Sql.of("CASE WHEN op = 'flagged' THEN NULL ELSE {} END", value.apply(c))
            : value;
    List<Sql> columns = new ArrayList<>();
    spec.keys().forEach(k -> columns.add(named(k.stored(), value)));
    spec.fields().forEach(f -> columns.add(named(f.stored(), ofRow)));
    for (int i = 0; i < spec.besides().size(); i++) {
      columns.add(named(besideColumn(i), ofRow));
    }
    if (rejects()) {
      columns.add(named("violates", ofRow));
    }
    return Sql.join(", ", columns);
  }

  private static Sql named(String column, UnaryOperator<Sql> value) {
    return Sql.of("{} AS {}", value.apply(Sql.name(column)), Sql.name(column));
  }

  private int groupedColumns() {
    return 1
        + spec.keys().size()
        + spec.fields().size()
        + spec.besides().size()
        + (rejects() ? 1 : 0);
  }

  private Sql hash(String table) {
    List<MappedColumn> plain = spec.fields().stream().filter(MappedColumn::plain).toList();
    return dialect.hash(
        plain.stream().map(f -> Sql.name(table, f.stored())).toList(),
        plain.stream().map(MappedColumn::type).toList());
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
