package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** One value of a result of ours, in the Java type that a getter asks for. */
final class Cell {
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX");

  private Cell() {}

  /**
   * A value as text; times in UTC with milliseconds.
   *
   * @param value not null
   */
  static String text(Object value) {
    return value instanceof OffsetDateTime time ? ISO.format(utc(time)) : value.toString();
  }

  /**
   * Converts a value.
   *
   * @param value a String, Long, Boolean or OffsetDateTime
   * @param type a wrapper or class, no primitive
   * @throws SQLException {@code 22023} if there is no such value of that type
   */
  static <T> T as(Object value, Class<T> type) throws SQLException {
    try {
      Object converted = convert(value, type);
      if (converted != null) {
        return type.cast(converted);
      }
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw refused(value, type, e);
    }
    throw refused(value, type, null);
  }

  private static Object convert(Object value, Class<?> type) {
    if (type.isInstance(value)) {
      return value;
    } else if (type == String.class) {
      return text(value);
    } else if (type == Boolean.class) {
      return truth(value);
    } else if (Number.class.isAssignableFrom(type)) {
      return number(value, type);
    }
    return value instanceof OffsetDateTime time ? moment(utc(time), type) : null;
  }

  private static Boolean truth(Object value) {
    if (value instanceof Long number) {
      return number != 0;
    }
    return switch (value.toString()) {
      case "true", "t", "1" -> true;
      case "false", "f", "0" -> false;
      default -> null;
    };
  }

  private static Number number(Object value, Class<?> type) {
    if (value instanceof OffsetDateTime) {
      return null;
    }
    BigDecimal number =
        value instanceof Boolean truth
            ? (truth ? BigDecimal.ONE : BigDecimal.ZERO)
            : new BigDecimal(value.toString().trim());
    return type == BigDecimal.class ? number : narrow(number, type);
  }

  private static Number narrow(BigDecimal number, Class<?> type) {
    if (type == Long.class) {
      return number.longValueExact();
    } else if (type == Integer.class) {
      return number.intValueExact();
    } else if (type == Short.class) {
      return number.shortValueExact();
    } else if (type == Byte.class) {
      return number.byteValueExact();
    } else if (type == Double.class) {
      return number.doubleValue();
    } else if (type == Float.class) {
      return number.floatValue();
    }
    return type == java.math.BigInteger.class ? number.toBigIntegerExact() : null;
  }

  /**
   * Zoneless types get the wall clock of the JVM, as JDBC wants; the java.time ones that of UTC.
   */
  private static Object moment(OffsetDateTime time, Class<?> type) {
    Instant instant = time.toInstant();
    if (type == Timestamp.class || type == java.util.Date.class) {
      return Timestamp.from(instant);
    } else if (type == Date.class) {
      return new Date(instant.toEpochMilli());
    } else if (type == Time.class) {
      return new Time(instant.toEpochMilli());
    } else if (type == Instant.class) {
      return instant;
    } else if (type == ZonedDateTime.class) {
      return time.toZonedDateTime();
    } else if (type == LocalDateTime.class) {
      return time.toLocalDateTime();
    } else if (type == LocalDate.class) {
      return time.toLocalDate();
    }
    return type == LocalTime.class ? time.toLocalTime() : null;
  }

  private static OffsetDateTime utc(OffsetDateTime time) {
    return time.withOffsetSameInstant(ZoneOffset.UTC);
  }

  private static SQLException refused(Object value, Class<?> type, Exception cause) {
    return new StatementException(
        SqlState.INVALID_VALUE,
        "the value \"" + text(value) + "\" cannot be read as " + type.getSimpleName(),
        cause);
  }
}
