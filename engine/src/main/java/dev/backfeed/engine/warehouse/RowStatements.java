package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Queries about single rows of a sync, found by their key as text. They only read. */
public final class RowStatements {
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;

  public RowStatements(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
  }

  /** The record key of a row whose key columns have these texts, one each. */
  public Sql keyOf(List<String> texts) {
    List<Sql> values = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      MappedColumn key = spec.keys().get(i);
      values.add(Sql.of("CAST({} AS {})", Sql.literal(texts.get(i)), Sql.type(key.type().name())));
    }
    return Sql.of("SELECT {}", recordKey(column -> values.get(spec.keys().indexOf(column))));
  }

  /** The rows of the query with a key: the texts of their fields, as a JSON array. */
  public Sql inQuery(String recordKey) {
    return Sql.of(
        "SELECT {} FROM ({}) c WHERE c.op = 'added' AND {} = {}",
        fields("c"),
        new DiffStatements(warehouse, spec).firstRun(),
        recordKey("c"),
        Sql.literal(recordKey));
  }

  /** The row of the state with a key: the texts of its fields, and what we know of the record. */
  public Sql inState(String recordKey) {
    return Sql.of(
        "SELECT {}, s._destination_id, s._removed_at, s._run_id, s._synced_at, s._doubt{} FROM {} s"
            + " WHERE {} = {}",
        fields("s"),
        spec.rekeyed().isPresent() ? Sql.of(", s._former_key") : Sql.EMPTY,
        RepairState.table(warehouse, spec),
        recordKey("s"),
        Sql.literal(recordKey));
  }

  /**
   * What policies make of the fields of a record that is there, while the query has its row: the
   * letters of the plan, and a digit a field, as {@link FieldRules} has them.
   */
  public Sql policies(String recordKey) {
    FieldRules rules = new FieldRules(dialect, spec);
    return Sql.of(
        "SELECT {}, {} FROM ({}) c JOIN {} s ON {} = {}{} WHERE c.op = 'added' AND {} = {} AND"
            + " s._doubt = 0",
        rules.known(),
        rules.apart(),
        new DiffStatements(warehouse, spec).firstRun(),
        RepairState.table(warehouse, spec),
        recordKey("s"),
        Sql.literal(recordKey),
        rules.hasStable()
            ? rules.pendingValues(warehouse.table("unstable_values"), recordKey("c"))
            : Sql.EMPTY,
        recordKey("c"),
        Sql.literal(recordKey));
  }

  /**
   * What a plan says of a key.
   *
   * @param with makes the plan, where it is no table
   */
  public Sql inPlan(Sql with, Sql plan, String recordKey) {
    return Sql.of(
        "{}SELECT p.op, p.action, p.reason, p.changed, p.removal, p.flagged, p.detail FROM {} p"
            + " WHERE p.record_key = {}",
        with,
        plan,
        Sql.literal(recordKey));
  }

  /** The fields of a relation as texts, in one JSON array. */
  public Sql fields(String relation) {
    return texts(relation, spec.fields());
  }

  /** The key columns of a relation as texts, in one JSON array. */
  public Sql keys(String relation) {
    return texts(relation, spec.keys());
  }

  /** The key of a relation's row as text; the key is not null. */
  public Sql recordKey(String relation) {
    return recordKey(column -> Sql.name(relation, column.stored()));
  }

  private Sql recordKey(Function<MappedColumn, Sql> value) {
    List<Sql> texts =
        spec.keys().stream()
            .map(k -> dialect.keyText(value.apply(k), k.type(), spec.zone()))
            .toList();
    return texts.size() == 1 ? texts.get(0) : dialect.textArray(texts);
  }

  private Sql texts(String relation, List<MappedColumn> columns) {
    return dialect.textArray(
        columns.stream()
            .map(c -> dialect.text(Sql.name(relation, c.stored()), c.type(), spec.zone()))
            .toList());
  }
}
