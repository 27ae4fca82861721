package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Encodes the rows of one batch, before anything is sent. */
final class RowReader {
  private final Table table;
  private final Encoding encoding;
  private final Operation operation;

  /** Columns by field name, looked up once a batch rather than once a row. */
  private final Map<String, Column> known = new HashMap<>();

  RowReader(Table table, Encoding encoding, Operation operation) {
    this.table = table;
    this.encoding = encoding;
    this.operation = operation;
  }

  /**
   * What came of a batch.
   *
   * @param rows those that fit, in the order of their keys: two writers that lock in one order do
   *     not wait for each other in a ring
   * @param unfit outcomes of those that do not
   */
  record Encoded(List<Row> rows, List<Outcome> unfit) {}

  Encoded read(List<Change> changes) {
    List<Row> rows = new ArrayList<>();
    List<Outcome> unfit = new ArrayList<>();
    for (Change change : changes) {
      try {
        rows.add(row(change));
      } catch (Encoding.UnfitValue e) {
        unfit.add(Outcome.failed(change.index(), new RowError("VALUE", "", e.getMessage())));
      }
    }
    rows.sort(Comparator.comparing(r -> r.change().recordKey()));
    return new Encoded(rows, unfit);
  }

  private Row row(Change change) throws Encoding.UnfitValue {
    List<Column> key = columns(change.key());
    List<Optional<Object>> keyValues = values(change.key(), key);
    for (int i = 0; i < key.size(); i++) {
      if (keyValues.get(i).isEmpty()) {
        throw new Encoding.UnfitValue(key.get(i), "is the key and cannot be null");
      }
    }
    if (operation == Operation.DELETE) {
      return new Row(change, key, List.of(), keyValues, List.of());
    }
    List<Column> fields = columns(change.fields());
    return new Row(change, key, fields, keyValues, values(change.fields(), fields));
  }

  private List<Column> columns(ObjectNode node) {
    List<Column> columns = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      columns.add(known.computeIfAbsent(field.getKey(), table::column));
    }
    return columns;
  }

  private List<Optional<Object>> values(ObjectNode node, List<Column> columns)
      throws Encoding.UnfitValue {
    List<Optional<Object>> values = new ArrayList<>();
    int i = 0;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      values.add(encoding.encode(columns.get(i++), field.getValue()));
    }
    return values;
  }
}
