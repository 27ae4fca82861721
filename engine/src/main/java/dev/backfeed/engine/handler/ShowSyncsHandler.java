package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.ShowSyncs;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;

/** Lists syncs by name, with the last run of each. */
final class ShowSyncsHandler implements Handler<ShowSyncs> {
  @Override
  public Result handle(ShowSyncs command, RunEnvironment environment, Execution execution)
      throws SQLException {
    if (!environment.schema().exists()) {
      return Result.rows(command.shape(), List.of());
    }
    Warehouse work = environment.work();
    List<List<Object>> rows =
        work.query(
            Sql.of(
                "SELECT s.name, s.destination, s.object, s.mode, s.schedule, s.paused, s.tags,"
                    + " t.last_status, r.started_at, t.rows_in_state FROM {} s LEFT JOIN {} t ON"
                    + " t.sync = s.name LEFT JOIN {} r ON r.run_id = t.last_attempted_run ORDER BY"
                    + " lower(s.name)",
                work.table("syncs"),
                work.table("sync_state"),
                work.table("sync_runs")),
            row ->
                Arrays.asList(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getBoolean(6),
                    row.getString(7),
                    row.getString(8),
                    row.getObject(9, OffsetDateTime.class),
                    row.getLong(10)));
    return Result.rows(
        command.shape(),
        rows.stream().filter(r -> Like.matching(command.like()).test((String) r.get(0))).toList());
  }
}
