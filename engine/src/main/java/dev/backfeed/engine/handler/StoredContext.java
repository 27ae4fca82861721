package dev.backfeed.engine.handler;

import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;

/** Work in the session that a stored query was written in, without a run. */
final class StoredContext {
  private StoredContext() {}

  /** Does the work with the session's settings as they were stored, and sets them back. */
  static <T> T in(SessionContext stored, Warehouse work, Warehouse.Work<T> what)
      throws SQLException {
    SessionContext present = work.dialect().session(work.connection());
    try {
      work.dialect().apply(work.connection(), stored);
      return what.run();
    } finally {
      // Within an aborted transaction nothing can be set; its ROLLBACK restores the session.
      if (work.connection().getAutoCommit() || !work.dialect().hasSavepoints()) {
        work.dialect().apply(work.connection(), present);
      }
    }
  }
}
