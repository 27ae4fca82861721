package dev.backfeed.connectors.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads rows by the values of any columns, many wanted ones to a statement. The database compares,
 * by its own rules, and says which wanted one a row answers.
 */
final class RowFinder {
  /** SQLite joins at most 500 queries into one. */
  private static final int WANTED_PER_STATEMENT = 100;

  private final Table table;
  private final Encoding encoding;
  private final Decoding decoding;
  private final Statements statements;
  private final Optional<Column> modified;
  private final List<List<String>> paths;
  private final List<Column> columns;

  /**
   * @param modified the column that says when a row was changed
   * @param paths what to read; the first step is a column, the others lead into its JSON
   */
  RowFinder(Database database, Table table, Optional<Column> modified, List<List<String>> paths) {
    this.table = table;
    this.encoding = new Encoding(database);
    this.decoding = new Decoding(database);
    this.statements = new Statements(database, table);
    this.modified = modified;
    this.paths = paths;
    Set<Column> read = new LinkedHashSet<>();
    paths.forEach(path -> read.add(table.column(path.get(0))));
    modified.ifPresent(read::add);
    this.columns = List.copyOf(read);
  }

  /** What one wanted row must hold. */
  private record Condition(int index, List<Optional<Object>> values) {}

  List<Found> find(Connection connection, Calls calls, List<Wanted> wanted) throws SQLException {
    Map<List<Column>, List<Condition>> alike = new LinkedHashMap<>();
    for (Wanted each : wanted) {
      List<Column> by = new ArrayList<>();
      each.by().fieldNames().forEachRemaining(f -> by.add(table.column(f)));
      condition(each, by).ifPresent(c -> alike.computeIfAbsent(by, b -> new ArrayList<>()).add(c));
    }
    List<Found> found = new ArrayList<>();
    for (Map.Entry<List<Column>, List<Condition>> group : alike.entrySet()) {
      List<Condition> all = group.getValue();
      for (int i = 0; i < all.size(); i += WANTED_PER_STATEMENT) {
        List<Condition> some = all.subList(i, Math.min(all.size(), i + WANTED_PER_STATEMENT));
        find(connection, calls, group.getKey(), some, found);
      }
    }
    return found;
  }

  /** Empty where no row can fit: a null equals nothing, nor does what a column cannot hold. */
  private Optional<Condition> condition(Wanted wanted, List<Column> by) {
    List<Optional<Object>> values = new ArrayList<>();
    try {
      int i = 0;
      for (JsonNode value : wanted.by()) {
        values.add(encoding.encode(by.get(i++), value));
      }
    } catch (Encoding.UnfitValue e) {
      return Optional.empty();
    }
    return values.isEmpty() || values.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : Optional.of(new Condition(wanted.index(), values));
  }

  private void find(
      Connection connection,
      Calls calls,
      List<Column> by,
      List<Condition> conditions,
      List<Found> found)
      throws SQLException {
    List<String> expressions =
        columns.stream().map(c -> decoding.expression(c, table.quoted(c))).toList();
    String sql =
        statements.select(expressions, by, conditions.stream().map(Condition::index).toList());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int place = 1;
      for (Condition condition : conditions) {
        for (int i = 0; i < by.size(); i++) {
          encoding.bind(statement, place++, by.get(i), condition.values().get(i));
        }
      }
      try (ResultSet rows = calls.make(sql.length(), statement::executeQuery)) {
        while (rows.next()) {
          found.add(found(rows));
        }
      }
    }
  }

  private Found found(ResultSet row) throws SQLException {
    Map<Column, JsonNode> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i), decoding.value(row, i + 2, columns.get(i)));
    }
    ObjectNode fields = Json.object();
    for (List<String> path : paths) {
      JsonNode value = values.get(table.column(path.get(0)));
      ObjectNode parent = fields;
      for (int i = 1; i < path.size(); i++) {
        value = value.path(path.get(i));
        String step = path.get(i - 1);
        parent = parent.has(step) ? (ObjectNode) parent.get(step) : parent.putObject(step);
      }
      parent.set(path.get(path.size() - 1), value.isMissingNode() ? parent.nullNode() : value);
    }
    return new Found(
        row.getInt(1),
        Optional.empty(),
        fields,
        modified.map(values::get).flatMap(RowFinder::time));
  }

  private static Optional<Instant> time(JsonNode value) {
    try {
      return value.isNull() ? Optional.empty() : Optional.of(Instant.parse(value.asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
