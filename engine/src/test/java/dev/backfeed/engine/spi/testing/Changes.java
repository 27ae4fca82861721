package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Makes changes as the engine would plan them, for an object with one text key. */
public final class Changes {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final String keyField;

  public Changes(String keyField) {
    this.keyField = keyField;
  }

  /** An empty record that keeps every digit of a decimal. */
  public static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A JSON text that keeps every digit of a decimal. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + text, e);
    }
  }

  /** The same change of the record with this id, which its key is written to as well. */
  public static Change byId(Change change, String id) {
    return new Change(
        change.index(),
        change.kind(),
        change.recordKey(),
        change.key(),
        change.fields(),
        change.whole(),
        Optional.of(id),
        true,
        change.idempotencyKey(),
        change.old());
  }

  /** A row the state does not know: whole. */
  public Change added(String key, ObjectNode fields) {
    return make(Change.Kind.ADDED, key, fields, true, null);
  }

  /** A row of which only these fields changed. */
  public Change changed(String key, ObjectNode fields, String destinationId) {
    return make(Change.Kind.CHANGED, key, fields, false, destinationId);
  }

  /** A known row that is sent whole. */
  public Change resent(String key, ObjectNode fields, String destinationId) {
    return make(Change.Kind.RESENT, key, fields, true, destinationId);
  }

  /** A row that left the query, whose record is to be updated with these fields. */
  public Change left(String key, ObjectNode fields, String destinationId) {
    return make(Change.Kind.REMOVED, key, fields, false, destinationId);
  }

  /** A row that left the query. */
  public Change removed(String key, String destinationId) {
    return make(Change.Kind.REMOVED, key, node(), false, destinationId);
  }

  private Change make(
      Change.Kind kind, String key, ObjectNode fields, boolean whole, String destinationId) {
    String seed = kind + key + fields;
    return new Change(
        0,
        kind,
        key,
        node().put(keyField, key),
        fields,
        whole,
        Optional.ofNullable(destinationId),
        false,
        UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString(),
        node());
  }
}
