package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parents that the records of a call name by external id.
 *
 * @param found by relationship and folded key
 */
record SandboxParents(Map<String, Map<String, Stored>> found) {
  /** Records of an object by their folded external id. */
  @FunctionalInterface
  interface Known {
    Map<String, Stored> of(SandboxObject object, String keyField, Collection<String> foldedKeys);
  }

  /** Parents named by external id, by relationship and folded key; one look-up a relationship. */
  static SandboxParents of(SandboxObject object, List<JsonNode> records, Known known) {
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
                          values.stream()
                              .map(v -> SandboxRecords.folded(key(v).getValue()))
                              .toList();
                      parents.put(relationship, known.of(p, field, keys));
                    }));
    return new SandboxParents(parents);
  }

  private static Map.Entry<String, JsonNode> key(JsonNode parent) {
    return parent.properties().stream()
        .filter(e -> !e.getKey().equals("attributes"))
        .findFirst()
        .orElse(Map.entry("", com.fasterxml.jackson.databind.node.MissingNode.getInstance()));
  }

  /** Why a record is refused: a parent that is not there. */
  Optional<SandboxRule.Refusal> refused(SandboxObject object, JsonNode record) {
    for (var entry : record.properties()) {
      if (entry.getKey().equals("attributes") || !entry.getValue().isObject()) {
        continue;
      }
      if (!found.containsKey(entry.getKey())) {
        return Optional.of(
            SandboxRule.refusal(
                "INVALID_FIELD",
                "No such relation '" + entry.getKey() + "' on sobject of type " + object.name()));
      }
      String wanted = SandboxRecords.folded(key(entry.getValue()).getValue());
      if (!found.get(entry.getKey()).containsKey(wanted)) {
        return Optional.of(
            SandboxRule.refusal(
                "INVALID_FIELD",
                "Foreign key external ID: " + wanted + " not found for " + entry.getKey()));
      }
    }
    return Optional.empty();
  }

  /** The id of the parent that a record names. */
  String id(String relationship, JsonNode named) {
    return found.get(relationship).get(SandboxRecords.folded(key(named).getValue())).id();
  }

  /** The field behind a relationship: {@code AccountId}, {@code Region__c}. */
  static String reference(String relationship) {
    return relationship.endsWith("__r")
        ? relationship.replaceAll("__r$", "__c")
        : relationship + "Id";
  }
}
