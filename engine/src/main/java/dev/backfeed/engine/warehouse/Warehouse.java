package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection to the warehouse, which runs {@link Sql} and knows where our tables are. As safe
 * for several threads as the connection: not.
 */
public final class Warehouse {
  private final Connection connection;
  private final WarehouseDialect dialect;
  private final String database;
  private final String schema;

  /**
   * @param database the database of the connection's URL, empty text where names need none
   * @param schema the schema of our tables
   */
  public Warehouse(
      Connection connection, WarehouseDialect dialect, String database, String schema) {
    this.connection = connection;
    this.dialect = dialect;
    this.database = database;
    this.schema = schema;
  }

  public Connection connection() {
    return connection;
  }

  public WarehouseDialect dialect() {
    return dialect;
  }

  public String database() {
    return database;
  }

  public String schema() {
    return schema;
  }

  /** Our schema, named in full. */
  public Sql schemaName() {
    return database.isEmpty() ? Sql.name(schema) : Sql.name(database, schema);
  }

  /** One of our tables or views, named in full, so that no search path matters. */
  public Sql table(String name) {
    return database.isEmpty() ? Sql.name(schema, name) : Sql.name(database, schema, name);
  }

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Runs a query to its end. */
  public <T> List<T> query(Sql sql, RowReader<T> reader) throws SQLException {
    List<T> result = new ArrayList<>();
    try (Opened opened = open(sql);
        ResultSet rows = opened.query()) {
      while (rows.next()) {
        result.add(reader.read(rows));
      }
    }
    return result;
  }

  /** Runs a query of at most one row. */
  public <T> Optional<T> queryOne(Sql sql, RowReader<T> reader) throws SQLException {
    List<T> rows = query(sql, reader);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  /** Runs a query of one number. */
  public long number(Sql sql) throws SQLException {
    return queryOne(sql, row -> row.getLong(1)).orElse(0L);
  }

  /** Runs anything; the rows touched, 0 where the driver does not count. */
  public long run(Sql sql) throws SQLException {
    try (Opened opened = open(sql)) {
      return Math.max(0, opened.execute());
    }
  }

  /**
   * Runs an update that says how it found its one row.
   *
   * @return whether it has changed that row; false if another client was faster, whether the
   *     warehouse tells so by a count or by a conflict
   */
  public boolean wins(Sql update) throws SQLException {
    try {
      return run(update) == 1;
    } catch (SQLException e) {
      if (dialect.isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The columns of a query. It is planned and no row of it is asked for: not prepared, because
   * drivers take a {@code ?} in a prepared text for a marker.
   */
  public <T> T describe(String query, MetaDataReader<T> reader) throws SQLException {
    Sql sql = Sql.of("SELECT * FROM {} AS q LIMIT 0", Sql.verbatim(query));
    try (Opened opened = open(sql);
        ResultSet rows = opened.query()) {
      return reader.read(rows.getMetaData());
    }
  }

  /** Reads the columns of a query. */
  @FunctionalInterface
  public interface MetaDataReader<T> {
    T read(ResultSetMetaData metaData) throws SQLException;
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws SQLException;
  }

  /**
   * Does the work in one transaction: an own one where the connection is in autocommit mode, which
   * is rolled back if the work throws; else the one that is open, which stays open.
   */
  public <T> T transaction(Work<T> work) throws SQLException {
    if (!connection.getAutoCommit()) {
      return work.run();
    }
    connection.setAutoCommit(false);
    T result;
    try {
      result = work.run();
      connection.commit();
    } catch (SQLException | RuntimeException | Error e) {
      undo(e);
      throw e;
    }
    connection.setAutoCommit(true);
    return result;
  }

  /** A connection that is gone cannot be rolled back: what went wrong first is what matters. */
  private void undo(Throwable cause) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Does the work in the transaction that the user has open, however it was begun, which stays
   * open; else in one of its own.
   */
  public <T> T usersTransaction(Work<T> work) throws SQLException {
    return inTextTransaction() ? work.run() : transaction(work);
  }

  /** Whether a transaction was begun by text, in autocommit mode. */
  public boolean inTextTransaction() throws SQLException {
    return connection.getAutoCommit() && dialect.inTransaction(connection);
  }

  private Opened open(Sql sql) throws SQLException {
    Sql.Rendered rendered = sql.render(dialect);
    if (rendered.binds().isEmpty()) {
      Statement statement = connection.createStatement();
      statement.setEscapeProcessing(false);
      return new Opened(statement, rendered.text());
    }
    PreparedStatement statement = connection.prepareStatement(rendered.text());
    try {
      for (int i = 0; i < rendered.binds().size(); i++) {
        statement.setObject(i + 1, rendered.binds().get(i));
      }
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
    return new Opened(statement, null);
  }

  private record Opened(Statement statement, String text) implements AutoCloseable {
    ResultSet query() throws SQLException {
      return text == null
          ? ((PreparedStatement) statement).executeQuery()
          : statement.executeQuery(text);
    }

    long execute() throws SQLException {
      boolean rows =
          text == null ? ((PreparedStatement) statement).execute() : statement.execute(text);
      return rows ? 0 : statement.getUpdateCount();
    }

    @Override
    public void close() throws SQLException {
      statement.close();
    }
  }
}
