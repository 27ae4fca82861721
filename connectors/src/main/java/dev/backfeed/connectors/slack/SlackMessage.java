package dev.backfeed.connectors.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.RowError;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The fields of a message, and the message that is made of a row. */
final class SlackMessage {
  /** Slack cuts what is longer. */
  static final int LONGEST_TEXT = 40_000;

  static final int MOST_ATTACHMENTS = 100;

  /** The object that leaves the channel to each row. */
  static final String ANY_CHANNEL = "*";

  private static final List<Field> COMMON =
      List.of(
          field("text", FieldType.TEXT, LONGEST_TEXT),
          field("blocks", FieldType.JSON, null),
          field("attachments", FieldType.JSON, null),
          field("thread_ts", FieldType.TEXT, null),
          field("unfurl_links", FieldType.BOOLEAN, null),
          field("unfurl_media", FieldType.BOOLEAN, null));

  private static final List<Field> WITH_TOKEN =
      List.of(
          field("reply_broadcast", FieldType.BOOLEAN, null),
          field("username", FieldType.TEXT, null),
          field("icon_emoji", FieldType.TEXT, null),
          field("icon_url", FieldType.TEXT, null));

  private static final Field CHANNEL =
      new Field(
          "channel",
          FieldType.TEXT,
          true,
          true,
          false,
          Optional.empty(),
          Optional.empty(),
          List.of());

  private SlackMessage() {}

  /** A row that makes no message, whatever Slack would say. */
  static final class Unsendable extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient RowError error;

    Unsendable(String type, String message) {
      super(message);
      this.error = new RowError(type, "", message);
    }

    RowError error() {
      return error;
    }
  }

  /**
   * What a row may hold.
   *
   * @param webhook whether it goes to an incoming webhook, which knows less
   */
  static ObjectSchema schema(boolean webhook, String object) {
    Stream<Field> channel =
        !webhook && object.equals(ANY_CHANNEL) ? Stream.of(CHANNEL) : Stream.empty();
    Stream<Field> withToken = webhook ? Stream.empty() : WITH_TOKEN.stream();
    return new ObjectSchema(
        true,
        Stream.of(channel, COMMON.stream(), withToken, Stream.of(ObjectSchema.KEY_ALONE))
            .flatMap(s -> s)
            .toList());
  }

  /**
   * The body of the request.
   *
   * @param plain whether text is to be shown as it is
   */
  static ObjectNode of(Change change, String object, boolean webhook, boolean plain)
      throws Unsendable {
    ObjectSchema schema = schema(webhook, object);
    ObjectNode body = Json.object();
    if (!webhook && !object.equals(ANY_CHANNEL)) {
      body.put("channel", object);
    }
    ObjectNode row = row(change, schema);
    for (Iterator<String> names = row.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      put(body, schema.field(name).orElse(null), name, row.get(name), plain);
    }
    if (!webhook && body.path("channel").asText().isBlank()) {
      throw new Unsendable("VALIDATION", "the row has no channel");
    }
    if (!body.has("text") && !body.has("blocks") && !body.has("attachments")) {
      throw new Unsendable("VALIDATION", "the row has neither text nor blocks nor attachments");
    }
    if (plain && body.has("text")) {
      body.put("mrkdwn", false);
    }
    return body;
  }

  /** A key that is named like a field is sent as one; else it only tells rows apart. */
  private static ObjectNode row(Change change, ObjectSchema schema) {
    ObjectNode row = Json.object();
    for (Iterator<String> names = change.key().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.field(name).filter(f -> !f.keyAlone()).isPresent()) {
        row.set(name, change.key().get(name));
      }
    }
    row.setAll(change.fields());
    return row;
  }

  private static void put(ObjectNode body, Field field, String name, JsonNode value, boolean plain)
      throws Unsendable {
    if (field == null || field.keyAlone()) {
      throw new Unsendable("VALIDATION", "a message has no field \"" + name + "\"");
    }
    if (value.isNull()) {
      return;
    }
    switch (field.type()) {
      case BOOLEAN -> {
        if (!value.isBoolean()) {
          throw new Unsendable("VALIDATION", "field \"" + name + "\" is neither true nor false");
        }
        body.set(field.name(), value);
      }
      case JSON -> body.set(field.name(), array(field.name(), value));
      default -> body.put(field.name(), text(field, value, plain));
    }
  }

  private static String text(Field field, JsonNode value, boolean plain) throws Unsendable {
    String given = value.isTextual() ? value.textValue() : Json.text(value);
    String text = plain && field.name().equals("text") ? escaped(given) : given;
    int most = field.maxLength().orElse(Integer.MAX_VALUE);
    if (text.length() > most) {
      throw new Unsendable(
          "TOO_LARGE",
          "field \"%s\" has %d characters as it is sent; Slack takes %d"
              .formatted(field.name(), text.length(), most));
    }
    return text;
  }

  /** The three characters that begin Slack's markup, once, where nothing else is markup. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** JSON of its own type, or written as text. */
  private static JsonNode array(String name, JsonNode value) throws Unsendable {
    JsonNode array = value.isTextual() ? Json.parse(value.textValue()).orElse(value) : value;
    if (!array.isArray() || array.isEmpty()) {
      throw new Unsendable(
          "VALIDATION", "field \"" + name + "\" is no JSON array with something in it");
    }
    if (name.equals("attachments") && array.size() > MOST_ATTACHMENTS) {
      throw new Unsendable(
          "TOO_LARGE", "a message has at most " + MOST_ATTACHMENTS + " attachments");
    }
    return array;
  }

  private static Field field(String name, FieldType type, Integer maxLength) {
    return new Field(
        name,
        type,
        false,
        true,
        false,
        Optional.empty(),
        Optional.ofNullable(maxLength),
        List.of());
  }
}
