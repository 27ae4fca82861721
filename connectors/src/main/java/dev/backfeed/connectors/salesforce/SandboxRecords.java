package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sandbox's records. Asks and tells its store once a call for each object concerned, never once
 * a record. A record is found by the external id it was first written with.
 */
final class SandboxRecords {
  private final RecordStore store;
  private final SandboxIds ids;

  SandboxRecords(RecordStore store) {
    this.store = store;
    this.ids = new SandboxIds(store);
  }

  /** One result a record, in their order. */
  ArrayNode upsert(SandboxObject object, String keyField, List<JsonNode> records) {
    Map<String, Integer> uses = new HashMap<>();
    records.forEach(r -> uses.merge(folded(r.path(keyField)), 1, Integer::sum));
    Map<String, Stored> known = known(object, keyField, uses.keySet());
    Map<String, Map<String, Stored>> parents = parents(object, records);
    Map<String, Stored> changed = new LinkedHashMap<>();
    ArrayNode results = Json.array();
    for (JsonNode record : records) {
      String key = folded(record.path(keyField));
      Stored before = known.get(key);
      Optional<SandboxRule.Refusal> refusal =
          keyRefused(record.path(keyField), keyField, uses.get(key))
              .or(() -> parentRefused(object, record, parents))
              .or(() -> SandboxRule.refused(object, record, before != null));
      if (refusal.isPresent()) {
        results.add(refusal.get().toJson());
      } else {
        Stored after = merged(object, before, key, record, parents);
        changed.put(after.id(), after);
        results.add(success(after.id()).put("created", before == null));
      }
    }
    if (!changed.isEmpty()) {
      store.put(object.name(), changed.values());
    }
    return results;
  }

  /** One result an id, in their order. */
  ArrayNode delete(List<String> asked) {
    Map<String, List<String>> byObject = new TreeMap<>();
    for (String id : asked) {
      ids.object(id).ifPresent(o -> byObject.computeIfAbsent(o, x -> new ArrayList<>()).add(id));
    }
    Map<String, String> found = new HashMap<>();
    byObject.forEach(
        (object, of) ->
            store
                .findById(object, of.stream().map(SandboxIds::longForm).toList())
                .forEach(s -> found.put(s.id(), object)));
    ArrayNode results = Json.array();
    asked.forEach(id -> results.add(deletion(id, found)));
    byObject.forEach(
        (object, of) -> store.delete(object, of.stream().map(SandboxIds::longForm).toList()));
    return results;
  }

  /** The records whose external id is one of these. */
  List<Stored> find(SandboxObject object, String keyField, Collection<String> keys) {
    List<String> folded = keys.stream().map(k -> k.toLowerCase(Locale.ROOT)).toList();
    return List.copyOf(known(object, keyField, folded).values());
  }

  private Map<String, Stored> known(
      SandboxObject object, String keyField, Collection<String> foldedKeys) {
    Map<String, Stored> known = new LinkedHashMap<>();
    for (Stored s : store.findByKey(object.name(), foldedKeys)) {
      if (folded(s.record().path(keyField)).equals(s.key())) {
        known.put(s.key(), s);
      }
    }
    return known;
  }

  /** Parents named by external id, by relationship and folded key; one look-up a relationship. */
  private Map<String, Map<String, Stored>> parents(SandboxObject object, List<JsonNode> records) {
    Map<String, List<JsonNode>> named = new LinkedHashMap<>();
    for (JsonNode record : records) {
      record.properties().stream()
          .filter(e -> e.getValue().isObject() && !e.getKey().equals("attributes"))
          .forEach(
              e -> named.computeIfAbsent(e.getKey(), r -> new ArrayList<>()).add(e.getValue()));
    }
    Map<String, Map<String, Stored>> parents = new HashMap<>();
    named.forEach(
        (relationship, values) ->
            object
                .parent(relationship)
                .ifPresent(
                    p -> {
                      String field = key(values.get(0)).getKey();
                      List<String> keys =
                          values.stream().map(v -> folded(key(v).getValue())).toList();
                      parents.put(relationship, known(p, field, keys));
                    }));
    return parents;
  }

