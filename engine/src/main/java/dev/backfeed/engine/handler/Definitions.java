package dev.backfeed.engine.handler;

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

  /**
   * Makes the schema where it is missing and does the work in one transaction.
   *
   * @throws StatementException {@code 55006} if another client is changing definitions
   */
  static void change(RunEnvironment environment, Warehouse.Work<Void> work) throws SQLException {
    Warehouse warehouse = environment.work();
    flags(
        environment,
        () -> {
          warehouse.run(
              warehouse
                  .dialect()
                  .lock(
                      warehouse.table("schema_version"), Sql.of("changes"), Sql.of("version > 0")));
          return work.run();
        });
  }

  /** The same for flags that must be set whatever else is going on: the kill switch. */
  static void flags(RunEnvironment environment, Warehouse.Work<Void> work) throws SQLException {
    environment.schema().ensure();
    Warehouse warehouse = environment.work();
    try {
      warehouse.usersTransaction(work);
    } catch (SQLException e) {
      if (!(e instanceof StatementException) && warehouse.dialect().isConflict(e)) {
        throw new StatementException(
            SqlState.IN_USE,
            "another client is changing the same definitions at this moment: try again",
            e);
      }
      throw e;
    }
  }
}
