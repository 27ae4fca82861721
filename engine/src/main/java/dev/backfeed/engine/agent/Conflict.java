package dev.backfeed.engine.agent;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;

/** A race of several agents for one row. */
final class Conflict {
  private Conflict() {}

  /** Whether the statement has changed the one row it is about, before any other agent could. */
  static boolean won(Warehouse work, Sql update) throws SQLException {
    try {
      return work.run(update) == 1;
    } catch (SQLException e) {
      if (work.dialect().isConflict(e)) {
        return false;
      }
      throw e;
    }
  }
}
