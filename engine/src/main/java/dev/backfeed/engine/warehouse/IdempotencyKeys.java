package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.util.ArrayList;
import java.util.List;

/** What tells the destination that a row which is appended is sent again. */
final class IdempotencyKeys {
  private final WarehouseDialect dialect;
  private final DiffSpec spec;

  IdempotencyKeys(WarehouseDialect dialect, DiffSpec spec) {
    this.dialect = dialect;
    this.spec = spec;
  }

  /**
   * What a row is sent under where a repetition would do harm: as first planned, if it may have
   * been sent before.
   */
  Sql columns() {
    if (spec.append().isEmpty()) {
      return Sql.EMPTY;
    }
    Sql intent = spec.notes() ? Sql.of("note.intent") : Sql.of("CAST(NULL AS VARCHAR)");
    return Sql.of(
        ", {} AS intent, COALESCE({}, {}, {}) AS idempotency_key",
        intent,
        intent,
        named(),
        digest());
  }

  /** The user's own; a null is none. */
  private Sql named() {
    Sql column = Sql.name("e", DiffStatements.besideColumn(spec.order().size()));
    return spec.append()
        .flatMap(DiffSpec.Append::key)
        .map(key -> dialect.keyText(column, key.type(), spec.zone()))
        .orElse(Sql.of("CAST(NULL AS VARCHAR)"));
  }

  private Sql digest() {
    List<Sql> texts = new ArrayList<>();
    texts.add(Sql.of("e.record_key"));
    for (MappedColumn field : spec.fields()) {
      texts.add(dialect.text(Sql.name("e", field.stored()), field.type(), spec.zone()));
    }
    return Sql.of("md5({} || {})", Sql.literal(spec.syncId()), dialect.textArray(texts));
  }
}
