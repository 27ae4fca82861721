package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Change;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A change in the vendor's form: one element of a collection's {@code records}. */
final class SalesforceRecord {
  /** The vendor's whole numbers have no more; 1e300 stays as short as it was. */
  private static final int LONG_DIGITS = 19;

  private SalesforceRecord() {}

  /** The record to update; by its id alone, its key is written as well. */
  static ObjectNode withId(
      Change change, String id, String object, Optional<SalesforceObject> described) {
    ObjectNode record = of(change, object, described);
    if (!change.byId()) {
      change.key().fieldNames().forEachRemaining(record::remove);
    }
    return record.put("id", id);
  }

  /**
   * The record to upsert.
   *
   * @param described the object's describe, where it was asked for
   */
  static ObjectNode of(Change change, String object, Optional<SalesforceObject> described) {
    ObjectNode record = Json.object();
    record.putObject("attributes").put("type", object);
    record.setAll(change.key());
    change
        .fields()
        .properties()
        .forEach(f -> record.set(f.getKey(), value(f.getKey(), f.getValue(), described)));
    return record;
  }

  private static JsonNode value(
      String field, JsonNode value, Optional<SalesforceObject> described) {
    if (value.isArray()) {
      boolean joined = described.filter(d -> d.multipicklist(field)).isPresent();
      return TextNode.valueOf(joined ? joined(value) : Json.text(value));
    }
    if (value.isNumber()) {
      return described.filter(d -> d.whole(field)).isPresent() ? withoutFraction(value) : value;
    }
    if (!value.isObject()) {
      return value;
    }
    // A nested value is either a parent named by its external id, or JSON for a text field.
    boolean parent =
        described.map(d -> d.leadsToParent(field)).orElseGet(() -> !field.endsWith("__c"));
    if (!parent) {
      return TextNode.valueOf(Json.text(value));
    }
    return allNull(value) ? NullNode.instance : value;
  }

  /**
   * 3 for 3.0, which the vendor's parser would not take for an integer; a real fraction stays, to
   * be refused with the vendor's words.
   */
  private static JsonNode withoutFraction(JsonNode number) {
    BigDecimal exact = number.decimalValue().stripTrailingZeros();
    boolean written = exact.scale() <= 0 && exact.precision() - exact.scale() <= LONG_DIGITS;
    return written ? BigIntegerNode.valueOf(exact.toBigIntegerExact()) : number;
  }

  /** A parent whose key is null is no parent. */
  private static boolean allNull(JsonNode parent) {
    for (JsonNode value : parent) {
      if (!value.isNull() && !(value.isObject() && allNull(value))) {
        return false;
      }
    }
    return true;
  }

  private static String joined(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(v -> texts.add(v.asText()));
    return String.join(";", texts);
  }
}
