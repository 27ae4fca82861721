package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Makes changes as the engine would plan them, for an object with one text key. */
public final class Changes {
  private final String keyField;

  public Changes(String keyField) {
    this.keyField = keyField;
  }

  /** An empty record that keeps every digit of a decimal. */
  public static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
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
