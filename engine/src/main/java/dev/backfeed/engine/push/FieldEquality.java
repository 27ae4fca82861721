package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.engine.spi.ColumnType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Whether a destination holds the value that it was sent: numbers by their value, floats to eleven
 * digits, times by their instant to the millisecond, JSON by its structure, texts to the letter. A
 * value that the destination keeps in another form (trimmed, rounded, cut) is another value, since
 * only a person can tell whether that is what was meant.
 */
final class FieldEquality {
  private static final BigDecimal TOLERANCE = new BigDecimal("1e-11");

  private FieldEquality() {}

  /**
   * Compares one field.
   *
   * @param ours as it is sent; not Java null
   * @param theirs as it was read; missing counts as null
   */
  static boolean same(JsonNode ours, JsonNode theirs, ColumnType.Kind kind) {
    boolean empty = theirs == null || theirs.isNull() || theirs.isMissingNode();
    if (ours.isNull() || empty) {
      return ours.isNull() && empty;
    }
    return switch (kind) {
      case INTEGER, DECIMAL -> sameNumber(ours, theirs, false);
      case FLOAT -> sameNumber(ours, theirs, true);
      case BOOLEAN -> theirs.asText().equalsIgnoreCase(ours.asText());
      case TIMESTAMP, TIMESTAMP_TZ -> sameTime(ours, theirs);
      case JSON -> sameJson(ours, theirs);
      case TEXT, DATE, BINARY -> theirs.asText().equals(ours.asText());
    };
  }

  private static boolean sameNumber(JsonNode ours, JsonNode theirs, boolean nearly) {
    Optional<BigDecimal> left = number(ours);
    Optional<BigDecimal> right = number(theirs);
    if (left.isEmpty() || right.isEmpty()) {
      return theirs.asText().equals(ours.asText());
    }
    BigDecimal apart = left.get().subtract(right.get()).abs();
    return apart.signum() == 0
        || (nearly
            && apart.compareTo(left.get().abs().max(right.get().abs()).multiply(TOLERANCE)) <= 0);
  }

  private static Optional<BigDecimal> number(JsonNode node) {
    try {
      return Optional.of(
          node.isNumber() ? node.decimalValue() : new BigDecimal(node.asText().strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean sameTime(JsonNode ours, JsonNode theirs) {
    Optional<Instant> left = instant(ours);
    return left.isPresent() ? left.equals(instant(theirs)) : ours.asText().equals(theirs.asText());
  }

  /** Vendors write offsets with and without a colon. */
  private static Optional<Instant> instant(JsonNode node) {
    try {
      String text = node.asText().replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2");
      return Optional.of(OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean sameJson(JsonNode ours, JsonNode theirs) {
    return ours.equals(
        (left, right) ->
            left.isNumber() && right.isNumber() && sameNumber(left, right, false)
                ? 0
                : left.equals(right) ? 0 : 1,
        theirs);
  }
}
