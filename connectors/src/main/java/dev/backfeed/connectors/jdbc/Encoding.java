package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes JSON values to what a column holds, in two steps: {@link #encode} judges the value, once a
 * row; {@link #bind} writes it the database's way, on each attempt. A value that a database would
 * bend in silence (5.5 for an integer column) is refused here instead.
 */
final class Encoding {
  private static final DateTimeFormatter SPACED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

  /** ISO 8601 with milliseconds, the finest that SQLite's own date functions read. */
  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);

  private final Database database;

  Encoding(Database database) {
    this.database = database;
  }

  /** A value that its column cannot hold. */
  static final class UnfitValue extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitValue(Column column, String why) {
      super("column \"" + column.name() + "\" (" + column.typeName() + ") " + why);
    }
  }

  /**
   * Judges a value.
   *
   * @return {@code BigDecimal}, {@code Boolean}, {@code LocalDate}, {@code LocalDateTime} in UTC,
   *     {@code byte[]} or {@code String}; empty for null
   * @throws UnfitValue if the column cannot hold it; the message does not show the value
   */
  Optional<Object> encode(Column column, JsonNode node) throws UnfitValue {
    if (node.isNull() || node.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (column.kind()) {
          case INTEGER -> integer(column, node);
          case DECIMAL, FLOAT -> number(column, node);
          case BOOLEAN -> bool(column, node);
          case DATE -> time(column, node).toLocalDate();
          case TIMESTAMP, TIMESTAMP_TZ -> time(column, node);
          case BINARY -> bytes(column, node);
          case JSON -> node.toString();
          case ARRAY -> list(column, node);
          case TEXT -> text(node);
          case OTHER -> node.isNumber() ? node.decimalValue() : text(node);
        });
  }

  /** Puts an encoded value in its place. */
  void bind(PreparedStatement statement, int place, Column column, Optional<Object> value)
      throws SQLException {
    if (value.isEmpty()) {
      // OTHER leaves the type to PostgreSQL, which takes it from the column.
      statement.setNull(place, database == Database.POSTGRESQL ? Types.OTHER : Types.NULL);
    } else if (value.get() instanceof byte[] bytes) {
      statement.setBytes(place, bytes);
    } else if (database == Database.POSTGRESQL) {
      statement.setObject(place, asText(value.get()), Types.OTHER);
    } else if (database == Database.DUCKDB) {
      statement.setString(place, asText(value.get()));
    } else {
      bindTyped(statement, place, column, value.get());
    }
  }

  private void bindTyped(PreparedStatement statement, int place, Column column, Object value)
      throws SQLException {
    if (value instanceof Boolean flag) {
      statement.setInt(place, flag ? 1 : 0);
    } else if (value instanceof BigDecimal number && database == Database.SQLITE) {
      bindSqliteNumber(statement, place, column, number);
    } else if (value instanceof BigDecimal number) {
      statement.setBigDecimal(place, number);
    } else {
      statement.setString(place, asText(value));
    }
  }

  /** SQLite has 64-bit integers and doubles; a column's affinity takes what else there is. */
  private static void bindSqliteNumber(
      PreparedStatement statement, int place, Column column, BigDecimal number)
      throws SQLException {
    if (column.kind() == Column.Kind.FLOAT) {
      statement.setDouble(place, number.doubleValue());
    } else if (isWhole(number) && number.toBigInteger().bitLength() < Long.SIZE) {
      statement.setLong(place, number.longValueExact());
    } else {
      statement.setString(place, number.toPlainString());
    }
  }

  private String asText(Object value) {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof LocalDateTime time) {
      return switch (database) {
        case MYSQL, MARIADB -> SPACED.format(time);
        case SQLITE -> ISO_MILLIS.format(time);
        case POSTGRESQL, DUCKDB -> ISO.format(time);
      };
    }
    return value.toString();
  }

  private static BigDecimal integer(Column column, JsonNode node) throws UnfitValue {
    BigDecimal number = number(column, node);
    if (!isWhole(number)) {
      throw new UnfitValue(column, "takes whole numbers only");
    }
    BigInteger whole = number.toBigInteger();
    return new BigDecimal(whole);
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  private static BigDecimal number(Column column, JsonNode node) throws UnfitValue {
    BigDecimal number;
    try {
      number =
          node.isBoolean()
              ? (node.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO)
              : new BigDecimal(node.isNumber() ? node.asText() : node.asText().strip());
    } catch (NumberFormatException e) {
      throw new UnfitValue(column, "takes numbers only");
    }
    // Written out, 1e999999999 would be a gigabyte of zeros.
    if (Math.abs((long) number.scale()) > 20_000) {
      throw new UnfitValue(column, "takes no number of that size");
    }
    return number;
  }

  private static Boolean bool(Column column, JsonNode node) throws UnfitValue {
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return switch (node.asText().toLowerCase(Locale.ROOT)) {
      case "true", "t", "1" -> true;
      case "false", "f", "0" -> false;
      default -> throw new UnfitValue(column, "takes true or false only");
    };
  }

  private static LocalDateTime time(Column column, JsonNode node) throws UnfitValue {
    String text = node.asText();
    try {
      if (text.length() <= 10) {
        return LocalDate.parse(text).atStartOfDay();
      }
      return OffsetDateTime.parse(text.replace(' ', 'T'))
          .withOffsetSameInstant(ZoneOffset.UTC)
          .toLocalDateTime();
    } catch (DateTimeException e) {
      return zoneless(column, text);
    }
  }

  private static LocalDateTime zoneless(Column column, String text) throws UnfitValue {
    try {
      return LocalDateTime.parse(text.replace(' ', 'T'));
    } catch (DateTimeException e) {
      throw new UnfitValue(column, "takes ISO 8601 dates and times only");
    }
  }

  private static byte[] bytes(Column column, JsonNode node) throws UnfitValue {
    try {
      return Base64.getDecoder().decode(node.asText());
    } catch (IllegalArgumentException e) {
      throw new UnfitValue(column, "takes Base64 only");
    }
  }

  private static String text(JsonNode node) {
    if (node.isNumber()) {
      return node.decimalValue().toPlainString();
    }
    return node.isContainerNode() ? node.toString() : node.asText();
  }

  private String list(Column column, JsonNode node) throws UnfitValue {
    if (database != Database.POSTGRESQL) {
      return node.toString();
    }
    if (!node.isArray()) {
      throw new UnfitValue(column, "takes lists only");
    }
    StringBuilder literal = new StringBuilder();
    arrayLiteral(node, literal);
    return literal.toString();
  }

  /** PostgreSQL's {@code {"a","b",NULL}}: every element quoted, so that none is a keyword. */
  private static void arrayLiteral(JsonNode array, StringBuilder literal) {
    literal.append('{');
    for (int i = 0; i < array.size(); i++) {
      literal.append(i == 0 ? "" : ",");
      JsonNode element = array.get(i);
      if (element.isArray()) {
        arrayLiteral(element, literal);
      } else if (element.isNull()) {
        literal.append("NULL");
      } else {
        literal
            .append('"')
            .append(text(element).replace("\\", "\\\\").replace("\"", "\\\""))
            .append('"');
      }
    }
    literal.append('}');
  }
}
