package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/**
 * Changes of definitions: in the user's transaction where one is open, else in one of their own.
 * One client changes definitions at a time; another is told so at once.
 */
final class Definitions {
  private Definitions() {}

  /** Makes the schema where it is missing and does the work in one transaction. */
  static void change(RunEnvironment environment, Execution execution, Warehouse.Work<Void> work)
      throws SQLException {
    environment.schema().ensure();
    Warehouse warehouse = environment.work();
    try {
      if (inTextTransaction(warehouse)) {
        one(warehouse);
        work.run();
      } else {
        warehouse.transaction(
            () -> {
              one(warehouse);
              return work.run();
            });
      }
    } catch (SQLException e) {
      if (!(e instanceof StatementException) && warehouse.dialect().isConflict(e)) {
        throw new StatementException(
            SqlState.IN_USE, "another client is changing definitions at this moment: try again", e);
      }
      throw e;
    }
  }

  /** A transaction that was begun by text, in autocommit mode. */
  static boolean inTextTransaction(Warehouse warehouse) throws SQLException {
    return warehouse.connection().getAutoCommit()
        && warehouse.dialect().inTransaction(warehouse.connection());
  }

  /** The row that all changes of definitions write: a second one conflicts. */
  private static void one(Warehouse warehouse) throws SQLException {
    warehouse.run(Sql.of("UPDATE {} SET version = version", warehouse.table("schema_version")));
  }
}
