package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.ResetSync;
import java.sql.SQLException;

/** Forgets what the destination holds: the next run is a first run. Gives the rows forgotten. */
final class ResetSyncHandler implements Handler<ResetSync> {
  @Override
  public Result handle(ResetSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    RunSession.refuseOpenTransaction(environment.work(), execution);
    long[] rows = new long[1];
    Definitions.change(
        environment,
        () -> {
          new Leases(environment.work()).lock(sync, environment.now());
          rows[0] = reset(sync, environment.work());
          return null;
        });
    return Result.count(rows[0]);
  }

  /** Within a transaction that has the lock on the control row. */
  static long reset(StoredSync sync, Warehouse work) throws SQLException {
    long rows = new StateTable(work).clear(sync);
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {}", work.table("row_notes"), Sql.bind(sync.syncId())));
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {}",
            work.table("sync_verifications"),
            Sql.bind(sync.syncId())));
    work.run(
        Sql.of(
            "UPDATE {} SET epoch = epoch + 1, rows_in_state = 0, populated_by = NULL,"
                + " watermark = NULL, reconciled_at = NULL WHERE sync_id = {}",
            work.table("control"),
            Sql.bind(sync.syncId())));
    return rows;
  }
}
