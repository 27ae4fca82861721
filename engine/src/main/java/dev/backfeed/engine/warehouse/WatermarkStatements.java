package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.Detection.Watermark;
import dev.backfeed.parser.command.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * What a diff by a watermark looks at: rows from the watermark on, those that do not say when they
 * changed, and those that an earlier run left owed. The model has the column as {@code w}, and so
 * have the candidates, the greatest of each group.
 */
final class WatermarkStatements {
  private final Warehouse warehouse;
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Watermark watermark;

  WatermarkStatements(Warehouse warehouse, DiffSpec spec, Watermark watermark) {
    this.warehouse = warehouse;
    this.dialect = warehouse.dialect();
    this.spec = spec;
    this.watermark = watermark;
  }

  /** The column in the model. */
  Sql column() {
    return Sql.of("{} AS w", dialect.cast(Sql.name("q", watermark.column()), watermark.type()));
  }

  /** Of the model, as a query, the part that is to be looked at. */
  Sql lookedAt(Sql model) {
    return watermark
        .since()
        .map(
            since ->
                Sql.of(
                    "SELECT model.* FROM ({}) AS model WHERE model.w >= {} OR model.w IS NULL{}{}",
                    model,
                    from(since),
                    unsendable("model"),
                    owed()))
        .orElse(model);
  }

  private Sql from(String since) {
    Sql value = dialect.cast(Sql.literal(since), watermark.type());
    if (watermark.lookbackMinutes() == 0) {
      return value;
    }
    boolean date = watermark.type().kind() == ColumnType.Kind.DATE;
    return dialect.plusSeconds(
        date ? Sql.of("CAST({} AS TIMESTAMP)", value) : value,
        Sql.number(-60 * watermark.lookbackMinutes()));
  }

  /** An infinity would be the last watermark there ever is. */
  private Sql unsendable(String relation) {
    Sql test = dialect.unsendable(Sql.name(relation, "w"), watermark.type());
    return test == null ? Sql.EMPTY : Sql.of(" OR {}", test);
  }

  private Sql owed() {
    DiffStatements diff = new DiffStatements(warehouse, spec);
    List<Sql> reasons = new ArrayList<>();
    if (spec.notes()) {
      reasons.add(
          Sql.of(
              " OR CASE WHEN {} THEN '' ELSE {} END IN (SELECT record_key FROM {} WHERE sync_id ="
                  + " {})",
              diff.anyNull("model"),
              diff.keyText("model"),
              warehouse.table("row_notes"),
              Sql.literal(spec.syncId())));
    }
    if (spec.fields().stream().anyMatch(f -> f.policy().stable().isPresent())) {
      reasons.add(
          Sql.of(
              " OR {} IN (SELECT record_key FROM {} WHERE sync_id = {})",
              diff.keyText("model"),
              warehouse.table("unstable_values"),
              Sql.literal(spec.syncId())));
    }
    if (spec.scope() == Scope.REPAIR) {
      reasons.add(
          Sql.of(
              " OR {} IN (SELECT record_key FROM {} WHERE sync_id = {})",
              diff.keyText("model"),
              warehouse.table("sync_verifications"),
              Sql.literal(spec.syncId())));
    }
    if (watermark.unsure()) {
      reasons.add(
          Sql.of(
              " OR ({}) IN (SELECT {} FROM {} WHERE _doubt IN (1, 2, 3))",
              diff.keys("model"),
              diff.keys(""),
              warehouse.table(spec.stateTable())));
    }
    if (spec.rekeyed().isPresent()) {
      reasons.add(
          Sql.of(
              " OR ({}) IN (SELECT {} FROM {} b WHERE b._former_key IS NOT NULL)",
              diff.keys("model"),
              diff.keys("b"),
              RepairState.table(warehouse, spec)));
    }
    return Sql.join("", reasons);
  }

  /**
   * Which rows of the state can be told about: those that are looked at, and removals that an
   * earlier run found and left owed. Goes after the state's relation {@code state}.
   */
  Sql ofState() {
    DiffStatements diff = new DiffStatements(warehouse, spec);
    return Sql.of(
        " WHERE ({}) IN (SELECT {} FROM model) OR {} IN (SELECT record_key FROM {} WHERE sync_id ="
            + " {} AND op = 'removed')",
        diff.keys("state"),
        diff.keys(""),
        diff.keyText("state"),
        warehouse.table("row_notes"),
        Sql.literal(spec.syncId()));
  }

  /** The greatest value of a group of candidates. */
  Sql greatest() {
    Sql test = dialect.unsendable(Sql.of("w"), watermark.type());
    return test == null
        ? Sql.of("MAX(w) AS w")
        : Sql.of("MAX(CASE WHEN NOT {} THEN w END) AS w", test);
  }

  /**
   * The new watermark as a text that a cast makes a value of again: the greatest value of these
   * candidates, or the one before.
   */
  Sql seen(Sql candidates) {
    Sql greatest =
        watermark
            .since()
            .map(
                since ->
                    Sql.of(
                        "GREATEST(MAX(w), {})", dialect.cast(Sql.literal(since), watermark.type())))
            .orElse(Sql.of("MAX(w)"));
    return Sql.of("SELECT {} FROM {}", text(greatest), candidates);
  }

  /** Whatever zone the session is in. */
  private Sql text(Sql value) {
    return watermark.type().kind() == ColumnType.Kind.TIMESTAMP_TZ
        ? Sql.of("CAST(({} AT TIME ZONE 'UTC') AS VARCHAR) || '+00'", value)
        : Sql.of("CAST({} AS VARCHAR)", value);
  }
}
