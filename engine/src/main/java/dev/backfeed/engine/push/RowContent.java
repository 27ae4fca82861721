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
import java.util.Objects;

/**
 * The values of a planned row. The run's own thread only fetches their texts; they become JSON when
 * they are asked for, which is in the worker that sends them. Not safe for several threads at once.
 */
final class RowContent {
  private final DiffSpec spec;
  private final String keyTexts;
  private final String fieldTexts;
  private final String oldTexts;
  private final String letters;
  private final Asked asked;
  private ObjectNode key;
  private JsonNode[] values;
  private String fieldsMask;
  private ObjectNode fields;
  private String anew;
  private JsonNode[] linked;

  /**
   * What is read of a row only where the destination's present values decide, or records are looked
   * for; each null where there is nothing.
   *
   * @param ours of each field what the destination showed after our last write, as {@link
   *     MappedColumn#ours()} has it; a JSON array
   * @param lost values of calls without answer, a JSON array of arrays as {@code fieldTexts}
   * @param times of each field its time for KEEP LATEST; a JSON array
   * @param match values of a new row by which its record is looked for; a JSON array
   * @param links of each lookup the id that a state knows; a JSON array
   * @param former the key under which the record is there, as the state marks it
   */
  record Asked(String ours, String lost, String times, String match, String links, String former) {
    static final Asked NOTHING = new Asked(null, null, null, null, null, null);
  }

  /**
   * A row's content; the texts are JSON arrays of the columns' texts.
   *
   * @param oldTexts null where the state has no row
   * @param letters as planned, one a field; null for all
   */
  RowContent(
      DiffSpec spec,
      String keyTexts,
      String fieldTexts,
      String oldTexts,
      String letters,
      Asked asked) {
    this.spec = spec;
    this.keyTexts = keyTexts;
    this.fieldTexts = fieldTexts;
    this.oldTexts = oldTexts;
    this.letters = letters;
    this.asked = asked;
  }

  /** As planned, one letter a field; null for all. */
  String letters() {
    return letters;
  }

  Asked asked() {
    return asked;
  }

  /** What would be sent to make the record anew; null for all. */
  String anew() {
    if (anew == null) {
      String mask = FieldLetters.anew(letters, this);
      anew = mask == null ? "" : mask;
    }
    return anew.isEmpty() ? null : anew;
  }

  /** Key field to value. */
  ObjectNode key() {
    if (key == null) {
      key = object(spec.keys(), keyTexts, null);
    }
    return key;
  }

  /** Says which record the value of a field refers to: its id is sent, not the value. */
  void link(int field, JsonNode id) {
    if (linked == null) {
      linked = new JsonNode[spec.fields().size()];
    }
    linked[field] = id;
    fields = null;
  }

  /** Whether it is known which record the value of a field refers to. */
  boolean linked(int field) {
    return linked != null && linked[field] != null;
  }

  /**
   * Fields to the values that are sent.
   *
   * @param mask one digit a field, {@code 1} for those that are wanted; null for all
   */
  ObjectNode fields(String mask) {
    if (fields == null || !Objects.equals(mask, fieldsMask)) {
      ObjectNode sent = object(spec.fields(), fieldTexts, mask);
      for (int i = 0; linked != null && i < linked.length; i++) {
        if (linked[i] != null && (mask == null || mask.charAt(i) == '1')) {
          Json.put(sent, spec.fields().get(i).path(), linked[i]);
        }
      }
      fields = sent;
      fieldsMask = mask;
    }
    return fields;
  }

  /** The same as the query has them: keys of other records, where their ids are sent. */
  ObjectNode said(String mask) {
    return linked == null ? fields(mask) : object(spec.fields(), fieldTexts, mask);
  }

  /** The acknowledged values of the same fields; empty where the state has no row. */
  ObjectNode old(String mask) {
    return oldTexts == null ? Json.object() : object(spec.fields(), oldTexts, mask);
  }

  /** The planned value of one field, as it is sent. */
  JsonNode value(int field) {
    return linked(field) ? linked[field] : said(field);
  }

  /** The value of one field as the query has it. */
  JsonNode said(int field) {
    if (values == null) {
      values = values(fieldTexts);
    }
    return values[field];
  }

  /** The value of one field that the state has. */
  JsonNode oldValue(int field) {
    return oldTexts == null ? NullNode.getInstance() : values(oldTexts)[field];
  }

  private JsonNode[] values(String array) {
    String[] texts = Json.texts(array, spec.fields().size());
    JsonNode[] nodes = new JsonNode[texts.length];
    for (int i = 0; i < texts.length; i++) {
      nodes[i] = value(texts[i], spec.fields().get(i).type());
    }
    return nodes;
  }

  private static ObjectNode object(List<MappedColumn> columns, String array, String mask) {
    String[] texts = Json.texts(array, columns.size());
    ObjectNode object = Json.object();
    for (int i = 0; i < texts.length; i++) {
      if (mask == null || mask.charAt(i) == '1') {
        Json.put(object, columns.get(i).path(), value(texts[i], columns.get(i).type()));
      }
    }
    return object;
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