  private static Map.Entry<String, JsonNode> key(JsonNode parent) {
    return parent.properties().stream()
        .filter(e -> !e.getKey().equals("attributes"))
        .findFirst()
        .orElse(Map.entry("", com.fasterxml.jackson.databind.node.MissingNode.getInstance()));
  }

  private static Optional<SandboxRule.Refusal> keyRefused(
      JsonNode value, String keyField, int uses) {
    if (value.asText("").isBlank()) {
      return Optional.of(
          SandboxRule.refusal("MISSING_ARGUMENT", keyField + " not specified", keyField));
    }
    return uses > 1
        ? Optional.of(
            SandboxRule.refusal(
                "DUPLICATE_VALUE", "Duplicate external id specified: " + value.asText(), keyField))
        : Optional.empty();
  }

  private static Optional<SandboxRule.Refusal> parentRefused(
      SandboxObject object, JsonNode record, Map<String, Map<String, Stored>> parents) {
    for (var entry : record.properties()) {
      if (entry.getKey().equals("attributes") || !entry.getValue().isObject()) {
        continue;
      }
      if (!parents.containsKey(entry.getKey())) {
        return Optional.of(
            SandboxRule.refusal(
                "INVALID_FIELD",
                "No such relation '" + entry.getKey() + "' on sobject of type " + object.name()));
      }
      String wanted = folded(key(entry.getValue()).getValue());
      if (!parents.get(entry.getKey()).containsKey(wanted)) {
        return Optional.of(
            SandboxRule.refusal(
                "INVALID_FIELD",
                "Foreign key external ID: " + wanted + " not found for " + entry.getKey()));
      }
    }
    return Optional.empty();
  }

  private Stored merged(
      SandboxObject object,
      Stored before,
      String key,
      JsonNode sent,
      Map<String, Map<String, Stored>> parents) {
    ObjectNode record = before == null ? Json.object() : before.record().deepCopy();
    for (var entry : sent.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject() && !name.equals("attributes")) {
        Stored parent = parents.get(name).get(folded(key(value).getValue()));
        record.put(reference(name), parent.id());
      } else if (!name.equals("attributes")) {
        boolean parent = object.field(name).isEmpty();
        record.set(parent ? reference(name) : spelled(object, name), value);
      }
    }
    String id = before == null ? ids.next(object.name()) : before.id();
    record.put("Id", id);
    return new Stored(id, key, record);
  }

  /** The field behind a relationship: {@code AccountId}, {@code Region__c}. */
  private static String reference(String relationship) {
    return relationship.endsWith("__r")
        ? relationship.replaceAll("__r$", "__c")
        : relationship + "Id";
  }

  /** A standard field under its own name, however it was written. */
  private static String spelled(SandboxObject object, String name) {
    return object
        .field(name)
        .map(SandboxObject.Field::name)
        .filter(n -> !n.startsWith("*"))
        .orElse(name);
  }

  private static ObjectNode success(String id) {
    ObjectNode result = Json.object().put("id", id).put("success", true);
    result.putArray("errors");
    return result;
  }

  private static ObjectNode deletion(String id, Map<String, String> found) {
    if (!SandboxIds.wellFormed(id)) {
      return SandboxRule.refusal("MALFORMED_ID", "malformed id " + id).toJson();
    }
    String full = SandboxIds.longForm(id);
    return found.containsKey(full)
        ? success(full)
        : SandboxRule.refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
            .toJson()
            .put("id", full);
  }

  /** External ids of the sandbox do not differ in case. */
  private static String folded(JsonNode key) {
    String text = key.isNumber() ? key.decimalValue().toPlainString() : key.asText("");
    return text.toLowerCase(Locale.ROOT);
  }
}
