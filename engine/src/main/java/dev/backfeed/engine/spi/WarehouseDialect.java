package dev.backfeed.engine.spi;

import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * What differs between warehouses: types, expressions, bulk loading, sessions. The statements
 * themselves (diff, plan, merge) are the same everywhere and are put together from these pieces.
 * Keeps no state; safe for use by several threads.
 */
public interface WarehouseDialect extends Sql.Quoting {
  /** Short lower-case name: {@code duckdb}. */
  String name();

  /** The database our schema lies in, to qualify names with; empty text where names need none. */
  String homeDatabase(Connection keeper) throws SQLException;

  /** How a name is stored when it is written without quotes. */
  String fold(String name);

  // --- types -------------------------------------------------------------------------------

  /** The type a query's column is kept and compared in. */
  ColumnType columnType(ResultSetMetaData query, int column) throws SQLException;

  /** Whether every value of one type survives a cast to the other and compares the same. */
  boolean widens(ColumnType from, ColumnType to);

  /** The type for JSON documents in our own tables. */
  Sql jsonType();

  /** The time now by the warehouse's clock, also within a transaction that began long ago. */
  Sql clock();

  /** Whether indexes speed up the merge; where they do, our tables get them. */
  boolean hasIndexes();

  // --- expressions -------------------------------------------------------------------------

  /** A query's column, cast to the type it is kept in. */
  Sql cast(Sql column, ColumnType type);

  /**
   * A 64-bit hash of typed columns; equal values give equal hashes, floats within tolerance too.
   */
  Sql hash(List<Sql> columns, List<ColumnType> types);

  /**
   * A 64-bit hash of a row for sums over rows: whatever rows swap among themselves, the sum shows
   * it. So it must not be linear in any column, as hashes of several columns often are.
   *
   * @param key the {@link #hash} of the row's key
   * @param columns the others
   */
  Sql rowHash(Sql key, List<Sql> columns, List<ColumnType> types);

  /** Into how many buckets the rows of a state are digested: a power of two. */
  int digestBuckets();

  /** Whether two values of a type differ; null equals null. */
  Sql differs(Sql left, Sql right, ColumnType type);

  /** Whether a value cannot travel (NaN, infinity); null for a type that has no such values. */
  Sql unsendable(Sql value, ColumnType type);

  /**
   * A value as the text that is sent: every digit of a decimal, ISO 8601 in UTC with milliseconds,
   * Base64, JSON.
   *
   * @param zone where a timestamp without zone is meant
   */
  Sql text(Sql value, ColumnType type, String zone);

  /** A key value as canonical text: decimals without trailing zeros. */
  Sql keyText(Sql value, ColumnType type, String zone);

  /** Texts (or nulls) as one JSON array, as text. */
  Sql textArray(List<Sql> texts);

  /** A JSON text as a value of {@link #jsonType()}. */
  Sql toJson(Sql text);

  /**
   * A relation from a JSON array of objects: one row an object, one text column a name.
   *
   * @param json the array as text
   */
  Sql jsonRows(Sql json, List<String> columns);

  /** A point in time plus a number of seconds (an expression of a floating type). */
  Sql plusSeconds(Sql time, Sql seconds);

  /**
   * An expression or a column definition of a key's type, made to compare by bytes and not by a
   * collation's idea of equality.
   */
  Sql binary(Sql expression, ColumnType type);

  /**
   * What ends a subquery whose expressions the planner is not to copy into the query around it;
   * empty where planners do no such thing.
   */
  Sql fence();

  // --- catalog -----------------------------------------------------------------------------

  /**
   * The relations that a name in a query means, one row a column and in order: {@code kind} (table
   * or view), {@code database}, {@code schema}, {@code name}, {@code definition} of a view where it
   * can be read, {@code column_name}. Several relations where it cannot be told which is meant.
   *
   * @param name one to three parts, outermost first
   * @param within database, schema and name of the view in whose definition the name stands; empty
   *     for none
   */
  Sql relations(List<String> name, List<String> within);

  /** The names, in lower case, of functions that users of the warehouse have written in SQL. */
  Sql userFunctions();

  // --- statements --------------------------------------------------------------------------

  /** {@code CREATE TEMP TABLE} for the time of a transaction, from a query. */
  Sql createTemporary(Sql name, Sql query);

  /** Whether a temporary table must be dropped by hand before the transaction ends. */
  boolean dropsTemporary();

  /** How often the answers of a run are written; each time is one transaction. */
  CheckpointPace checkpointPace();

  /**
   * Whichever comes first.
   *
   * @param rows answers
   * @param time since the last one
   */
  record CheckpointPace(int rows, Duration time) {}

  /** {@code ALTER TABLE … ALTER COLUMN … TYPE …}. */
  Sql changeType(Sql table, Sql column, Sql type);

  /**
   * Takes the lock on rows for the rest of the transaction, at once or not at all; fails with a
   * {@linkplain #isConflict conflict} if another transaction holds it.
   *
   * @param column a number, which is moved where rows cannot be locked without writing to them
   * @param condition which rows
   */
  Sql lock(Sql table, Sql column, Sql condition);

  /** Loads rows in bulk within the open transaction, whose first statement was another. */
  void loadLog(Connection work, String database, String schema, List<LogRow> rows)
      throws SQLException;

  // --- sessions ----------------------------------------------------------------------------

  /** Whether the user has a transaction open on this connection; never begins one itself. */
  boolean inTransaction(Connection work) throws SQLException;

  /** Whether a failed statement can be undone within a transaction. */
  boolean hasSavepoints();

  /** Whether the error means that another transaction got there first. */
  boolean isConflict(SQLException e);

  /** The present context of a connection. */
  SessionContext session(Connection connection) throws SQLException;

  /** Sets a context on the connection. */
  void apply(Connection connection, SessionContext context) throws SQLException;

  /**
   * What identifies this connection's life to others, for {@link #alive}; empty text for nothing.
   */
  String backend(Connection work) throws SQLException;

  /** Whether several processes can write at once, so that leases expire and are renewed. */
  boolean hasSeveralProcesses();

  /**
   * Whether the owner of a lease is known to live or to be dead.
   *
   * @param backend what {@link #backend} gave when the lease was taken
   * @param heldHere whether this very process says it still holds the lease
   * @return {@code TRUE} or {@code FALSE} where it can be told, null where only the expiry tells
   */
  Boolean alive(Connection connection, String backend, boolean heldHere) throws SQLException;
}
