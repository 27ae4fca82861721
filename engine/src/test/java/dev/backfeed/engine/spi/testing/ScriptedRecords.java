package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The records of a scripted destination, found by their key or id, and by any field when they are
 * read. Whoever uses it takes care that only one thread does.
 *
 * <p>Fields are replaced, but for {@code custom_attributes}, whose parts are set one by one.
 * Objects that begin with {@code Folded} compare texts without case.
 */
final class ScriptedRecords {
  /** Its parts are fields of their own. */
  private static final String PARTS = "custom_attributes";

  private final Map<String, Stored> records = new TreeMap<>();
  private final Map<String, String> namesById = new HashMap<>();
  private final Map<String, UnaryOperator<JsonNode>> forms = new HashMap<>();

  /**
   * One record.
   *
   * @param fields without the key
   */
  record Stored(String id, ObjectNode key, ObjectNode fields, Instant changedAt) {
    private ObjectNode all() {
      ObjectNode all = fields.deepCopy();
      all.setAll(key);
      return all;
    }
  }

  /** From now on, what is written to the field is kept in another form. */
  void form(String object, String field, UnaryOperator<JsonNode> form) {
    forms.put(object + " " + field, form);
  }

  void forgetForms() {
    forms.clear();
  }

  /** The record a change is for. */
  Optional<Stored> find(String object, Change change) {
    return Optional.ofNullable(name(object, change)).map(records::get);
  }

  /** Makes a record; one that was there under this key is gone. */
  Stored create(String object, String recordKey, ObjectNode key, ObjectNode fields, Instant now) {
    Stored made = new Stored("rec-" + recordKey, key.deepCopy(), Changes.node(), now);
    set(object, made.fields(), fields);
    put(object, recordKey, made);
    return made;
  }

  /** Writes to the record that {@link #find} found; by its id, the key as well. */
  void update(String object, Change change, Instant now) {
    String name = name(object, change);
    Stored old = records.get(name);
    set(object, old.fields(), change.fields());
    if (change.byId()) {
      forget(object, name);
      put(
          object,
          change.recordKey(),
          new Stored(old.id(), change.key().deepCopy(), old.fields(), now));
    } else {
      records.put(name, new Stored(old.id(), old.key(), old.fields(), now));
    }
  }

  /** Somebody else writes to a record, if there is one. */
  boolean edit(String object, String recordKey, ObjectNode fields, Instant now) {
    String name = name(object, recordKey);
    Stored old = records.get(name);
    if (old != null) {
      merge(old.fields(), fields);
      records.put(name, new Stored(old.id(), old.key(), old.fields(), now));
    }
    return old != null;
  }

  void remove(String object, Change change) {
    forget(object, name(object, change));
  }

  void remove(String object, String recordKey) {
    forget(object, name(object, recordKey));
  }

  /** The records there are, {@code object key} each. */
  Set<String> names() {
    return new TreeSet<>(records.keySet());
  }

  /** The fields of an object's records, by key as the object compares it. */
  Map<String, ObjectNode> of(String object) {
    Map<String, ObjectNode> held = new TreeMap<>();
    records.forEach(
        (name, stored) -> {
          if (name.startsWith(object + " ")) {
            held.put(name.substring(object.length() + 1), stored.fields().deepCopy());
          }
        });
    return held;
  }

  /** When an object's records were changed last, by key as the object compares it. */
  Map<String, Instant> changed(String object) {
    Map<String, Instant> times = new TreeMap<>();
    records.forEach(
        (name, stored) -> {
          if (name.startsWith(object + " ")) {
            times.put(name.substring(object.length() + 1), stored.changedAt());
          }
        });
    return times;
  }

