package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * The values of a planned row. The run's own thread only fetches their texts; they become JSON when
 * they are asked for, which is in the worker that sends them. Not safe for several threads at once.
 */
final class RowContent {
  private final DiffSpec spec;
  private final String keyTexts;
  private final String fieldTexts;
  private final String oldTexts;
  private final String mask;
  private ObjectNode key;
  private ObjectNode all;
  private ObjectNode changed;
  private ObjectNode old;

  /**
   * A row's content; the texts are JSON arrays of the columns' texts.
   *
   * @param oldTexts null where the state has no row
   * @param mask one digit a field, {@code 1} for those that differ; null for all
   */
  RowContent(DiffSpec spec, String keyTexts, String fieldTexts, String oldTexts, String mask) {
    this.spec = spec;
    this.keyTexts = keyTexts;
    this.fieldTexts = fieldTexts;
    this.oldTexts = oldTexts;
    this.mask = mask;
  }

  /** Which fields differ, one digit a field; empty text for all. */
  String mask() {
    return mask == null ? "" : mask;
  }

  /** Key field to value. */
  ObjectNode key() {
    if (key == null) {
      key = object(spec.keys(), keyTexts, null);
    }
    return key;
  }

  /** Every mapped field to its value. */
  ObjectNode all() {
    if (all == null) {
      all = object(spec.fields(), fieldTexts, null);
    }
    return all;
  }

  /** The fields that differ from the state; all where the state has no row. */
  ObjectNode changed() {
    if (changed == null) {
      changed = mask == null ? all() : object(spec.fields(), fieldTexts, mask);
    }
    return changed;
  }

  /** The acknowledged values of {@link #changed()}. */
  ObjectNode old() {
    if (old == null) {
      old = oldTexts == null ? Json.object() : object(spec.fields(), oldTexts, mask);
    }
    return old;
  }

  private static ObjectNode object(List<MappedColumn> columns, String array, String mask) {
    String[] texts = Json.texts(array, columns.size());
    ObjectNode object = Json.object();
    for (int i = 0; i < texts.length; i++) {
      if (mask == null || mask.charAt(i) == '1') {
        put(object, columns.get(i).path(), value(texts[i], columns.get(i).type()));
      }
    }
    return object;
  }

  static void put(ObjectNode object, List<String> path, JsonNode value) {
    ObjectNode parent = object;
    for (String step : path.subList(0, path.size() - 1)) {
      parent = parent.withObjectProperty(step);
    }
    parent.set(path.get(path.size() - 1), value);
  }

  static JsonNode value(String text, ColumnType type) {
    if (text == null) {
      return NullNode.getInstance();
    }
    return switch (type.kind()) {
      case BOOLEAN -> BooleanNode.valueOf(text.startsWith("t"));
      case INTEGER ->
          text.length() < 19
              ? LongNode.valueOf(Long.parseLong(text))
              : BigIntegerNode.valueOf(new BigInteger(text));
      case DECIMAL, FLOAT -> DecimalNode.valueOf(new BigDecimal(text));
      case JSON -> Json.read(text);
      case TEXT, DATE, TIMESTAMP, TIMESTAMP_TZ, BINARY -> TextNode.valueOf(text);
    };
  }
}
