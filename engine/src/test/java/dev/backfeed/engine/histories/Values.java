package dev.backfeed.engine.histories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Values of a row: null, text, {@code BigDecimal} or {@code Double}; and when two are one. */
final class Values {
  /** Floats closer than this to each other, relatively, are equal. */
  private static final double TOLERANCE = 1e-11;

  private Values() {}

  static String literal(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof String text) {
      return "'" + text.replace("'", "''") + "'";
    }
    if (value instanceof Instant time) {
      return "TIMESTAMP '" + time.toString().replace("T", " ").replace("Z", "") + "'";
    }
    return value instanceof Double number
        ? "CAST('" + number + "' AS DOUBLE PRECISION)"
        : value.toString();
  }

  static boolean same(Object a, Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    if (a instanceof Double || b instanceof Double) {
      double x = ((Number) a).doubleValue();
      double y = ((Number) b).doubleValue();
      double most = TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
      return Double.compare(x, y) == 0 || Math.abs(x - y) <= most;
    }
    boolean decimals = a instanceof BigDecimal && b instanceof BigDecimal;
    return decimals ? ((BigDecimal) a).compareTo((BigDecimal) b) == 0 : a.equals(b);
  }

  static boolean sameFields(Map<String, Object> a, Map<String, Object> b) {
    return a.keySet().equals(b.keySet())
        && a.keySet().stream().allMatch(field -> same(a.get(field), b.get(field)));
  }

  static boolean sendable(Object value) {
    return !(value instanceof Double number) || Double.isFinite(number);
  }

  static Map<String, Object> read(ObjectNode fields) {
    Map<String, Object> values = new TreeMap<>();
    fields.properties().forEach(f -> values.put(f.getKey(), read(f.getValue())));
    return values;
  }

  /** A value as the warehouse's driver prints it. */
  static Object read(String field, String text) {
    if (text.equals("null")) {
      return null;
    }
    return switch (field) {
      case "b" -> text;
      case "d" -> Double.valueOf(text);
      default -> new BigDecimal(text);
    };
  }

  private static Object read(JsonNode node) {
    return node.isNull() ? null : node.isNumber() ? node.decimalValue() : node.asText();
  }
}
