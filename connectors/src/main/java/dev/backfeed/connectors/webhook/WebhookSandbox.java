package dev.backfeed.connectors.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer.Call;
import dev.backfeed.connectors.http.LoopbackServer.Reply;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An endpoint to try a sync against: keeps a record a key, answers 201 for a new one and 200 else,
 * 404 for a part or an update of a record it does not have, 422 for a text of more than 10,000
 * characters, 401 for a signature that does not hold. What is appended is a record of its own, once
 * an idempotency key. Reads and writes its store once a request.
 */
final class WebhookSandbox {
  private static final int LONGEST_TEXT = 10_000;
  private static final int TOLERANCE_SECONDS = 300;

  /** Made up for the sandbox, which never sees a user's key. */
  static final WebhookSignature SIGNATURE =
      new WebhookSignature("whsec_" + "c2FuZGJveC1rZXktb2YtYmFja2ZlZWQtMDAwMQ==");

  private final RecordStore store;

  WebhookSandbox(RecordStore store) {
    this.store = store;
  }

  Reply answer(Call call) {
    if (call.method().equals("HEAD")) {
      return Reply.empty(204);
    }
    if (!signed(call)) {
      return says(401, "the signature does not hold");
    }
    Optional<JsonNode> body = Json.parse(call.body());
    if (body.isEmpty() || !body.get().hasNonNull("operation")) {
      return says(400, "the body is no change");
    }
    return switch (body.get().get("operation").asText()) {
      case "delete" -> delete(body.get());
      case "append" -> append(body.get());
      default -> upsert(body.get());
    };
  }

  private boolean signed(Call call) {
    String id = call.headers().getOrDefault("webhook-id", "");
    String time = call.headers().getOrDefault("webhook-timestamp", "");
    String header = call.headers().getOrDefault("webhook-signature", "");
    return time.matches("\\d{1,12}")
        && Math.abs(Instant.now().getEpochSecond() - Long.parseLong(time)) <= TOLERANCE_SECONDS
        && SIGNATURE.accepts(header, id, Long.parseLong(time), call.body());
  }

  private Reply upsert(JsonNode body) {
    String object = body.path("object").asText();
    Map<String, Stored> known = known(object, body);
    List<Stored> changed = new ArrayList<>();
    boolean created = false;
    for (JsonNode row : rows(body)) {
      Stored before = known.get(key(row));
      boolean update = body.path("operation").asText().equals("update");
      if (before == null && (update || !row.path("whole").asBoolean())) {
        return says(404, "there is no record " + key(row) + " to change a part of");
      }
      if (tooLong(row.path("fields"))) {
        return says(422, "a text is longer than " + LONGEST_TEXT + " characters");
      }
      created |= before == null;
      changed.add(merged(before, row));
    }
    store.put(object, changed);
    return Reply.json(created ? 201 : 200, Json.object().put("received", changed.size()));
  }

  /** A record an idempotency key; what has one that is known is dropped. */
  private Reply append(JsonNode body) {
    String object = body.path("object").asText();
    List<String> keys = rows(body).stream().map(r -> r.path("idempotency_key").asText()).toList();
    List<String> known = store.findByKey(object, keys).stream().map(Stored::key).toList();
    List<Stored> added = new ArrayList<>();
    for (JsonNode row : rows(body)) {
      String key = row.path("idempotency_key").asText();
      if (tooLong(row.path("fields"))) {
        return says(422, "a text is longer than " + LONGEST_TEXT + " characters");
      }
      if (!known.contains(key)) {
        Stored made = merged(null, row);
        added.add(new Stored(made.id(), key, made.record()));
      }
    }
    store.put(object, added);
    return Reply.json(201, Json.object().put("received", rows(body).size()));
  }

  private static Stored merged(Stored before, JsonNode row) {
    ObjectNode record = before == null ? Json.object() : before.record().deepCopy();
    record.setAll((ObjectNode) row.get("key"));
    record.setAll((ObjectNode) row.path("fields"));
    String id = before == null ? UUID.randomUUID().toString() : before.id();
    return new Stored(id, key(row), record);
  }

  private Reply delete(JsonNode body) {
    String object = body.path("object").asText();
    Map<String, Stored> known = known(object, body);
    if (known.isEmpty() && rows(body).size() == 1) {
      return says(404, "there is no such record");
    }
    store.delete(object, known.values().stream().map(Stored::id).toList());
    return Reply.empty(204);
  }

  private Map<String, Stored> known(String object, JsonNode body) {
    Map<String, Stored> known = new LinkedHashMap<>();
    List<String> keys = rows(body).stream().map(WebhookSandbox::key).toList();
    store.findByKey(object, keys).forEach(s -> known.put(s.key(), s));
    return known;
  }

  private static List<JsonNode> rows(JsonNode body) {
    List<JsonNode> rows = new ArrayList<>();
    if (body.has("changes")) {
      body.get("changes").forEach(rows::add);
    } else {
      rows.add(body);
    }
    return rows;
  }

  private static String key(JsonNode row) {
    return Json.text(row.path("key"));
  }

  private static boolean tooLong(JsonNode fields) {
    for (JsonNode value : fields) {
      if (value.isTextual() && value.textValue().length() > LONGEST_TEXT) {
        return true;
      }
    }
    return false;
  }

  private static Reply says(int status, String message) {
    return Reply.json(status, Json.object().put("message", message));
  }
}
