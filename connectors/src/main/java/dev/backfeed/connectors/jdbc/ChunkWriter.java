package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes rows of one table within one transaction, in as few statements as their shapes allow: a
 * statement for each set of columns, since a field that is absent is not to be touched.
 *
 * <p>A row with all its fields is upserted. One with only the changed fields is an UPDATE of just
 * these, never an INSERT, so that a record that is gone does not come back as a skeleton.
 */
final class ChunkWriter {
  /** A tree of ORs may be 1,000 deep on SQLite (sqlite.org/limits.html). */
  private static final int COMPOSITE_DELETES = 200;

  private final Database database;
  private final Table table;
  private final Encoding encoding;
  private final Statements statements;
  private final int timeoutSeconds;

  ChunkWriter(Database database, Table table, Encoding encoding, int timeoutSeconds) {
    this.database = database;
    this.table = table;
    this.encoding = encoding;
    this.statements = new Statements(database, table);
    this.timeoutSeconds = timeoutSeconds;
  }

  /** Which statement a row needs, and with which columns. */
  private record Form(boolean whole, List<Column> fields) {}

  /** Upserts whole rows and updates the others. */
  List<Outcome> upsert(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    Map<Form, List<Row>> forms = new LinkedHashMap<>();
    for (Row row : rows) {
      Change change = row.change();
      boolean whole = change.whole() || change.kind() == Change.Kind.ADDED;
      forms.computeIfAbsent(new Form(whole, row.fields()), f -> new ArrayList<>()).add(row);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<Form, List<Row>> form : forms.entrySet()) {
      outcomes.addAll(
          form.getKey().whole()
              ? whole(connection, calls, form.getValue())
              : changed(connection, calls, form.getValue()));
    }
    return outcomes;
  }

  /** Updates; a row that is not there is said to be missing. */
  List<Outcome> update(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    table.requireKey(rows.get(0).key());
    List<Outcome> outcomes = new ArrayList<>();
    for (List<Row> alike : byFields(rows)) {
      int[] found = batch(connection, calls, alike, true);
      for (int i = 0; i < found.length; i++) {
        int index = alike.get(i).change().index();
        outcomes.add(found[i] == 0 ? Outcome.missing(index) : Outcome.updated(index, null));
      }
    }
    return outcomes;
  }

  /** Inserts; a row whose key is there already is left as it is. */
  List<Outcome> insert(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    table.requireKey(rows.get(0).key());
    List<Outcome> outcomes = new ArrayList<>();
    for (List<Row> alike : byFields(rows)) {
      int[] made = batch(connection, calls, alike, false);
      for (int i = 0; i < made.length; i++) {
        int index = alike.get(i).change().index();
        outcomes.add(made[i] == 0 ? Outcome.exists(index, null) : Outcome.created(index, null));
      }
    }
    return outcomes;
  }

  private static Collection<List<Row>> byFields(List<Row> rows) {
    Map<List<Column>, List<Row>> shapes = new LinkedHashMap<>();
    rows.forEach(r -> shapes.computeIfAbsent(r.fields(), f -> new ArrayList<>()).add(r));
    return shapes.values();
  }

  /** Inserts; a row that the table does not take beside those it has is an error. */
  List<Outcome> append(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    for (List<Row> alike : byFields(rows)) {
      inserted(connection, calls, alike);
    }
    return rows.stream().map(r -> Outcome.created(r.change().index(), null)).toList();
  }

  /** Deletes; a row that is gone counts as deleted. */
  List<Outcome> delete(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    List<Column> key = rows.get(0).key();
    int most = database.rowsPerStatement(key.size());
    for (List<Row> some : cut(rows, key.size() == 1 ? most : Math.min(most, COMPOSITE_DELETES))) {
      try (PreparedStatement statement = prepare(connection, statements.delete(key, some.size()))) {
        int place = 1;
        for (Row row : some) {
          place = bindKey(statement, place, row);
        }
        calls.make(bytes(some), statement::executeUpdate);
      }
    }
    return rows.stream().map(r -> Outcome.deleted(r.change().index())).toList();
  }

  private List<Outcome> whole(Connection connection, Calls calls, List<Row> rows)
      throws SQLException {
    Row shape = rows.get(0);
    table.requireKey(shape.key());
    List<Column> written = new ArrayList<>(shape.key());
    written.addAll(shape.fields());
    if (database.isMySqlLike() && table.mayCollideElsewhere(shape.key(), written)) {
      return updatedElseInserted(connection, calls, rows);
    }
    for (List<Row> some : cut(rows, database.rowsPerStatement(written.size()))) {
      insert(connection, calls, some, statements.upsert(shape.key(), shape.fields(), some.size()));
    }
    return rows.stream().map(ChunkWriter::asPlanned).toList();
  }

