package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A batch for a person to read: each statement for one row, and a line of values a row. */
final class RequestText {
  private final Statements statements;
  private final Operation operation;
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  RequestText(Statements statements, Operation operation) {
    this.statements = statements;
    this.operation = operation;
  }

  String of(List<Row> rows) {
    rows.forEach(this::add);
    List<String> lines = new ArrayList<>();
    values.forEach(
        (sql, of) -> {
          lines.add(sql);
          lines.addAll(of);
        });
    return String.join("\n", lines);
  }

  private void add(Row row) {
    List<Column> key = row.key();
    boolean part = row.change().known() && !row.change().whole();
    if (operation == Operation.DELETE) {
      add(statements.delete(key, 1), row, true, false);
    } else if (operation == Operation.UPDATE || (operation == Operation.UPSERT && part)) {
      add(statements.update(key, row.fields()), row, false, true);
    } else {
      String sql =
          switch (operation) {
            case INSERT -> statements.insertIfMissing(key, row.fields());
            case APPEND -> statements.insert(key, row.fields(), 1);
            default -> statements.upsert(key, row.fields(), 1);
          };
      add(sql, row, true, true);
    }
  }

  /** Values in the order of the places: key and fields, or fields and key. */
  private void add(String sql, Row row, boolean keyFirst, boolean withFields) {
    Change change = row.change();
    ArrayNode line = Json.array();
    if (keyFirst) {
      change.key().forEach(line::add);
    }
    if (withFields) {
      change.fields().forEach(line::add);
    }
    if (!keyFirst) {
      change.key().forEach(line::add);
    }
    values.computeIfAbsent(sql, s -> new ArrayList<>()).add(Json.text(line));
  }
}
