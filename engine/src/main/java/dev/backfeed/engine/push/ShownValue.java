package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.ColumnType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A value as a destination shows it, held against one of ours. Both are written as the state keeps
 * what was shown: empty for none, else {@code =} and the value's text. A blank text is none:
 * vendors store either as the other.
 */
final class ShownValue {
  private static final double TOLERANCE = 1e-11;

  private ShownValue() {}

  /** The text of what a destination shows. */
  static String of(JsonNode shown) {
    if (isBlank(shown)) {
      return "";
    }
    if (shown.isBigDecimal() || shown.isFloatingPointNumber()) {
      return '=' + shown.decimalValue().toPlainString();
    }
    return '=' + (shown.isContainerNode() ? Json.write(shown) : shown.asText());
  }

  static boolean isBlank(JsonNode shown) {
    return shown == null
        || shown.isMissingNode()
        || shown.isNull()
        || (shown.isTextual() && shown.textValue().isEmpty());
  }

  /** Whether both are the same value of a type, however written. */
  static boolean same(String left, String right, ColumnType type) {
    if (left.length() < 2 || right.length() < 2) {
      return left.length() < 2 && right.length() < 2;
    }
    String a = left.substring(1);
    String b = right.substring(1);
    if (a.equals(b)) {
      return true;
    }
    return switch (type.kind()) {
      case INTEGER, DECIMAL -> number(a).isPresent() && sameNumber(number(a), number(b), 0);
      case FLOAT -> number(a).isPresent() && sameNumber(number(a), number(b), TOLERANCE);
      case BOOLEAN -> a.equalsIgnoreCase(b);
      case TIMESTAMP, TIMESTAMP_TZ, DATE -> time(a).isPresent() && time(a).equals(time(b));
      case JSON -> sameTree(a, b);
      case TEXT, BINARY -> false;
    };
  }

  /**
   * Whether what is shown may be the same value after a vendor has trimmed, rounded or cut it.
   *
   * @param sent what we may have sent
   */
  static boolean mayComeFrom(String shown, String sent, ColumnType type) {
    if (same(shown, sent, type)) {
      return true;
    }
    if (shown.length() < 2 || sent.length() < 2) {
      return shown.substring(Math.min(1, shown.length())).isBlank()
          && sent.substring(Math.min(1, sent.length())).isBlank();
    }
    String theirs = shown.substring(1).strip();
    String ours = sent.substring(1).strip();
    return switch (type.kind()) {
      case INTEGER, DECIMAL, FLOAT -> isRounded(number(theirs), number(ours));
      case TIMESTAMP, TIMESTAMP_TZ, DATE -> isCut(time(theirs), time(ours));
      default -> plain(theirs).equalsIgnoreCase(plain(ours));
    };
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static boolean isRounded(Optional<BigDecimal> shown, Optional<BigDecimal> sent) {
    if (shown.isEmpty() || sent.isEmpty()) {
      return false;
    }
    int scale = Math.max(0, shown.get().stripTrailingZeros().scale());
    for (RoundingMode mode :
        List.of(RoundingMode.HALF_UP, RoundingMode.HALF_EVEN, RoundingMode.DOWN)) {
      if (sent.get().setScale(scale, mode).compareTo(shown.get()) == 0) {
        return true;
      }
    }
    return sameNumber(shown, sent, TOLERANCE);
  }

  private static boolean isCut(Optional<Instant> shown, Optional<Instant> sent) {
    if (shown.isEmpty() || sent.isEmpty()) {
      return false;
    }
    return List.of(ChronoUnit.SECONDS, ChronoUnit.MINUTES, ChronoUnit.DAYS).stream()
        .anyMatch(unit -> sent.get().truncatedTo(unit).equals(shown.get()));
  }

  private static boolean sameNumber(
      Optional<BigDecimal> left, Optional<BigDecimal> right, double tolerance) {
    if (left.isEmpty() || right.isEmpty()) {
      return false;
    }
    if (left.get().compareTo(right.get()) == 0) {
      return true;
    }
    BigDecimal most = left.get().abs().max(right.get().abs());
    return tolerance > 0
        && left.get()
                .subtract(right.get())
                .abs()
                .compareTo(most.multiply(BigDecimal.valueOf(tolerance)))
            < 0;
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A time as vendors write it; without a zone in UTC. */
  static Optional<Instant> time(String text) {
    String iso = text.strip().replace(' ', 'T').replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2");
    try {
      if (iso.length() == 10) {
        return Optional.of(LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      Instant time =
          iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      // What we send has milliseconds.
      return Optional.of(time.truncatedTo(ChronoUnit.MILLIS));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean sameTree(String left, String right) {
    try {
      return Json.read(left).equals(ShownValue::compareNumbers, Json.read(right));
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** 0 where two nodes are one number, however written, or equal otherwise. */
  private static int compareNumbers(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue());
    }
    return left.equals(right) ? 0 : 1;
  }

  /** Whether the state's column of this type can take what is shown. */
  static boolean fits(JsonNode shown, ColumnType type) {
    if (shown.isNull()) {
      return true;
    }
    String text = shown.isContainerNode() ? "" : shown.asText();
    return switch (type.kind()) {
      case TEXT -> !type.name().equalsIgnoreCase("uuid") && !shown.isContainerNode();
      case JSON -> true;
      case BOOLEAN -> shown.isBoolean();
      case INTEGER ->
          number(text)
              .filter(n -> n.stripTrailingZeros().scale() <= 0)
              .filter(n -> n.toBigInteger().bitLength() < bits(type.name()))
              .isPresent();
      case DECIMAL -> number(text).filter(n -> fitsDecimal(n, type.name())).isPresent();
      case FLOAT -> number(text).isPresent();
      case DATE -> text.matches("\\d{4}-\\d\\d-\\d\\d") && time(text).isPresent();
      case TIMESTAMP, TIMESTAMP_TZ -> time(text).isPresent();
      case BINARY -> false;
    };
  }

  private static int bits(String type) {
    return switch (type.toLowerCase(java.util.Locale.ROOT)) {
      case "tinyint" -> 8;
      case "utinyint", "smallint", "int2" -> 16;
      case "usmallint", "integer", "int4" -> 32;
      case "uinteger", "bigint", "int8" -> 64;
      default -> 100;
    };
  }

  /** {@code DECIMAL(p,s)} takes p - s digits before the point; without numbers it takes any. */
  private static boolean fitsDecimal(BigDecimal number, String type) {
    java.util.regex.Matcher digits =
        java.util.regex.Pattern.compile("\\((\\d+),\\s*(\\d+)\\)").matcher(type);
    if (!digits.find()) {
      return true;
    }
    int before = Integer.parseInt(digits.group(1)) - Integer.parseInt(digits.group(2));
    return number.precision() - number.scale() < before || number.signum() == 0;
  }
}
