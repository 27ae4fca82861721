package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.DiffSpec.Lookup;
import dev.backfeed.engine.warehouse.DiffSpec.Parent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The ids of records that candidates {@code c} refer to by LOOKUP, as far as the states of the
 * syncs that write them tell: a column of the plan each, null where they do not.
 */
final class ParentIds {
  private static final ColumnType TEXT = new ColumnType(ColumnType.Kind.TEXT, "text");
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final List<Lookup> lookups;

  ParentIds(Warehouse warehouse, DiffSpec spec) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.lookups = spec.rules().links().lookups();
  }

  Sql columns() {
    List<Sql> columns = new ArrayList<>();
    for (int i = 0; i < lookups.size(); i++) {
      Sql id =
          lookups.get(i).parents().isEmpty()
              ? Sql.of("CAST(NULL AS VARCHAR)")
              : Sql.name(relation(i), "id");
      columns.add(Sql.of(", {} AS {}", id, Sql.name(lookups.get(i).id())));
    }
    return Sql.join("", columns);
  }

  /**
   * The joins with the states.
   *
   * @param value of a field, as it will be sent
   */
  Sql joins(Function<MappedColumn, Sql> value) {
    List<Sql> joins = new ArrayList<>();
    for (int i = 0; i < lookups.size(); i++) {
      Lookup lookup = lookups.get(i);
      if (!lookup.parents().isEmpty()) {
        MappedColumn field =
            spec.fields().stream()
                .filter(f -> f.stored().equals(lookup.stored()))
                .findFirst()
                .orElseThrow();
        joins.add(
            Sql.of(
                // States that do not agree leave the question to the destination.
                " LEFT JOIN (SELECT record_key, MIN(id) AS id FROM ({}) known GROUP BY record_key"
                    + " HAVING MIN(id) = MAX(id)) {} ON {} = {}",
                Sql.join(" UNION ALL ", lookup.parents().stream().map(this::known).toList()),
                Sql.name(relation(i)),
                Sql.name(relation(i), "record_key"),
                comparable(value.apply(field), field, spec.zone())));
      }
    }
    return Sql.join("", joins);
  }

  private Sql known(Parent parent) {
    return Sql.of(
        "SELECT {} AS record_key, _destination_id AS id FROM {} WHERE _removed_at IS NULL AND _doubt"
            + " < 2 AND _destination_id IS NOT NULL",
        comparable(Sql.name(parent.key().stored()), parent.key(), parent.zone()),
        warehouse.table(parent.stateTable()));
  }

  /** As text, so that a key and what refers to it may be of two types. */
  private Sql comparable(Sql value, MappedColumn column, String zone) {
    return dialect.binary(dialect.keyText(value, column.type(), zone), TEXT);
  }

  private static String relation(int lookup) {
    return "l" + (lookup + 1);
  }
}
