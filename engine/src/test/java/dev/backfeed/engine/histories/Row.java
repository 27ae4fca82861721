package dev.backfeed.engine.histories;

import java.util.Map;
import java.util.TreeMap;

/**
 * A row of the table {@code people}.
 *
 * @param n tells rows apart, whatever their key; not synced
 * @param id the key; null, repeated and differing by case only, as it comes
 * @param flag whether a filtered query has it
 * @param fields {@code a} integer, {@code b} text, {@code c} decimal, {@code d} float
 */
record Row(int n, String id, boolean flag, Map<String, Object> fields) {
  Row {
    fields = new TreeMap<>(fields);
  }

  Row with(String field, Object value) {
    Row changed = new Row(n, id, flag, fields);
    changed.fields.put(field, value);
    return changed;
  }

  Row withId(String newId) {
    return new Row(n, newId, flag, fields);
  }

  Row withFlag(boolean newFlag) {
    return new Row(n, id, newFlag, fields);
  }

  String insert() {
    return "INSERT INTO people (n, id, flag, a, b, c, d) VALUES (%d, %s, %s, %s, %s, %s, %s)"
        .formatted(
            n,
            Values.literal(id),
            flag,
            Values.literal(fields.get("a")),
            Values.literal(fields.get("b")),
            Values.literal(fields.get("c")),
            Values.literal(fields.get("d")));
  }
}
