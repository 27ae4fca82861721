package dev.backfeed.connectors.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SQL of writing one table. Identifiers are quoted, values are places; nothing else of a user's
 * enters the text.
 */
final class Statements {
  private final Database database;
  private final Table table;

  Statements(Database database, Table table) {
    this.database = database;
    this.table = table;
  }

  /** An upsert of so many rows; places row by row, key columns first. */
  String upsert(List<Column> key, List<Column> fields, int rows) {
    return insert(key, fields, rows) + database.onConflict(table.quoted(key), table.quoted(fields));
  }

  /** A plain insert of so many rows; places as in {@link #upsert}. */
  String insert(List<Column> key, List<Column> fields, int rows) {
    List<Column> all = new ArrayList<>(key);
    all.addAll(fields);
    String row =
        all.stream().map(database::placeholder).collect(Collectors.joining(", ", "(", ")"));
    return "INSERT INTO "
        + table.name()
        + " ("
        + String.join(", ", table.quoted(all))
        + ") VALUES "
        + String.join(", ", Collections.nCopies(rows, row));
  }

  /**
   * An insert of one row that does nothing where its key is there; places are key, then fields, and
   * where a database cannot name the key in its conflict, the key again.
   */
  String insertIfMissing(List<Column> key, List<Column> fields) {
    if (!database.isMySqlLike()) {
      return insert(key, fields, 1) + database.onConflict(table.quoted(key), List.of());
    }
    List<Column> all = new ArrayList<>(key);
    all.addAll(fields);
    return "INSERT INTO "
        + table.name()
        + " ("
        + String.join(", ", table.quoted(all))
        + ") SELECT "
        + all.stream().map(database::placeholder).collect(Collectors.joining(", "))
        + " FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "
        + table.name()
        + " WHERE "
        + matches(key)
        + ")";
  }

  /** A query of the rows with these values, each with the number of what was asked for. */
  String select(List<String> expressions, List<Column> by, List<Integer> numbers) {
    String rest =
        expressions.stream().map(e -> ", " + e).collect(Collectors.joining())
            + " FROM "
            + table.name()
            + " WHERE "
            + matches(by);
    return numbers.stream()
        .map(n -> "SELECT " + n + rest)
        .collect(Collectors.joining(" UNION ALL "));
  }

  /**
   * An update of one row; places are fields, then key. Without fields it touches the row and
   * changes nothing, which tells whether it is there.
   */
  String update(List<Column> key, List<Column> fields) {
    String first = table.quoted(key.get(0));
    String sets =
        fields.isEmpty()
            ? first + " = " + first
            : fields.stream().map(this::equalsPlace).collect(Collectors.joining(", "));
    return "UPDATE " + table.name() + " SET " + sets + " WHERE " + matches(key);
  }

  /** A delete of so many rows; places row by row. */
  String delete(List<Column> key, int rows) {
    String start = "DELETE FROM " + table.name() + " WHERE ";
    if (key.size() == 1) {
      return start
          + table.quoted(key.get(0))
          + Collections.nCopies(rows, database.placeholder(key.get(0))).stream()
              .collect(Collectors.joining(", ", " IN (", ")"));
    }
    return start
        + Collections.nCopies(rows, matches(key)).stream()
            .collect(Collectors.joining(") OR (", "(", ")"));
  }

  private String matches(List<Column> key) {
    return key.stream().map(this::equalsPlace).collect(Collectors.joining(" AND "));
  }

  private String equalsPlace(Column column) {
    return table.quoted(column) + " = " + database.placeholder(column);
  }
}
