package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a batch, encoded before anything is sent.
 *
 * @param rows those that fit, in the order of their keys: two writers that lock in one order do not
 *     wait for each other in a ring
 * @param unfit outcomes of those that do not
 */
record RowReader(List<Row> rows, List<Outcome> unfit) {

  static RowReader read(Table table, Encoding encoding, Operation operation, List<Change> changes) {
    List<Row> rows = new ArrayList<>();
    List<Outcome> unfit = new ArrayList<>();
    for (Change change : changes) {
      try {
        rows.add(row(table, encoding, operation, change));
      } catch (Encoding.UnfitValue e) {
        unfit.add(Outcome.failed(change.index(), new RowError("VALUE", "", e.getMessage())));
      }
    }
    rows.sort(Comparator.comparing(r -> r.change().recordKey()));
    return new RowReader(rows, unfit);
  }

  private static Row row(Table table, Encoding encoding, Operation operation, Change change)
      throws Encoding.UnfitValue {
    List<Column> key = columns(table, change.key());
    List<Column> fields =
        operation == Operation.DELETE ? List.of() : columns(table, change.fields());
    List<Optional<Object>> keyValues = values(encoding, change.key(), key);
    for (int i = 0; i < key.size(); i++) {
      if (keyValues.get(i).isEmpty()) {
        throw new Encoding.UnfitValue(key.get(i), "is the key and cannot be null");
      }
    }
    List<Optional<Object>> fieldValues =
        fields.isEmpty() ? List.of() : values(encoding, change.fields(), fields);
    return new Row(change, key, fields, keyValues, fieldValues);
  }

  /** In the order of the node's fields, which the values share. */
  private static List<Column> columns(Table table, ObjectNode node) {
    List<Column> columns = new ArrayList<>();
    node.fieldNames().forEachRemaining(name -> columns.add(table.column(name)));
    return columns;
  }

  private static List<Optional<Object>> values(
      Encoding encoding, ObjectNode node, List<Column> columns) throws Encoding.UnfitValue {
    List<Optional<Object>> values = new ArrayList<>();
    int i = 0;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      values.add(encoding.encode(columns.get(i++), field.getValue()));
    }
    return values;
  }
}
