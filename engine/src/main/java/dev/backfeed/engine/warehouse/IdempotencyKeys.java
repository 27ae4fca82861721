package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.util.ArrayList;
import java.util.List;

/** What tells the destination that a row which is appended is sent again. */
final class IdempotencyKeys {
  private final WarehouseDialect dialect;
  private final DiffSpec spec;
  private final Sql payloadHash;

  /**
   * @param payloadHash of the planned row, as its note has it
   */
  IdempotencyKeys(WarehouseDialect dialect, DiffSpec spec, Sql payloadHash) {
    this.dialect = dialect;
    this.spec = spec;
    this.payloadHash = payloadHash;
  }

  /**
   * What a row is sent under where a repetition would do harm: as first planned, if it may have
   * been sent before. Where versions are appended, that is said of the version: a destination that
   * has taken the one before must not drop this one.
   */
  Sql columns() {
    if (spec.append().isEmpty()) {
      return Sql.EMPTY;
    }
    Sql intent = spec.notes() ? noted() : Sql.of("CAST(NULL AS VARCHAR)");
    return Sql.of(
        ", {} AS intent, COALESCE({}, {}, {}) AS idempotency_key",
        intent,
        intent,
        named(),
        digest());
  }

  private Sql noted() {
    return spec.append().filter(DiffSpec.Append::changes).isPresent()
        ? Sql.of("CASE WHEN note.payload_hash = {} THEN note.intent END", payloadHash)
        : Sql.of("note.intent");
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
