package dev.backfeed.engine.histories;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A row of the table {@code people}.
 *
 * @param n tells rows apart, whatever their key; not synced
 * @param id the key; null, repeated and differing by case only, as it comes
 * @param flag whether a filtered query has it
 * @param gone whether it is a deletion to a definition that says so; null is none
 * @param moved when it was changed last, as the table says
 * @param fields {@code a} integer, {@code b} text, {@code c} decimal, {@code d} float
 */
record Row(
    int n, String id, boolean flag, Boolean gone, Instant moved, Map<String, Object> fields) {
  Row {
    fields = new TreeMap<>(fields);
  }

  Row with(String field, Object value) {
    Row changed = new Row(n, id, flag, gone, moved, fields);
    changed.fields.put(field, value);
    return changed;
  }

  Row withId(String newId) {
    return new Row(n, newId, flag, gone, moved, fields);
  }

  Row withFlag(boolean newFlag) {
    return new Row(n, id, newFlag, gone, moved, fields);
  }

  Row withGone(Boolean newGone) {
    return new Row(n, id, flag, newGone, moved, fields);
  }

  Row withMoved(Instant newMoved) {
    return new Row(n, id, flag, gone, newMoved, fields);
  }

  /** Whether it says that its record is to go. */
  boolean isGone() {
    return gone != null && gone;
  }

  String insert() {
    return "INSERT INTO people (n, id, flag, gone, w, a, b, c, d) VALUES (%d, %s, %s, %s, %s, %s, %s, %s, %s)"
        .formatted(
            n,
            Values.literal(id),
            flag,
            gone,
            Values.literal(moved),
            Values.literal(fields.get("a")),
            Values.literal(fields.get("b")),
            Values.literal(fields.get("c")),
            Values.literal(fields.get("d")));
  }

  /** How often each key is there. */
  static Map<String, Long> times(List<Row> rows, Function<String, String> fold) {
    return rows.stream()
        .filter(row -> row.id() != null)
        .collect(Collectors.groupingBy(row -> fold.apply(row.id()), Collectors.counting()));
  }
}
