package dev.backfeed.connectors.email;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.RowError;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A message as a row says it.
 *
 * @param to its recipients
 * @param subject one line
 * @param text the plain body, with CRLF
 * @param html the same for those who show HTML
 * @param messageId without angle brackets; the same whenever the row is sent
 */
record EmailMessage(
    List<InternetAddress> to,
    String subject,
    Optional<String> text,
    Optional<String> html,
    String messageId) {
  /** The object that leaves the recipient to each row. */
  static final String ANY_RECIPIENT = "*";

  private static final int LONGEST_DERIVED_SUBJECT = 100;

  /** A row that makes no message, whatever a server would say. */
  static final class Unsendable extends Exception {
    private static final long serialVersionUID = 1L;

    Unsendable(String message) {
      super(message);
    }

    RowError error() {
      return new RowError("VALIDATION", "", getMessage());
    }
  }

  /** What a row may hold. */
  static ObjectSchema schema(String object) {
    List<Field> fields = new ArrayList<>();
    if (object.equals(ANY_RECIPIENT)) {
      fields.add(text("to", true));
    }
    fields.addAll(List.of(text("subject", false), text("text", false), text("html", false)));
    fields.add(ObjectSchema.KEY_ALONE);
    return new ObjectSchema(true, fields);
  }

  private static Field text(String name, boolean required) {
    return new Field(
        name, FieldType.TEXT, required, true, false, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * The message of a row.
   *
   * @param prefix what its subject begins with
   * @param from the sender, whose domain is that of the id
   */
  static EmailMessage of(
      Change change, String object, Optional<String> prefix, InternetAddress from)
      throws Unsendable {
    ObjectNode row = row(change, schema(object));
    boolean any = object.equals(ANY_RECIPIENT);
    String to = any ? row.path("to").asText() : object;
    Optional<String> text = Optional.ofNullable(row.get("text")).map(JsonNode::asText);
    Optional<String> html = Optional.ofNullable(row.get("html")).map(JsonNode::asText);
    if (text.isEmpty() && html.isEmpty()) {
      throw new Unsendable("the row has neither text nor html");
    }
    String subject = row.path("subject").asText();
    String said = subject.isBlank() ? firstLine(text.orElse("")) : subject;
    return new EmailMessage(
        recipients(to),
        oneLine(prefix.map(p -> p + " ").orElse("") + said),
        text.map(EmailMessage::canonical),
        html.map(EmailMessage::canonical),
        messageId(change, from));
  }

  /** Texts by field, without nulls; a key that is named like a field is one. */
  private static ObjectNode row(Change change, ObjectSchema schema) throws Unsendable {
    ObjectNode all = Json.object();
    for (Iterator<String> names = change.key().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.field(name).filter(f -> !f.keyAlone()).isPresent()) {
        all.set(name, change.key().get(name));
      }
    }
    all.setAll(change.fields());
    ObjectNode row = Json.object();
    for (Iterator<String> names = all.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = all.get(name);
      Optional<Field> field = schema.field(name).filter(f -> !f.keyAlone());
      if (field.isEmpty()) {
        throw new Unsendable("an e-mail has no field \"" + name + "\"");
      }
      if (!value.isNull()) {
        row.put(field.get().name(), value.isTextual() ? value.textValue() : Json.text(value));
      }
    }
    return row;
  }

  private static List<InternetAddress> recipients(String to) throws Unsendable {
    if (to.isBlank()) {
      throw new Unsendable("the row has no recipient: field \"to\" is empty");
    }
    try {
      return Addresses.parsed(to);
    } catch (AddressException e) {
      throw new Unsendable("the recipient is no address: " + e.getMessage());
    }
  }

  private static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.codePointCount(0, line.length()) <= LONGEST_DERIVED_SUBJECT
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_DERIVED_SUBJECT - 1)) + "…";
  }

  /** A line break in a subject would begin a header of the row's choice. */
  private static String oneLine(String subject) {
    return subject.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
  }

  /** Lines as mail ends them. */
  private static String canonical(String text) {
    return text.replaceAll("\\r\\n|\\r|\\n", "\r\n");
  }

  private static String messageId(Change change, InternetAddress from) {
    byte[] key = change.idempotencyKey().getBytes(StandardCharsets.UTF_8);
    String domain = from.getAddress().substring(from.getAddress().lastIndexOf('@') + 1);
    return UUID.nameUUIDFromBytes(key) + ".backfeed@" + domain;
  }
}
