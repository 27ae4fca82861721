package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Our schema in the warehouse: made by the first statement that stores something, migrated by
 * version, never by merely connecting. Not safe for several threads.
 */
public final class Schema {
  /**
   * Whether a row {@code r} of {@code sync_runs} came to a complete end: nothing was left for a
   * later run but rows that failed.
   */
  public static final Sql COMPLETE =
      Sql.of("(r.status = 'succeeded' OR (r.status = 'partial' AND r.deferred = 0))");

  private static final int ATTEMPTS = 8;
  private static final long PAUSE_NANOS = 50_000_000L;

  private final Warehouse warehouse;
  private boolean current;

  public Schema(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * Whether our tables are there, in this version.
   *
   * @throws SQLException {@code XB005} if they are newer than this version knows
   */
  public boolean exists() throws SQLException {
    return current || version() == SchemaVersions.LATEST;
  }

  /**
   * Makes the tables or brings them up to date: in the user's transaction where one is open, so
   * that they roll back with it. Another client may do the same at this moment; the loser of that
   * race looks again.
   */
  public void ensure() throws SQLException {
    for (int attempt = 1; !current; attempt++) {
      int version = version();
      if (version == SchemaVersions.LATEST) {
        return;
      }
      if (inTransaction()) {
        migrate(version);
        return;
      }
      try {
        warehouse.transaction(
            () -> {
              migrate(version);
              return null;
            });
      } catch (SQLException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        // Whoever is first has to commit before it can be seen.
        LockSupport.parkNanos(attempt * PAUSE_NANOS);
      }
    }
  }

  private boolean inTransaction() throws SQLException {
    return !warehouse.connection().getAutoCommit()
        || warehouse.dialect().inTransaction(warehouse.connection());
  }

  private void migrate(int from) throws SQLException {
    if (!schemaThere()) {
      warehouse.run(Sql.of("CREATE SCHEMA IF NOT EXISTS {}", warehouse.schemaName()));
    }
    for (int version = from + 1; version <= SchemaVersions.LATEST; version++) {
      for (Sql statement : SchemaVersions.statements(warehouse, version)) {
        warehouse.run(statement);
      }
      warehouse.run(
          Sql.of(
              "INSERT INTO {} VALUES ({}, CURRENT_TIMESTAMP, 0)",
              warehouse.table("schema_version"),
              Sql.number(version)));
    }
  }

  /** Whoever may write to a schema that was made for them may not make one. */
  private boolean schemaThere() throws SQLException {
    return warehouse
        .queryOne(
            Sql.of(
                "SELECT 1 FROM information_schema.schemata WHERE schema_name = {}{}",
                Sql.bind(warehouse.schema()),
                inDatabase(Sql.of("catalog_name"))),
            row -> true)
        .isPresent();
  }

  private Sql inDatabase(Sql column) {
    return warehouse.database().isEmpty()
        ? Sql.EMPTY
        : Sql.of(" AND {} = {}", column, Sql.bind(warehouse.database()));
  }

  private int version() throws SQLException {
    List<String> tables =
        warehouse.query(
            Sql.of(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = {} AND"
                    + " table_name = 'schema_version'{}",
                Sql.bind(warehouse.schema()),
                inDatabase(Sql.of("table_catalog"))),
            row -> row.getString(1));
    if (tables.isEmpty()) {
      return 0;
    }
    int version =
        (int)
            warehouse.number(
                Sql.of("SELECT MAX(version) FROM {}", warehouse.table("schema_version")));
    if (version > SchemaVersions.LATEST) {
      throw new StatementException(
          SqlState.NEWER_SCHEMA,
          "schema \""
              + warehouse.schema()
              + "\" has version "
              + version
              + ", this Backfeed knows versions up to "
              + SchemaVersions.LATEST
              + ": use the newer Backfeed");
    }
    // What a transaction has made may be gone when it ends.
    current = version == SchemaVersions.LATEST && !inTransaction();
    return version;
  }
}
