package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads records back with SOQL, in pages of 2,000: by id, by key, by any field that filters. */
final class SalesforceReader {
  private final SalesforceQuery query;

  SalesforceReader(SalesforceSession session) {
    this.query = new SalesforceQuery(session);
  }

  List<Found> read(
      String object, List<Wanted> wanted, List<List<String>> fields, SalesforceObject described) {
    Map<List<String>, Map<Integer, ObjectNode>> alike = new LinkedHashMap<>();
    for (Wanted each : wanted) {
      ObjectNode by = each.destinationId().map(id -> Json.object().put("Id", id)).orElse(each.by());
      List<String> names = by.properties().stream().map(Map.Entry::getKey).sorted().toList();
      alike.computeIfAbsent(names, n -> new LinkedHashMap<>()).put(each.index(), flat(by));
    }
    List<String> select =
        Stream.concat(
                fields.stream().map(path -> String.join(".", path)), described.changed().stream())
            .toList();
    List<Found> found = new ArrayList<>();
    alike.values().stream()
        .flatMap(by -> query.find(object, by, select, Optional.of(described)).stream())
        .forEach(match -> found.add(found(match, fields, described)));
    return found;
  }

  /** A parent's field has a dotted name in a query. */
  private static ObjectNode flat(ObjectNode by) {
    ObjectNode flat = Json.object();
    by.properties().forEach(e -> flatten(e.getKey(), e.getValue(), flat));
    return flat;
  }

  private static void flatten(String name, JsonNode value, ObjectNode to) {
    if (value.isObject()) {
      value.properties().forEach(e -> flatten(name + "." + e.getKey(), e.getValue(), to));
    } else {
      to.set(name, value);
    }
  }

  private static Found found(
      SalesforceQuery.Match match, List<List<String>> fields, SalesforceObject described) {
    ObjectNode values = Json.object();
    for (List<String> path : fields) {
      ObjectNode parent = values;
      for (String step : path.subList(0, path.size() - 1)) {
        parent = parent.has(step) ? (ObjectNode) parent.get(step) : parent.putObject(step);
      }
      String name = String.join(".", path);
      JsonNode value = described.language(name, SalesforceQuery.at(match.row(), name));
      parent.set(path.get(path.size() - 1), value.isMissingNode() ? parent.nullNode() : value);
    }
    Optional<Instant> changedAt =
        described
            .changed()
            .map(f -> described.language(f, SalesforceQuery.at(match.row(), f)))
            .filter(JsonNode::isTextual)
            .map(t -> Instant.parse(t.asText()));
    return new Found(
        match.index(), Optional.of(match.row().path("Id").asText()), values, changedAt);
  }
}
