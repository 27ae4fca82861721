package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be done about one record of a run that is undone, and why not more. */
final class UndoDecision {
  private final String recordKey;
  private final String operation;
  private final Map<MappedColumn, String> fields = new LinkedHashMap<>();
  private final List<Conflict> conflicts = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private String op = "";

  UndoDecision(String recordKey, String operation) {
    this.recordKey = recordKey;
    this.operation = operation;
  }

  /** A field that somebody has edited since: what it would have become, and what is there. */
  record Conflict(String field, String ours, String theirs) {}

  String recordKey() {
    return recordKey;
  }

  /** What the undone run did with it. */
  String operation() {
    return operation;
  }

  /** What is planned: added, changed, removed; empty text for nothing. */
  String op() {
    return op;
  }

  /** The fields that are put back, to the texts of their values; null for null. */
  Map<MappedColumn, String> fields() {
    return fields;
  }

  List<Conflict> conflicts() {
    return conflicts;
  }

  String message() {
    return messages.isEmpty() ? null : String.join("; ", messages);
  }

  UndoDecision left(String why) {
    messages.add(why);
    return this;
  }

  void skipped(String why) {
    messages.add(why);
  }

  void conflict(MappedColumn field, JsonNode ours, JsonNode theirs) {
    conflicts.add(
        new Conflict(
            field.field(),
            Json.write(ours),
            Json.write(theirs.isMissingNode() ? Json.object().nullNode() : theirs)));
    messages.add(field.field() + " was edited there since");
  }

  void restored(MappedColumn field, JsonNode value) {
    boolean none = value.isNull() || value.isMissingNode();
    fields.put(
        field,
        none ? null : value.isValueNode() && !json(field) ? value.asText() : Json.write(value));
  }

  private static boolean json(MappedColumn field) {
    return field.type().kind() == dev.backfeed.engine.spi.ColumnType.Kind.JSON;
  }

  UndoDecision doing(String what, String note) {
    op = what;
    if (!note.isEmpty()) {
      messages.add(note);
    }
    return this;
  }
}
