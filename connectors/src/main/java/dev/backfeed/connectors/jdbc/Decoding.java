package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.connectors.http.Json;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Base64;
import java.util.Locale;

/** Takes what a column holds to JSON in the form in which values travel: {@link Encoding} back. */
final class Decoding {
  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final Database database;

  Decoding(Database database) {
    this.database = database;
  }

  /**
   * What to select of a column.
   *
   * @param quoted its name
   */
  String expression(Column column, String quoted) {
    boolean list = column.kind() == Column.Kind.ARRAY;
    if (list && (database == Database.POSTGRESQL || database == Database.DUCKDB)) {
      return "CAST(to_json(" + quoted + ") AS TEXT)";
    }
    return column.kind() == Column.Kind.BINARY && database == Database.DUCKDB
        ? "to_base64(" + quoted + ")"
        : quoted;
  }

  /** The value at a place of a row. */
  JsonNode value(ResultSet row, int place, Column column) throws SQLException {
    String text =
        column.kind() == Column.Kind.BINARY && database != Database.DUCKDB
            ? base64(row.getBytes(place))
            : row.getString(place);
    if (text == null) {
      return NullNode.instance;
    }
    return switch (column.kind()) {
      case INTEGER, DECIMAL, FLOAT -> number(text);
      case BOOLEAN -> BooleanNode.valueOf(row.getBoolean(place));
      case DATE -> TextNode.valueOf(text.length() > 10 ? text.substring(0, 10) : text);
      case TIMESTAMP -> time(zoneless(row, place, text));
      case TIMESTAMP_TZ -> time(row.getObject(place, OffsetDateTime.class).toString());
      case JSON, ARRAY -> Json.parse(text).orElseGet(() -> TextNode.valueOf(text));
      case TEXT, BINARY, OTHER -> TextNode.valueOf(text);
    };
  }

  /** Drivers that write times by the zone of this machine are asked for them without one. */
  private String zoneless(ResultSet row, int place, String text) throws SQLException {
    boolean byType = database == Database.POSTGRESQL || database == Database.DUCKDB;
    return byType ? row.getObject(place, LocalDateTime.class).toString() : text;
  }

  private static JsonNode number(String text) {
    try {
      return DecimalNode.valueOf(new BigDecimal(text));
    } catch (NumberFormatException e) {
      // NaN, or anything at all on SQLite.
      return TextNode.valueOf(text);
    }
  }

  private static JsonNode time(String text) {
    String iso = text.replace(' ', 'T');
    try {
      return TextNode.valueOf(MILLISECONDS.format(instant(iso)));
    } catch (DateTimeException e) {
      return TextNode.valueOf(text);
    }
  }

  private static Instant instant(String iso) {
    try {
      return OffsetDateTime.parse(iso).toInstant();
    } catch (DateTimeException e) {
      return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