  /**
   * ON DUPLICATE KEY fires on any unique key, and would then change some other row than the one
   * meant. With two statements a collision elsewhere is an error, as it should be.
   */
  private List<Outcome> updatedElseInserted(Connection connection, Calls calls, List<Row> rows)
      throws SQLException {
    int[] found = batch(connection, calls, rows, true);
    List<Outcome> outcomes = new ArrayList<>();
    List<Row> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      Row row = rows.get(i);
      if (found[i] == 0) {
        missing.add(row);
        outcomes.add(Outcome.created(row.change().index(), null));
      } else {
        outcomes.add(Outcome.updated(row.change().index(), null));
      }
    }
    if (!missing.isEmpty()) {
      inserted(connection, calls, missing);
    }
    return outcomes;
  }

  private void inserted(Connection connection, Calls calls, List<Row> rows) throws SQLException {
    Row shape = rows.get(0);
    int binds = shape.key().size() + shape.fields().size();
    for (List<Row> some : cut(rows, database.rowsPerStatement(binds))) {
      insert(connection, calls, some, statements.insert(shape.key(), shape.fields(), some.size()));
    }
  }

  private List<Outcome> changed(Connection connection, Calls calls, List<Row> rows)
      throws SQLException {
    int[] found = batch(connection, calls, rows, true);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      int index = rows.get(i).change().index();
      outcomes.add(
          found[i] == 0
              ? Outcome.vanished(
                  index,
                  new RowError("VANISHED", "", "no row with this key is left in " + table.name()))
              : Outcome.updated(index, null));
    }
    return outcomes;
  }

  private void insert(Connection connection, Calls calls, List<Row> rows, String sql)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql)) {
      int place = 1;
      for (Row row : rows) {
        place = bindFields(statement, bindKey(statement, place, row), row);
      }
      calls.make(bytes(rows), statement::executeUpdate);
    }
  }

  /**
   * Rows found or made by a statement each, one count a row; a driver that does not count has done
   * it.
   *
   * @param updates whether to update, else to insert what is missing
   */
  private int[] batch(Connection connection, Calls calls, List<Row> rows, boolean updates)
      throws SQLException {
    Row shape = rows.get(0);
    String sql =
        updates
            ? statements.update(shape.key(), shape.fields())
            : statements.insertIfMissing(shape.key(), shape.fields());
    int[] found;
    try (PreparedStatement statement = prepare(connection, sql)) {
      for (Row row : rows) {
        if (updates) {
          bindKey(statement, bindFields(statement, 1, row), row);
        } else {
          int place = bindFields(statement, bindKey(statement, 1, row), row);
          if (database.isMySqlLike()) {
            bindKey(statement, place, row);
          }
        }
        statement.addBatch();
      }
      found = calls.make(bytes(rows), statement::executeBatch);
    }
    if (found.length != rows.size()) {
      throw new SQLException(
          "the driver counted %d of %d statements".formatted(found.length, rows.size()));
    }
    for (int i = 0; i < found.length; i++) {
      found[i] = found[i] == Statement.SUCCESS_NO_INFO ? 1 : found[i];
    }
    return found;
  }

  private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    if (!database.isFile()) {
      statement.setQueryTimeout(timeoutSeconds);
    }
    return statement;
  }

  private int bindKey(PreparedStatement statement, int place, Row row) throws SQLException {
    int next = place;
    for (int i = 0; i < row.key().size(); i++) {
      encoding.bind(statement, next++, row.key().get(i), row.keyValues().get(i));
    }
    return next;
  }

  private int bindFields(PreparedStatement statement, int place, Row row) throws SQLException {
    int next = place;
    for (int i = 0; i < row.fields().size(); i++) {
      encoding.bind(statement, next++, row.fields().get(i), row.fieldValues().get(i));
    }
    return next;
  }

  private static Outcome asPlanned(Row row) {
    int index = row.change().index();
    return row.change().kind() == Change.Kind.ADDED
        ? Outcome.created(index, null)
        : Outcome.updated(index, null);
  }

  private static long bytes(List<Row> rows) {
    return rows.stream().mapToLong(Row::bytes).sum();
  }

  private static List<List<Row>> cut(List<Row> rows, int most) {
    List<List<Row>> pieces = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += most) {
      pieces.add(rows.subList(i, Math.min(rows.size(), i + most)));
    }
    return pieces;
  }
}
