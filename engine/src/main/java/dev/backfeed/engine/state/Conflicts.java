package dev.backfeed.engine.state;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/** Fields that policies left alone, on their way into {@code sync_conflicts}. */
final class Conflicts {
  private static final List<String> COLUMNS =
      List.of("record_key", "field", "policy", "ours", "theirs", "occurred_at");
  private final Warehouse work;
  private final String runId;
  private final String syncId;
  private final String sync;
  private ArrayNode pending = Json.object().arrayNode();

  Conflicts(Warehouse work, String runId, String syncId, String sync) {
    this.work = work;
    this.runId = runId;
    this.syncId = syncId;
    this.sync = sync;
  }

  void add(RowAnswer answer, KeptField field, OffsetDateTime now) {
    pending
        .addObject()
        .put("record_key", answer.recordKey())
        .put("field", field.field())
        .put("policy", field.policy())
        .put("ours", field.ours())
        .put("theirs", field.theirs())
        .put("occurred_at", now.toInstant().toString());
  }

  /** Writes them in one statement, within the open transaction; none where there are none. */
  void write() throws SQLException {
    if (pending.isEmpty()) {
      return;
    }
    Sql rows = work.dialect().jsonRows(Sql.bind(Json.write(pending)), COLUMNS);
    work.run(
        Sql.of(
            "INSERT INTO {} SELECT {}, {}, {}, k.record_key, k.field, k.policy, {}, {},"
                + " CAST(k.occurred_at AS TIMESTAMPTZ) FROM {} k",
            work.table("sync_conflicts"),
            Sql.literal(runId),
            Sql.literal(syncId),
            Sql.literal(sync),
            work.dialect().toJson(Sql.of("k.ours")),
            work.dialect().toJson(Sql.of("k.theirs")),
            rows));
  }

  void clear() {
    pending = Json.object().arrayNode();
  }
}
