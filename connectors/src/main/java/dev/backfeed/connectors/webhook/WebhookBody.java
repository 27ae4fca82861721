package dev.backfeed.connectors.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import java.util.Locale;

/** What is sent: README.md shows it with examples. */
final class WebhookBody {
  private WebhookBody() {}

  /**
   * One change: {@code operation, object, key, fields, whole}; a deletion has only the key, what is
   * appended also {@code idempotency_key}.
   */
  static String ofRow(Batch batch, Change change) {
    ObjectNode body = head(batch);
    body.setAll(row(batch, change));
    return Json.text(body);
  }

  /** All changes of a batch, each with {@code key, fields, whole}. */
  static String ofBatch(Batch batch) {
    ObjectNode body = head(batch);
    ArrayNode changes = body.putArray("changes");
    batch.changes().forEach(c -> changes.add(row(batch, c)));
    return Json.text(body);
  }

  private static ObjectNode head(Batch batch) {
    return Json.object()
        .put("operation", batch.operation().name().toLowerCase(Locale.ROOT))
        .put("object", batch.object());
  }

  private static ObjectNode row(Batch batch, Change change) {
    ObjectNode row = Json.object();
    row.set("key", change.key());
    if (batch.operation() == Operation.APPEND) {
      row.put("idempotency_key", change.idempotencyKey());
    }
    if (batch.operation() != Operation.DELETE) {
      row.set("fields", change.fields());
      row.put("whole", change.whole());
    }
    return row;
  }
}
