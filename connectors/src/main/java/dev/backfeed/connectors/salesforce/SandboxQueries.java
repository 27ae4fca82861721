package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.salesforce.SandboxObject.Field;
import dev.backfeed.connectors.salesforce.SandboxQuery.Literal;
import dev.backfeed.connectors.salesforce.SandboxQuery.Refused;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Answers queries of the sandbox in pages of 2,000 rows; keeps the pages that are still to come.
 */
final class SandboxQueries {
  private static final int PAGE = 2000;

  private final RecordStore store;
  private final SandboxRecords records;
  private final Map<String, ArrayNode> toCome = new HashMap<>();

  SandboxQueries(RecordStore store, SandboxRecords records) {
    this.store = store;
    this.records = records;
  }

  /**
   * The first page.
   *
   * @param path of queries, for the address of the next page
   * @throws Refused with the vendor's code
   */
  ObjectNode answer(String soql, String path) {
    SandboxQuery query = SandboxQuery.of(soql);
    SandboxObject object =
        SandboxObject.named(query.object())
            .orElseThrow(
                () ->
                    new Refused(
                        "INVALID_TYPE", "sObject type '" + query.object() + "' is not supported."));
    query.columns().forEach(c -> field(object, c));
    query
        .any()
        .forEach(all -> all.forEach((f, values) -> SandboxQuery.check(field(object, f), values)));
    ArrayNode rows = Json.array();
    for (Stored stored : candidates(object, query)) {
      if (query.any().stream().anyMatch(all -> holds(object, stored, all))) {
        rows.add(row(object, stored, query.columns()));
      }
    }
    return page(rows, 0, path);
  }

  /** A further page; empty if nobody waits for it. */
  Optional<ObjectNode> next(String locator, String path) {
    return Optional.ofNullable(toCome.remove(locator))
        .map(rows -> page(rows, Integer.parseInt(locator.replaceAll(".*-", "")), path));
  }

  private ObjectNode page(ArrayNode rows, int from, String path) {
    int to = Math.min(rows.size(), from + PAGE);
    ObjectNode page = Json.object().put("totalSize", rows.size()).put("done", to == rows.size());
    if (to < rows.size()) {
      String locator = "01gSANDBOX" + rows.hashCode() + "-" + to;
      toCome.put(locator, rows);
      page.put("nextRecordsUrl", path + "/" + locator);
    }
    ArrayNode part = page.putArray("records");
    for (int i = from; i < to; i++) {
      part.add(rows.get(i));
    }
    return page;
  }

  /** By key or id where that is all that is asked, else all there are. */
  private List<Stored> candidates(SandboxObject object, SandboxQuery query) {
    if (query.any().size() == 1 && query.any().get(0).size() == 1) {
      Map.Entry<String, Set<Literal>> only = query.any().get(0).entrySet().iterator().next();
      List<String> values = only.getValue().stream().map(Literal::text).toList();
      if (only.getKey().equalsIgnoreCase("Id")) {
        return store.findById(object.name(), values.stream().map(SandboxIds::longForm).toList());
      }
      if (field(object, only.getKey()).externalId()) {
        return records.find(object, only.getKey(), values);
      }
    }
    return store.all(object.name());
  }

  private boolean holds(SandboxObject object, Stored stored, Map<String, Set<Literal>> all) {
    return all.entrySet().stream()
        .allMatch(
            e ->
                e.getKey().equalsIgnoreCase("Id")
                    ? e.getValue().stream()
                        .anyMatch(l -> SandboxIds.longForm(l.text()).equals(stored.id()))
                    : SandboxQuery.equal(value(object, stored, e.getKey()), e.getValue()));
  }

  private ObjectNode row(SandboxObject object, Stored stored, List<String> columns) {
    ObjectNode row = Json.object();
    row.putObject("attributes").put("type", object.name());
    for (String column : columns) {
      int dot = column.indexOf('.');
      JsonNode value = value(object, stored, column);
      if (dot < 0) {
        row.set(column, value.isMissingNode() ? row.nullNode() : value);
      } else if (parent(object, stored, column.substring(0, dot)).isEmpty()) {
        row.putNull(column.substring(0, dot));
      } else {
        row.withObjectProperty(column.substring(0, dot))
            .set(column.substring(dot + 1), value.isMissingNode() ? row.nullNode() : value);
      }
    }
    return row;
  }

  private JsonNode value(SandboxObject object, Stored stored, String column) {
    int dot = column.indexOf('.');
    if (dot > 0) {
      SandboxObject of = object.parent(column.substring(0, dot)).orElseThrow();
      return parent(object, stored, column.substring(0, dot))
          .map(p -> value(of, p, column.substring(dot + 1)))
          .orElse(MissingNode.getInstance());
    }
    JsonNode value = SalesforceQuery.at(stored.record(), column);
    boolean time = field(object, column).type().equals("datetime");
    return time && value.isTextual()
        ? TextNode.valueOf(value.asText().replaceFirst("Z$", "+0000"))
        : value;
  }

  private Optional<Stored> parent(SandboxObject object, Stored stored, String relationship) {
    String id =
        SalesforceQuery.at(stored.record(), SandboxRecords.reference(relationship)).asText("");
    return id.isEmpty()
        ? Optional.empty()
        : store.findById(object.parent(relationship).orElseThrow().name(), List.of(id)).stream()
            .findFirst();
  }

  private static Field field(SandboxObject object, String column) {
    int dot = column.indexOf('.');
    Optional<Field> field =
        dot < 0
            ? object.field(column)
            : object.parent(column.substring(0, dot)).map(p -> field(p, column.substring(dot + 1)));
    return field.orElseThrow(
        () ->
            new Refused(
                "INVALID_FIELD",
                "No such column '" + column + "' on entity '" + object.name() + "'."));
  }
}
