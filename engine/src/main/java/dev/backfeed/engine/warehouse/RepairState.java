package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.parser.command.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The state as a plan sees it: in the shape of the key that comes, where it still has a former one.
 * For REPAIR it is not sure of what VERIFY found to differ or miss, so that these rows are sent
 * whole; the table itself says so only of answers that got lost.
 */
public final class RepairState {
  private RepairState() {}

  /** The state whatever the run is about. */
  public static Sql table(Warehouse warehouse, DiffSpec spec) {
    if (spec.rekeyed().isEmpty() || spec.rekeyed().get().from().isEmpty()) {
      return warehouse.table(spec.stateTable());
    }
    RekeyStatements statements = new RekeyStatements(warehouse, spec);
    return Sql.of("({})", statements.moved(Sql.of("({})", statements.claims())));
  }

  static Sql of(Warehouse warehouse, DiffSpec spec) {
    Sql table = table(warehouse, spec);
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
        (SELECT {}, b._destination_id, b._removed_at, b._run_id, b._synced_at, b._flagged{},
                CASE WHEN b._doubt = 0 AND b._removed_at IS NULL AND {} IN (
                       SELECT v.record_key FROM {} v JOIN {} r
                       ON r.verification_id = v.verification_id WHERE v.sync_id = {})
                     THEN CAST(1 AS SMALLINT) ELSE b._doubt END AS _doubt
         FROM {} b)""",
        Sql.join(", ", columns.stream().map(c -> Sql.name("b", c)).toList()),
        spec.rekeyed().isPresent() ? Sql.of(", b._former_key") : Sql.EMPTY,
        new RowStatements(warehouse, spec).recordKey("b"),
        warehouse.table("sync_verifications"),
        warehouse.table("sync_verification_runs"),
        Sql.literal(spec.syncId()),
        table);
  }
}
