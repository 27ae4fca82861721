package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The state in the shape of another key (REKEY FROM): joined once with the query, which has former
 * and new key side by side. A row whose key changes is marked: its {@code _former_key} says, as
 * JSON, by which fields and values the destination has the record.
 */
public final class RekeyStatements {
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final List<MappedColumn> from;

  /**
   * Statements.
   *
   * @param spec with the keys that come, {@link DiffSpec#rekeyed} with those that the state has
   */
  public RekeyStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.from = spec.rekeyed().orElseThrow().from();
  }

  /**
   * The rows of the state that a row of the query claims, once for each that does: the new key,
   * {@code w1…} the former one, {@code former} that as text, and whether its record may be there.
   */
  public Sql claims() {
    List<Sql> pairs = new ArrayList<>();
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn key : spec.keys()) {
      pairs.add(Sql.of("{} AS {}", ofQuery(key), Sql.name(key.stored())));
      columns.add(Sql.name("m", key.stored()));
    }
    for (int i = 0; i < from.size(); i++) {
      pairs.add(Sql.of("{} AS {}", ofQuery(from.get(i)), was(i)));
      columns.add(Sql.of("m.{}", was(i)));
    }
    return Sql.of(
        "SELECT {}, {} AS former, {} AS there FROM {} b JOIN (SELECT {} FROM {} AS q) m ON {}",
        Sql.join(", ", columns),
        recordKey("b", from),
        there(),
        state(),
        Sql.join(", ", pairs),
        Sql.verbatim(spec.query()),
        isFormer("m"));
  }

  /**
   * What keeps the state from being moved, a row each: what, how often, and the former key of one.
   *
   * <ul>
   *   <li>{@code several}: former keys that several rows claim
   *   <li>{@code none}: rows that are known and have no new key
   *   <li>{@code same}: new keys of several rows that are known
   *   <li>{@code unclaimed}: records that may be there, and no row claims them
   *   <li>{@code there}: all records that may be there
   * </ul>
   */
  public Sql obstacles(Sql with, Sql claims) {
    return Sql.of(
        """
        {}SELECT 'several', COUNT(*), MIN(x.former) FROM (SELECT former FROM {} c GROUP BY former HAVING COUNT(*) > 1) x
        UNION ALL SELECT 'none', COUNT(*), MIN(c.former) FROM {} c WHERE {}
        UNION ALL SELECT 'same', COUNT(*), MIN(x.former) FROM
          (SELECT MIN(former) AS former FROM {} c WHERE NOT ({}) GROUP BY {} HAVING COUNT(DISTINCT former) > 1) x
        UNION ALL SELECT 'unclaimed', COUNT(*), MIN({}) FROM {} b WHERE {}
          AND NOT EXISTS (SELECT 1 FROM {} c WHERE {})
        UNION ALL SELECT 'there', COUNT(*), NULL FROM {} b WHERE {}""",
        with,
        claims,
        claims,
        anyNull(),
        claims,
        anyNull(),
        Sql.join(", ", spec.keys().stream().map(k -> Sql.name("c", k.stored())).toList()),
        recordKey("b", from),
        state(),
        there(),
        claims,
        isFormer("c"),
        state(),
        there());
  }

  /** The claimed rows of the state in the new shape, with the columns of {@link #columns()}. */
  public Sql moved(Sql claims) {
    List<Sql> values = new ArrayList<>();
    spec.keys().forEach(k -> values.add(Sql.name("c", k.stored())));
    spec.fields().stream()
        .flatMap(f -> kept(f).stream())
        .forEach(c -> values.add(Sql.name("b", c)));
    Sql former = Sql.of("COALESCE(b._former_key, {})", formerKey("b", from));
    return Sql.of(
        """
        SELECT {}, b._destination_id, b._removed_at, b._run_id, b._synced_at, b._doubt, b._flagged,
               CASE WHEN b._doubt = 0 THEN NULLIF({}, {}) ELSE {} END AS _former_key
        FROM {} c JOIN {} b ON {}""",
        Sql.join(", ", values),
        former,
        formerKey("c", spec.keys()),
        former,
        claims,
        state(),
        isFormer("c"));
  }

  /** The state's columns, key and fields first. */
  public Sql columns() {
    List<Sql> columns = new ArrayList<>();
    spec.keys().forEach(k -> columns.add(Sql.name(k.stored())));
    spec.fields().stream().flatMap(f -> kept(f).stream()).forEach(c -> columns.add(Sql.name(c)));
    return Sql.of(
        "{}, _destination_id, _removed_at, _run_id, _synced_at, _doubt, _flagged, _former_key",
        Sql.join(", ", columns));
  }

  /** What calls without answer may have left, by the new key. */
  public Sql movedDoubts(Sql claims, Sql doubts) {
    List<Sql> values = new ArrayList<>();
    spec.keys().forEach(k -> values.add(Sql.name("c", k.stored())));
    spec.fields().forEach(f -> values.add(Sql.name("d", f.stored())));
    return Sql.of(
        "SELECT {}, {} AS record_key, d.op, d.destination_id, d.run_id FROM {} d JOIN {} c ON"
            + " c.former = d.record_key",
        Sql.join(", ", values),
        recordKey("c", spec.keys()),
        doubts,
        claims);
  }

  /** The columns of {@link #movedDoubts}. */
  public Sql doubtColumns() {
    List<Sql> columns = new ArrayList<>();
    spec.keys().forEach(k -> columns.add(Sql.name(k.stored())));
    spec.fields().forEach(f -> columns.add(Sql.name(f.stored())));
    return Sql.of("{}, record_key, op, destination_id, run_id", Sql.join(", ", columns));
  }

  /** A relation's key as the marks of rows have it, were it a former one. */
  static Sql formerKey(Warehouse warehouse, DiffSpec spec, String relation) {
    return formerKey(warehouse.dialect(), spec.zone(), relation, spec.keys());
  }

  private Sql formerKey(String relation, List<MappedColumn> keys) {
    return formerKey(dialect, spec.zone(), relation, keys);
  }

  private static Sql formerKey(
      WarehouseDialect dialect, String zone, String relation, List<MappedColumn> keys) {
    List<Sql> fields = new ArrayList<>();
    List<Sql> kinds = new ArrayList<>();
    List<Sql> values = new ArrayList<>();
    for (MappedColumn key : keys) {
      fields.add(dialect.textArray(key.path().stream().map(Sql::literal).toList()));
      kinds.add(Sql.literal(key.type().kind().name()));
      values.add(dialect.text(Sql.name(relation, key.stored()), key.type(), zone));
    }
    return Sql.of(
        "('{\"fields\":[' || {} || '],\"kinds\":' || {} || ',\"values\":' || {} || '}')",
        Sql.join(" || ',' || ", fields),
        dialect.textArray(kinds),
        dialect.textArray(values));
  }

  private Sql recordKey(String relation, List<MappedColumn> keys) {
    List<Sql> texts =
        keys.stream()
            .map(k -> dialect.keyText(Sql.name(relation, k.stored()), k.type(), spec.zone()))
            .toList();
    return texts.size() == 1 ? texts.get(0) : dialect.textArray(texts);
  }

  private Sql ofQuery(MappedColumn key) {
    return dialect.binary(dialect.cast(Sql.name("q", key.column()), key.type()), key.type());
  }

  private Sql isFormer(String claims) {
    return Sql.join(
        " AND ",
        IntStream.range(0, from.size())
            .mapToObj(
                i ->
                    Sql.of(
                        "{} = {}",
                        Sql.name("b", from.get(i).stored()),
                        Sql.name(claims, "w" + (i + 1))))
            .toList());
  }

  private static Sql was(int index) {
    return Sql.name("w" + (index + 1));
  }

  /** Rows that have left are known, and their records are not looked after any more. */
  private static Sql there() {
    return Sql.of("(b._removed_at IS NULL AND b._doubt < 3)");
  }

  private Sql anyNull() {
    return Sql.join(
        " OR ",
        spec.keys().stream().map(k -> Sql.of("{} IS NULL", Sql.name("c", k.stored()))).toList());
  }

  private static List<String> kept(MappedColumn field) {
    List<String> columns = new ArrayList<>(List.of(field.stored()));
    if (field.asks()) {
      columns.add(field.seen());
    }
    if (field.compares()) {
      columns.add(field.ours());
    }
    return columns;
  }

  private Sql state() {
    return warehouse.table(spec.stateTable());
  }
}
