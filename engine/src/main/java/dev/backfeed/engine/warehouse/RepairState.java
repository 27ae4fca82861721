package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.parser.command.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The state as a plan sees it. For REPAIR it is not sure of what VERIFY found to differ or miss, so
 * that these rows are sent whole; the table itself says so only of answers that got lost.
 */
final class RepairState {
  private RepairState() {}

  static Sql of(Warehouse warehouse, DiffSpec spec) {
    Sql table = warehouse.table(spec.stateTable());
    if (spec.scope() != Scope.REPAIR) {
      return table;
    }
    List<String> columns = new ArrayList<>(spec.keys().stream().map(MappedColumn::stored).toList());
    for (MappedColumn field : spec.fields()) {
      columns.add(field.stored());
      columns.addAll(field.asks() ? List.of(field.seen()) : List.of());
      columns.addAll(field.compares() ? List.of(field.ours()) : List.of());
    }
    return Sql.of(
        """
        (SELECT {}, b._destination_id, b._removed_at, b._run_id, b._synced_at, b._flagged,
                CASE WHEN b._doubt = 0 AND b._removed_at IS NULL AND {} IN (
                       SELECT v.record_key FROM {} v JOIN {} r
                       ON r.verification_id = v.verification_id WHERE v.sync_id = {})
                     THEN CAST(1 AS SMALLINT) ELSE b._doubt END AS _doubt
         FROM {} b)""",
        Sql.join(", ", columns.stream().map(c -> Sql.name("b", c)).toList()),
        new RowStatements(warehouse, spec).recordKey("b"),
        warehouse.table("sync_verifications"),
        warehouse.table("sync_verification_runs"),
        Sql.literal(spec.syncId()),
        table);
  }
}