  List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
    Map<JsonNode, Map<String, List<Stored>>> indexes = new HashMap<>();
    List<Found> found = new ArrayList<>();
    for (Wanted each : wanted) {
      if (each.destinationId().isPresent()) {
        String name = namesById.get(object + " " + each.destinationId().get());
        found(each, name == null ? List.of() : List.of(records.get(name)), fields, found);
      } else if (!each.by().isEmpty()) {
        Map<String, List<Stored>> index =
            indexes.computeIfAbsent(shape(each.by()), shape -> index(object, shape));
        String values = values(object, each.by(), each.by());
        found(each, index.getOrDefault(values, List.of()), fields, found);
      }
    }
    return found;
  }

  private static void found(
      Wanted wanted, List<Stored> fitting, List<List<String>> fields, List<Found> to) {
    for (Stored stored : fitting) {
      ObjectNode all = stored.all();
      ObjectNode answer = Changes.node();
      fields.forEach(path -> put(answer, path, at(all, path)));
      to.add(
          new Found(
              wanted.index(), Optional.of(stored.id()), answer, Optional.of(stored.changedAt())));
    }
  }

  private static JsonNode at(JsonNode record, List<String> path) {
    JsonNode node = record;
    for (String step : path) {
      node = node.path(step);
    }
    return node;
  }

  private static void put(ObjectNode answer, List<String> path, JsonNode value) {
    ObjectNode parent = answer;
    for (String step : path.subList(0, path.size() - 1)) {
      parent = parent.has(step) ? (ObjectNode) parent.get(step) : parent.putObject(step);
    }
    String last = path.get(path.size() - 1);
    if (value.isMissingNode()) {
      parent.putNull(last);
    } else {
      parent.set(last, value);
    }
  }

  private Map<String, List<Stored>> index(String object, JsonNode shape) {
    Map<String, List<Stored>> index = new HashMap<>();
    records.forEach(
        (name, stored) -> {
          if (name.startsWith(object + " ")) {
            String values = values(object, shape, stored.all());
            index.computeIfAbsent(values, v -> new ArrayList<>()).add(stored);
          }
        });
    return index;
  }

  /** Which fields are looked at, whatever their values. */
  private static JsonNode shape(JsonNode by) {
    ObjectNode shape = Changes.node();
    by.properties()
        .forEach(
            e ->
                shape.set(
                    e.getKey(), e.getValue().isObject() ? shape(e.getValue()) : shape.nullNode()));
    return shape;
  }

  /** Values as one text, the same for values that are equal there; a null equals nothing. */
  private static String values(String object, JsonNode shape, JsonNode record) {
    StringBuilder values = new StringBuilder();
    shape
        .properties()
        .forEach(
            e -> {
              JsonNode value = record.path(e.getKey());
              values.append(e.getKey()).append('=');
              if (e.getValue().isObject()) {
                values.append('{').append(values(object, e.getValue(), value)).append('}');
              } else {
                values.append(value.isNull() ? new Object() : comparable(object, value));
              }
              values.append('\n');
            });
    return values.toString();
  }

  private static String comparable(String object, JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().stripTrailingZeros().toPlainString();
    }
    String text = value.isTextual() ? "\"" + value.asText() + "\"" : value.toString();
    return object.startsWith("Folded") ? text.toLowerCase(Locale.ROOT) : text;
  }

  private void set(String object, ObjectNode record, ObjectNode fields) {
    ObjectNode kept = fields.deepCopy();
    forms.forEach(
        (field, form) -> {
          if (field.startsWith(object + " ")) {
            reform(kept, field.substring(object.length() + 1).split("\\."), 0, form);
          }
        });
    merge(record, kept);
  }

  private static void reform(JsonNode node, String[] path, int step, UnaryOperator<JsonNode> form) {
    if (node instanceof ObjectNode parent && parent.has(path[step])) {
      if (step < path.length - 1) {
        reform(parent.get(path[step]), path, step + 1, form);
      } else {
        parent.set(path[step], form.apply(parent.get(path[step])));
      }
    }
  }

  private static void merge(ObjectNode record, ObjectNode fields) {
    if (record.get(PARTS) instanceof ObjectNode held
        && fields.get(PARTS) instanceof ObjectNode parts) {
      ObjectNode both = held.deepCopy();
      both.setAll(parts);
      record.setAll(fields);
      record.set(PARTS, both);
    } else {
      record.setAll(fields);
    }
  }

  private void put(String object, String recordKey, Stored stored) {
    String name = name(object, recordKey);
    forget(object, name);
    records.put(name, stored);
    namesById.put(object + " " + stored.id(), name);
  }

  private void forget(String object, String name) {
    Stored gone = name == null ? null : records.remove(name);
    if (gone != null) {
      namesById.remove(object + " " + gone.id());
    }
  }

  private String name(String object, Change change) {
    return change.byId()
        ? namesById.get(object + " " + change.destinationId().orElseThrow())
        : name(object, change.recordKey());
  }

  private static String name(String object, String recordKey) {
    String key = object.startsWith("Folded") ? recordKey.toLowerCase(Locale.ROOT) : recordKey;
    return object + " " + key;
  }
}
