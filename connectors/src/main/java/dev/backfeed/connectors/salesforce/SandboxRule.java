package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the sandbox refuses, in the vendor's codes: of single records, and of whole calls. */
final class SandboxRule {
  private static final int LONGEST_TEXT = 131_072;

  private SandboxRule() {}

  /** A refusal of one record. */
  record Refusal(String code, String message, List<String> fields) {
    ObjectNode toJson() {
      ObjectNode result = Json.object().put("success", false);
      ObjectNode error = result.putArray("errors").addObject();
      error.put("statusCode", code).put("message", message);
      ArrayNode names = error.putArray("fields");
      fields.forEach(names::add);
      return result;
    }
  }

  static Refusal refusal(String code, String message, String... fields) {
    return new Refusal(code, message, List.of(fields));
  }

  /**
   * Why the whole call cannot be read: a value whose JSON type does not fit its field. Salesforce
   * answers these with status 400 for all records.
   */
  static Optional<String> unreadable(SandboxObject object, JsonNode record) {
    for (var entry : record.properties()) {
      Optional<SandboxObject.Field> field = object.field(entry.getKey());
      JsonNode value = entry.getValue();
      if (field.isPresent() && !value.isNull() && !fits(field.get(), value)) {
        return Optional.of(
            "Cannot deserialize instance of "
                + field.get().type()
                + " for field "
                + entry.getKey());
      }
    }
    return Optional.empty();
  }

  private static boolean fits(SandboxObject.Field field, JsonNode value) {
    return switch (field.type()) {
      case "boolean" -> value.isBoolean();
      case "int" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "double", "currency", "percent" -> value.isNumber();
      case "date" -> value.isTextual() && reads(() -> LocalDate.parse(value.textValue()));
      case "datetime" -> value.isTextual() && reads(() -> OffsetDateTime.parse(value.textValue()));
      default -> value.isValueNode();
    };
  }

  private static boolean reads(java.util.function.Supplier<Object> parse) {
    try {
      return parse.get() != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Why one record is refused; empty if it is not. Parents are judged elsewhere. */
  static Optional<Refusal> refused(SandboxObject object, JsonNode record, boolean exists) {
    for (var entry : record.properties()) {
      if (!entry.getKey().equals("attributes") && !entry.getValue().isObject()) {
        Optional<Refusal> refusal = refused(object, entry.getKey(), entry.getValue());
        if (refusal.isPresent()) {
          return refusal;
        }
      }
    }
    return missing(object, record, exists);
  }

  private static Optional<Refusal> refused(SandboxObject object, String name, JsonNode value) {
    Optional<SandboxObject.Field> known = object.field(name);
    if (known.isEmpty()) {
      return object.parent(name).isPresent() && value.isNull()
          ? Optional.empty()
          : Optional.of(
              refusal(
                  "INVALID_FIELD",
                  "No such column '" + name + "' on sobject of type " + object.name()));
    }
    SandboxObject.Field field = known.get();
    if (!field.writable()) {
      return Optional.of(
          refusal(
              "INVALID_FIELD_FOR_INSERT_UPDATE",
              "Unable to create/update fields: " + name + ".",
              name));
    }
    String text = value.asText();
    int longest = field.length() == 0 ? LONGEST_TEXT : field.length();
    if (value.isTextual() && text.length() > longest) {
      return Optional.of(
          refusal(
              "STRING_TOO_LONG",
              name + ": data value too large (max length=" + longest + ")",
              name));
    }
    return field.type().equals("email")
            && !value.isNull()
            && !text.matches("[^@\\s]+@[^@\\s]+\\.\\w+")
        ? Optional.of(
            refusal("INVALID_EMAIL_ADDRESS", name + ": invalid email address: " + text, name))
        : Optional.empty();
  }

  private static Optional<Refusal> missing(SandboxObject object, JsonNode record, boolean exists) {
    List<String> missing = new ArrayList<>();
    for (SandboxObject.Field field : object.fields()) {
      JsonNode value = value(record, field.name());
      boolean blank = value.isNull() || (value.isTextual() && value.textValue().isBlank());
      if (field.required() && (blank || (value.isMissingNode() && !exists))) {
        missing.add(field.name());
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                "REQUIRED_FIELD_MISSING", "Required fields are missing: " + missing, missing));
  }

  private static JsonNode value(JsonNode record, String name) {
    for (var entry : record.properties()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }
}
