package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.backfeed.connectors.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object of the sandbox: a standard one from {@code salesforce-sandbox.yaml}, or any custom one.
 *
 * @param name as Salesforce spells it
 * @param fields in order; custom fields stand as patterns at the end
 */
record SandboxObject(String name, List<Field> fields) {
  /** Endings that make a custom field an external id: text of 255, unique, case-insensitive. */
  private static final List<String> EXTERNAL_IDS =
      List.of("*Id__c", "*ID__c", "*_id__c", "*Key__c", "*_key__c", "*Ext__c");

  private static final Pattern FIELD = Pattern.compile("(\\w+)(?:\\((\\w+)\\))?( required)?");
  private static final JsonNode STANDARD = standard();

  /**
   * A field.
   *
   * @param name or a pattern with a leading {@code *}
   * @param length longest text, 0 where there is no limit
   * @param parent object a reference points to, else empty text
   */
  record Field(
      String name,
      String type,
      int length,
      String parent,
      boolean required,
      boolean writable,
      boolean externalId) {
    boolean named(String other) {
      return name.startsWith("*")
          ? other.endsWith(name.substring(1)) && other.length() >= name.length()
          : name.equalsIgnoreCase(other);
    }

    /** {@code Account} for {@code AccountId}, {@code Owner__r} for {@code Owner__c}. */
    String relationship() {
      return parent.isEmpty() ? "" : name.replaceAll("Id$", "");
    }
  }

  /** The object of this name; empty if it is neither standard here nor a custom one. */
  static Optional<SandboxObject> named(String name) {
    for (var standard : STANDARD.properties()) {
      if (standard.getKey().equalsIgnoreCase(name)) {
        return Optional.of(new SandboxObject(standard.getKey(), all(standard.getValue())));
      }
    }
    return name.matches("[A-Za-z]\\w*__c")
        ? Optional.of(new SandboxObject(name, all(Json.object().put("Name", "string(80)"))))
        : Optional.empty();
  }

  /** The names of the standard objects. */
  static List<String> standardNames() {
    List<String> names = new ArrayList<>();
    STANDARD.properties().forEach(p -> names.add(p.getKey()));
    return names;
  }

  /** The field of this name, without regard to case; of patterns the first that fits. */
  Optional<Field> field(String asked) {
    return fields.stream().filter(f -> f.named(asked)).findFirst();
  }

  /** The object that a relationship's name leads to. */
  Optional<SandboxObject> parent(String relationship) {
    if (relationship.matches("\\w+__r")) {
      return named(relationship.replaceAll("__r$", "__c"));
    }
    return fields.stream()
        .filter(f -> f.relationship().equalsIgnoreCase(relationship))
        .findFirst()
        .flatMap(f -> named(f.parent()));
  }

  /** What {@code sobjects/{Object}/describe} answers, in the vendor's words. */
  JsonNode describe() {
    ObjectNode describe = brief();
    ArrayNode all = describe.putArray("fields");
    for (Field f : fields) {
      ObjectNode d = all.addObject();
      d.put("name", f.name()).put("label", f.name()).put("type", f.type());
      d.put("length", f.length()).put("custom", f.name().endsWith("__c"));
      d.put("nillable", !f.required() && f.writable()).put("defaultedOnCreate", !f.writable());
      d.put("createable", f.writable()).put("updateable", f.writable());
      d.put("externalId", f.externalId()).put("unique", f.externalId());
      d.put("idLookup", f.externalId() || f.type().equals("id")).put("caseSensitive", false);
      d.put("restrictedPicklist", false).putArray("picklistValues");
      d.putArray("referenceTo").addAll(f.parent().isEmpty() ? List.of() : texts(f.parent()));
      d.put("relationshipName", f.parent().isEmpty() ? null : f.relationship());
    }
    return describe;
  }

  /** One entry of {@code sobjects/}. */
  ObjectNode brief() {
    return Json.object()
        .put("name", name)
        .put("label", name)
        .put("createable", true)
        .put("updateable", true)
        .put("deletable", true);
  }

  private static List<JsonNode> texts(String text) {
    return List.of(com.fasterxml.jackson.databind.node.TextNode.valueOf(text));
  }

  private static List<Field> all(JsonNode own) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("Id", "id", 18, "", false, false, false));
    own.properties().forEach(f -> fields.add(parsed(f.getKey(), f.getValue().asText())));
    fields.add(new Field("OwnerId", "reference", 18, "User", false, true, false));
    fields.add(new Field("CreatedDate", "datetime", 0, "", false, false, false));
    fields.add(new Field("LastModifiedDate", "datetime", 0, "", false, false, false));
    for (String pattern : EXTERNAL_IDS) {
      fields.add(new Field(pattern, "string", 255, "", false, true, true));
    }
    fields.add(new Field("*__c", "anyType", 0, "", false, true, false));
    return fields;
  }

  private static Field parsed(String name, String words) {
    Matcher m = FIELD.matcher(words);
    if (!m.matches()) {
      throw new IllegalStateException("salesforce-sandbox.yaml, field " + name + ": " + words);
    }
    boolean reference = m.group(1).equals("reference");
    int length = reference ? 18 : m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
    String parent = reference ? m.group(2) : "";
    return new Field(name, m.group(1), length, parent, m.group(3) != null, true, false);
  }

  private static JsonNode standard() {
    try (InputStream in = SandboxObject.class.getResourceAsStream("salesforce-sandbox.yaml")) {
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("salesforce-sandbox.yaml", e);
    }
  }
}
