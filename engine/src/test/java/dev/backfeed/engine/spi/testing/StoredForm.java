package dev.backfeed.engine.spi.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The forms in which a vendor may keep what it is sent; nulls stay nulls. */
final class StoredForm {
  private StoredForm() {}

  /** {@code trimmed}, {@code lowered}, {@code rounded <digits>} or {@code cut <characters>}. */
  static UnaryOperator<JsonNode> named(String name) {
    String[] words = name.split(" ", 2);
    return switch (words[0]) {
      case "trimmed" -> text(String::strip);
      case "lowered" -> text(t -> t.toLowerCase(Locale.ROOT));
      case "cut" -> text(t -> t.substring(0, Math.min(t.length(), Integer.parseInt(words[1]))));
      case "rounded" -> rounded(Integer.parseInt(words[1]));
      default -> throw new IllegalArgumentException("there is no form \"" + name + "\"");
    };
  }

  private static UnaryOperator<JsonNode> text(UnaryOperator<String> form) {
    return value -> value.isTextual() ? TextNode.valueOf(form.apply(value.asText())) : value;
  }

  private static UnaryOperator<JsonNode> rounded(int digits) {
    return value ->
        value.isNumber()
            ? DecimalNode.valueOf(value.decimalValue().setScale(digits, RoundingMode.HALF_UP))
            : value;
  }
}
