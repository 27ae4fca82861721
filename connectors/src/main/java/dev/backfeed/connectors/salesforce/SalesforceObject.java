package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An object as its describe says. Immutable. */
final class SalesforceObject {
  private static final Pattern VENDORS_TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+]0000");

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final ObjectSchema schema;
  private final Map<String, String> types = new HashMap<>();
  private final Set<String> relationships = new HashSet<>();
  private final List<String> unique = new ArrayList<>();
  private final Optional<String> changed;

  /**
   * @param describe the answer of {@code sobjects/{Object}/describe}
   */
  SalesforceObject(JsonNode describe) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode f : describe.path("fields")) {
      fields.add(field(f));
      types.put(f.path("name").asText().toLowerCase(Locale.ROOT), f.path("type").asText());
      if (f.path("unique").asBoolean()) {
        unique.add(f.path("name").asText());
      }
    }
    for (JsonNode f : describe.path("fields")) {
      String relationship = f.path("relationshipName").asText("");
      if (!relationship.isEmpty() && writable(f)) {
        relationships.add(relationship.toLowerCase(Locale.ROOT));
        fields.add(relationship(relationship));
      }
    }
    this.schema = new ObjectSchema(true, fields);
    this.changed =
        Stream.of("LastModifiedDate", "SystemModstamp")
            .filter(f -> types.containsKey(f.toLowerCase(Locale.ROOT)))
            .findFirst();
  }

  ObjectSchema schema() {
    return schema;
  }

  /** Whether the name leads to a parent record, {@code Account} in {@code Account.Ext__c}. */
  boolean leadsToParent(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return relationships.contains(folded) || folded.endsWith("__r");
  }

  /** Whether the field holds several values of a list, sent as {@code a;b}. */
  boolean multipicklist(String name) {
    return "multipicklist".equals(types.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Whether the field takes whole numbers only, written without a fraction. */
  boolean whole(String name) {
    String type = types.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return type.equals("int") || type.equals("long");
  }

  /** Whether Salesforce itself refuses a second record with the same value. */
  boolean unique(String name) {
    return unique.stream().anyMatch(u -> fits(u, name));
  }

  /** A name, or the pattern of a sandbox's custom fields. */
  private static boolean fits(String pattern, String name) {
    return pattern.startsWith("*")
        ? name.endsWith(pattern.substring(1)) && name.length() >= pattern.length()
        : pattern.equalsIgnoreCase(name);
  }

  /** The field that says when a record was last changed; a few objects have none. */
  Optional<String> changed() {
    return changed;
  }

  /** Whether a query takes the value of this field without quotes. */
  boolean bare(String name, String value) {
    return switch (fieldType(types.getOrDefault(name.toLowerCase(Locale.ROOT), ""))) {
      case NUMBER -> value.matches("-?\\d{1,30}(\\.\\d{1,30})?");
      case DATE -> value.matches("\\d{4}-\\d\\d-\\d\\d");
      case TIMESTAMP -> value.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z");
      case BOOLEAN -> value.matches("true|false");
      default -> false;
    };
  }

  /** A value as it was read, in the form in which values travel. */
  JsonNode language(String name, JsonNode value) {
    boolean parents = name.indexOf('.') > 0 && VENDORS_TIME.matcher(value.asText()).matches();
    boolean time = parents || "datetime".equals(types.get(name.toLowerCase(Locale.ROOT)));
    return time && value.isTextual() ? TextNode.valueOf(utc(value.asText())) : value;
  }

  /** {@code 2026-01-02T03:04:05.678+0000} in the vendor's words. */
  private static String utc(String time) {
    String offset = time.replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2");
    try {
      return MILLISECONDS.format(OffsetDateTime.parse(offset).toInstant());
    } catch (DateTimeException e) {
      return time;
    }
  }

  /** Whether keys that differ in case are different keys. */
  boolean caseSensitive(String name) {
    return schema
        .field(name)
        .flatMap(Field::keyComparison)
        .filter(c -> c == KeyComparison.EXACT)
        .isPresent();
  }

  private static Field field(JsonNode f) {
    boolean key = isKey(f);
    FieldType type = fieldType(f.path("type").asText());
    boolean exact = f.path("caseSensitive").asBoolean() || type == FieldType.NUMBER;
    int length = f.path("length").asInt();
    return new Field(
        f.path("name").asText(),
        type,
        required(f),
        writable(f),
        key,
        key
            ? Optional.of(exact ? KeyComparison.EXACT : KeyComparison.CASE_INSENSITIVE)
            : Optional.empty(),
        type == FieldType.TEXT && length > 0 ? Optional.of(length) : Optional.empty(),
        allowed(f));
  }

  /** Takes a parent's external id as a path; what is in it is not described here. */
  private static Field relationship(String name) {
    return new Field(
        name, FieldType.ANY, false, true, false, Optional.empty(), Optional.empty(), List.of());
  }

  private static boolean writable(JsonNode f) {
    return f.path("createable").asBoolean() || f.path("updateable").asBoolean();
  }

  private static boolean required(JsonNode f) {
    return f.path("createable").asBoolean()
        && !f.path("nillable").asBoolean(true)
        && !f.path("defaultedOnCreate").asBoolean();
  }

  /**
   * The record's own Id cannot be the key of a collection upsert, although it is a look-up field.
   */
  private static boolean isKey(JsonNode f) {
    return (f.path("externalId").asBoolean() || f.path("idLookup").asBoolean())
        && !f.path("type").asText().equals("id");
  }

  /** Only a restricted picklist is closed; several values in one text cannot be checked as one. */
  private static List<String> allowed(JsonNode f) {
    List<String> values = new ArrayList<>();
    if (f.path("restrictedPicklist").asBoolean() && f.path("type").asText().equals("picklist")) {
      for (JsonNode value : f.path("picklistValues")) {
        if (value.path("active").asBoolean(true)) {
          values.add(value.path("value").asText());
        }
      }
    }
    return values;
  }

  private static FieldType fieldType(String type) {
    return switch (type) {
      case "boolean" -> FieldType.BOOLEAN;
      case "int", "long", "double", "currency", "percent" -> FieldType.NUMBER;
      case "date" -> FieldType.DATE;
      case "datetime" -> FieldType.TIMESTAMP;
      case "base64" -> FieldType.BINARY;
      case "anyType", "complexvalue", "json", "address", "location" -> FieldType.ANY;
      default -> FieldType.TEXT;
    };
  }
}
