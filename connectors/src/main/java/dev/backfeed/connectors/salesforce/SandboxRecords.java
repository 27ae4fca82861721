package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
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
  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final SandboxRule.Refusal GONE =
      SandboxRule.refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");

  private final RecordStore store;
  private final SandboxIds ids;
  private final Clock clock;

  SandboxRecords(RecordStore store, Clock clock) {
    this.store = store;
    this.ids = new SandboxIds(store);
    this.clock = clock;
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

  /** One result a record, in their order; all are new. */
  ArrayNode insert(SandboxObject object, List<JsonNode> records) {
    return write(object, records, records.stream().map(r -> Optional.<Stored>empty()).toList());
  }

  /** One result a record, in their order, found by its {@code id}. */
  ArrayNode update(SandboxObject object, List<JsonNode> records) {
    Map<String, Stored> held = new HashMap<>();
    List<String> named = records.stream().map(r -> SandboxIds.longForm(id(r))).toList();
    store.findById(object.name(), named).forEach(s -> held.put(s.id(), s));
    return write(
        object, records, named.stream().map(i -> Optional.ofNullable(held.get(i))).toList());
  }

  private ArrayNode write(
      SandboxObject object, List<JsonNode> records, List<Optional<Stored>> before) {
    Map<String, Map<String, Stored>> parents = parents(object, records);
    Map<String, Stored> holders = holders(object, records);
    Map<String, Stored> changed = new LinkedHashMap<>();
    ArrayNode results = Json.array();
    for (int i = 0; i < records.size(); i++) {
      Optional<Stored> old = before.get(i);
      ObjectNode sent = records.get(i).deepCopy();
      boolean named = sent.remove("id") != null;
      Optional<SandboxRule.Refusal> refusal =
          (named && old.isEmpty() ? Optional.of(GONE) : Optional.<SandboxRule.Refusal>empty())
              .or(() -> parentRefused(object, sent, parents))
              .or(() -> SandboxRule.refused(object, sent, old.isPresent()))
              .or(() -> taken(object, sent, old, holders));
      if (refusal.isPresent()) {
        results.add(refusal.get().toJson());
      } else {
        Map.Entry<String, String> key = externalId(object, sent);
        String found = key.getKey().isEmpty() ? old.map(Stored::key).orElse("") : key.getValue();
        Stored after = merged(object, old.orElse(null), found, sent, parents);
        changed.put(after.id(), after);
        holders.put(key.getKey() + " " + key.getValue(), after);
        results.add(success(after.id()));
      }
    }
    if (!changed.isEmpty()) {
      store.put(object.name(), changed.values());
    }
    return results;
  }

  private static String id(JsonNode record) {
    return record.path("id").asText("");
  }

  /** The first external id in a record, folded; empty texts if there is none. */
  private static Map.Entry<String, String> externalId(SandboxObject object, JsonNode record) {
    return record.properties().stream()
        .filter(e -> !e.getValue().isObject() && !e.getValue().isNull())
        .filter(e -> object.field(e.getKey()).filter(SandboxObject.Field::externalId).isPresent())
        .map(e -> Map.entry(e.getKey(), folded(e.getValue())))
        .findFirst()
        .orElse(Map.entry("", ""));
  }

  /** The records that hold the external ids that are sent, by field and folded value. */
  private Map<String, Stored> holders(SandboxObject object, List<JsonNode> records) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    records.stream()
        .map(r -> externalId(object, r))
        .filter(e -> !e.getKey().isEmpty())
        .forEach(e -> keys.computeIfAbsent(e.getKey(), f -> new ArrayList<>()).add(e.getValue()));
    Map<String, Stored> holders = new HashMap<>();
    keys.forEach(
        (field, values) ->
            known(object, field, values).forEach((k, s) -> holders.put(field + " " + k, s)));
    return holders;
  }

  private static Optional<SandboxRule.Refusal> taken(
      SandboxObject object, JsonNode sent, Optional<Stored> old, Map<String, Stored> holders) {
    Map.Entry<String, String> key = externalId(object, sent);
    return Optional.ofNullable(holders.get(key.getKey() + " " + key.getValue()))
        .filter(holder -> old.isEmpty() || !old.get().id().equals(holder.id()))
        .map(
            holder ->
                SandboxRule.refusal(
                    "DUPLICATE_VALUE",
                    "duplicate value found: "
                        + key.getKey()
                        + " duplicates value on record with id: "
                        + holder.id().substring(0, 15)));
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
        record.set(parent ? reference(name) : spelled(object, name), trimmed(value));
      }
    }
    String id = before == null ? ids.next(object.name()) : before.id();
    record.put("Id", id).put("LastModifiedDate", MILLISECONDS.format(clock.instant()));
    return new Stored(id, key, record);
  }

  /** Blanks around a text are not kept, and an empty text is no value. */
  private static JsonNode trimmed(JsonNode value) {
    if (!value.isTextual()) {
      return value;
    }
    String text = value.textValue().strip();
    return text.isEmpty() ? NullNode.instance : TextNode.valueOf(text);
  }

  /** The field behind a relationship: {@code AccountId}, {@code Region__c}. */
  static String reference(String relationship) {
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
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
