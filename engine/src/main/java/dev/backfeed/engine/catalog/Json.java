package dev.backfeed.engine.catalog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** JSON with every digit of a decimal kept. Safe for several threads. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Reads text that we, or the warehouse, wrote. */
  public static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * The elements of an array of texts and nulls.
   *
   * @param size how many it has
   */
  public static String[] texts(String array, int size) {
    String[] texts = new String[size];
    try (JsonParser parser = MAPPER.createParser(array)) {
      parser.nextToken();
      for (int i = 0; i < size; i++) {
        texts[i] = parser.nextToken() == JsonToken.VALUE_NULL ? null : parser.getText();
      }
      return texts;
    } catch (IOException e) {
      throw new IllegalStateException("not an array of texts", e);
    }
  }

  /** What lies at the end of a path; missing where a step is. */
  public static JsonNode at(JsonNode node, List<String> path) {
    JsonNode found = node;
    for (String step : path) {
      found = found.path(step);
    }
    return found;
  }

  /** Sets a value at the end of a path, whose steps are made. */
  public static void put(ObjectNode object, List<String> path, JsonNode value) {
    ObjectNode parent = object;
    for (String step : path.subList(0, path.size() - 1)) {
      parent = parent.withObjectProperty(step);
    }
    parent.set(path.get(path.size() - 1), value);
  }

  public static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What writes a document piece by piece. */
  @FunctionalInterface
  public interface Pieces {
    void write(JsonGenerator out) throws IOException;
  }

  /** A document that would be a waste to build as nodes first. */
  public static String write(Pieces pieces) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = MAPPER.createGenerator(text)) {
      pieces.write(out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }
}
