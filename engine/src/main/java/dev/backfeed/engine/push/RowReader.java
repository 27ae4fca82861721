package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns a row of {@link PlanPages} into what a connector is given: texts into JSON values by the
 * column's type, columns into (nested) fields.
 */
final class RowReader {
  private final DiffSpec spec;
  private final boolean whole;
  private final MessageDigest digest;

  /**
   * A reader.
   *
   * @param whole whether all fields are sent, not only those that differ
   */
  RowReader(DiffSpec spec, boolean whole) {
    this.spec = spec;
    this.whole = whole;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads seq, op, record_key, destination_id, attempts, changed, keys, fields, old, superseded,
   * idempotency_key.
   */
  PlannedRow read(ResultSet row) throws SQLException {
    Change.Kind kind = Change.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
    String mask = row.getString(6);
    String values = row.getString(8);
    JsonNode fields = Json.read(values);
    JsonNode oldTexts = row.getString(9) == null ? null : Json.read(row.getString(9));
    boolean everything = whole || mask == null || mask.indexOf('0') < 0;
    ObjectNode all = object(spec.fields(), fields, null);
    String recordKey = row.getString(3);
    return new PlannedRow(
        row.getLong(1),
        row.getString(2),
        kind,
        recordKey,
        object(spec.keys(), Json.read(row.getString(7)), null),
        all,
        everything ? all : object(spec.fields(), fields, mask),
        oldTexts == null
            ? Json.object()
            : object(spec.fields(), oldTexts, everything ? null : mask),
        Optional.ofNullable(row.getString(4)),
        row.getInt(5),
        row.getString(11) == null
            ? digest(
                (kind == Change.Kind.REMOVED ? "remove" : "write")
                    + '\n'
                    + recordKey
                    + '\n'
                    + values)
            : sendable(row.getString(11)),
        everything,
        row.getBoolean(10));
  }

  /**
   * The fields of one row.
   *
   * @param mask one digit a column, {@code 1} for those wanted; null for all
   */
  private static ObjectNode object(List<MappedColumn> columns, JsonNode texts, String mask) {
    ObjectNode object = Json.object();
    for (int i = 0; i < columns.size(); i++) {
      if (mask == null || mask.charAt(i) == '1') {
        put(object, columns.get(i).path(), value(texts.get(i), columns.get(i).type()));
      }
    }
    return object;
  }

  private static void put(ObjectNode object, List<String> path, JsonNode value) {
    ObjectNode parent = object;
    for (String step : path.subList(0, path.size() - 1)) {
      parent = parent.withObjectProperty(step);
    }
    parent.set(path.get(path.size() - 1), value);
  }

  private static JsonNode value(JsonNode node, ColumnType type) {
    if (node == null || node.isNull()) {
      return NullNode.getInstance();
    }
    String text = node.asText();
    return switch (type.kind()) {
      case BOOLEAN -> BooleanNode.valueOf(text.startsWith("t"));
      case INTEGER ->
          text.length() < 19
              ? LongNode.valueOf(Long.parseLong(text))
              : BigIntegerNode.valueOf(new BigInteger(text));
      case DECIMAL, FLOAT -> DecimalNode.valueOf(new BigDecimal(text));
      case JSON -> Json.read(text);
      case TEXT, DATE, TIMESTAMP, TIMESTAMP_TZ, BINARY -> TextNode.valueOf(text);
    };
  }

  /** A user's own key may be of any length and hold what no header can carry. */
  private String sendable(String key) {
    return key.matches("[!-~]{1,64}") ? key : digest(key);
  }

  private String digest(String of) {
    digest.update((spec.syncId() + '\n' + of).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }
}
