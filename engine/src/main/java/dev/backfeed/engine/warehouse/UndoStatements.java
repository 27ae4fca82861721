package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a plan by hand: rows of the state, some of whose fields go back to what they were, and rows
 * that are there no more. The table has the columns of {@link PlanStatements}.
 */
public final class UndoStatements {
  private final Warehouse warehouse;
  private final DiffSpec spec;
  private final RowStatements rows;
  private final Sql plan;

  public UndoStatements(Warehouse warehouse, DiffSpec spec, String planTable) {
    this.warehouse = warehouse;
    this.spec = spec;
    this.rows = new RowStatements(warehouse, spec);
    this.plan = warehouse.table(planTable);
  }

  /**
   * One row.
   *
   * @param keyTexts of its key columns
   * @param op added (with all fields), changed or removed
   * @param fields the texts of those that are put back; null for null
   */
  public record Row(
      long seq,
      String recordKey,
      List<String> keyTexts,
      String op,
      Map<MappedColumn, String> fields) {}

  /** The empty table. */
  public Sql create() {
    return Sql.of("CREATE TABLE {} AS {}", plan, select(Sql.of("v"), List.of(), true));
  }

  /** Adds rows that the state has (changed, removed), or has no more (added). */
  public Sql insert(List<Row> added, boolean known) {
    return Sql.of("INSERT INTO {} {}", plan, select(values(added), added, known));
  }

  private Sql select(Sql values, List<Row> added, boolean known) {
    List<Sql> columns = new ArrayList<>();
    for (int i = 0; i < spec.keys().size(); i++) {
      MappedColumn key = spec.keys().get(i);
      Sql value =
          known
              ? Sql.name("s", key.stored())
              : Sql.of("CAST({} AS {})", Sql.name("v", "key" + i), Sql.type(key.type().name()));
      columns.add(Sql.of("{} AS {}", value, Sql.name(key.stored())));
    }
    for (MappedColumn field : spec.fields()) {
      columns.add(Sql.of("{} AS {}", value(field, known), Sql.name(field.stored())));
      addAsked(columns, field, known);
    }
    // Its rows are known, and the records that they refer to are looked up at the destination.
    for (MappedColumn match : spec.matches().stream().flatMap(List::stream).toList()) {
      columns.add(
          Sql.of(
              "CAST(NULL AS {}) AS {}", Sql.type(match.type().name()), Sql.name(match.stored())));
    }
    for (DiffSpec.Lookup lookup : spec.rules().links().lookups()) {
      columns.add(Sql.of("CAST(NULL AS VARCHAR) AS {}", Sql.name(lookup.id())));
    }
    return Sql.of(
        """
        SELECT v.seq AS seq, CAST(1 AS BIGINT) AS n, {}, v.changed AS changed,
               {} AS old, {} AS destination_id, CAST(0 AS SMALLINT) AS doubt,
               v.record_key AS record_key, v.op AS op,
               CASE WHEN v.op = 'removed' THEN 'DELETE' END AS removal, FALSE AS flagged, FALSE AS back,
               CAST(NULL AS VARCHAR) AS reason, CAST(NULL AS VARCHAR) AS detail,
               CAST('send' AS VARCHAR) AS action, CAST(0 AS BIGINT) AS attempts, FALSE AS owed,
               CAST(NULL AS TIMESTAMPTZ) AS noted_at, CAST(NULL AS VARCHAR) AS noted_by{}
        FROM {}{}""",
        Sql.join(", ", columns),
        known ? rows.fields("s") : Sql.of("CAST(NULL AS VARCHAR)"),
        known ? Sql.of("s._destination_id") : Sql.of("CAST(NULL AS VARCHAR)"),
        // Records that are there under a former key are left alone.
        spec.rekeyed().isPresent() ? Sql.of(", CAST(NULL AS VARCHAR) AS former_key") : Sql.EMPTY,
        added.isEmpty() ? nothing() : values,
        known
            ? Sql.of(
                " JOIN {} s ON {} = v.record_key",
                warehouse.table(spec.stateTable()),
                rows.recordKey("s"))
            : Sql.EMPTY);
  }

  /** What is put back counts as decided about, and as ours; of the others that stays. */
  private void addAsked(List<Sql> columns, MappedColumn field, boolean known) {
    Sql back = value(field, known);
    if (field.asks()) {
      columns.add(
          Sql.of("{} AS {}", isBack(field, known, back, field.seen()), Sql.name(field.seen())));
    }
    if (field.compares()) {
      Sql shown = field.shownAs(warehouse.dialect(), back, spec.zone());
      columns.add(
          Sql.of("{} AS {}", isBack(field, known, shown, field.ours()), Sql.name(field.ours())));
    }
    spec.timeOf(field)
        .ifPresent(
            time ->
                columns.add(
                    Sql.of(
                        "CAST(NULL AS {}) AS {}",
                        Sql.type(time.type().name()),
                        Sql.name(time.stored()))));
  }

  private Sql isBack(MappedColumn field, boolean known, Sql back, String otherwise) {
    return known
        ? Sql.of(
            "CASE WHEN substr(v.changed, {}, 1) = '1' THEN {} ELSE {} END",
            Sql.number(spec.fields().indexOf(field) + 1),
            back,
            Sql.name("s", otherwise))
        : back;
  }

  private Sql value(MappedColumn field, boolean known) {
    Sql text = Sql.name("v", field.stored());
    Sql type = Sql.type(field.type().name());
    Sql back =
        field.type().kind() == ColumnType.Kind.BINARY
            ? Sql.of("CAST(NULL AS {})", type)
            : field.type().kind() == ColumnType.Kind.TIMESTAMP
                ? Sql.of(
                    "CAST(CAST({} AS TIMESTAMPTZ) AT TIME ZONE {} AS {})",
                    text,
                    Sql.literal(spec.zone()),
                    type)
                : Sql.of("CAST({} AS {})", text, type);
    return isBack(field, known, back, field.stored());
  }

  /** No row, of the right types. */
  private Sql nothing() {
    List<Sql> names = new ArrayList<>();
    List<Sql> nulls = new ArrayList<>();
    names().forEach(name -> names.add(Sql.of("{}", name)));
    for (int i = 0; i < names.size(); i++) {
      nulls.add(
          i == 0
              ? Sql.of("CAST(NULL AS BIGINT) AS {}", names.get(i))
              : Sql.of("CAST(NULL AS VARCHAR) AS {}", names.get(i)));
    }
    return Sql.of("(SELECT {} WHERE FALSE) v", Sql.join(", ", nulls));
  }

  private List<Sql> names() {
    List<Sql> names = new ArrayList<>();
    names.add(Sql.of("seq"));
    names.add(Sql.of("record_key"));
    names.add(Sql.of("op"));
    names.add(Sql.of("changed"));
    for (int i = 0; i < spec.keys().size(); i++) {
      names.add(Sql.name("key" + i));
    }
    spec.fields().forEach(f -> names.add(Sql.name(f.stored())));
    return names;
  }

  private Sql values(List<Row> added) {
    List<Sql> tuples = new ArrayList<>();
    for (Row row : added) {
      List<Sql> values = new ArrayList<>();
      values.add(Sql.of("CAST({} AS BIGINT)", Sql.number(row.seq())));
      values.add(text(row.recordKey()));
      values.add(text(row.op()));
      values.add(row.op().equals("changed") ? text(mask(row)) : text(null));
      row.keyTexts().forEach(key -> values.add(text(key)));
      spec.fields().forEach(f -> values.add(text(row.fields().get(f))));
      tuples.add(Sql.of("({})", Sql.join(", ", values)));
    }
    return Sql.of("(VALUES {}) v({})", Sql.join(", ", tuples), Sql.join(", ", names()));
  }

  private String mask(Row row) {
    StringBuilder mask = new StringBuilder();
    spec.fields().forEach(f -> mask.append(row.fields().containsKey(f) ? '1' : '0'));
    return mask.toString();
  }

  private static Sql text(String value) {
    return value == null
        ? Sql.of("CAST(NULL AS VARCHAR)")
        : Sql.of("CAST({} AS VARCHAR)", Sql.literal(value));
  }
}
