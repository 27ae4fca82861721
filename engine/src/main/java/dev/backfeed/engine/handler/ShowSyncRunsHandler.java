package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.ShowSyncRuns;
import dev.backfeed.parser.command.Shape;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Lists runs, the newest first. */
final class ShowSyncRunsHandler implements Handler<ShowSyncRuns> {
  private static final int MOST = 100;

  @Override
  public Result handle(ShowSyncRuns command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Sql which =
        command.sync().isPresent()
            ? Sql.of(
                " WHERE sync_id = {}",
                Sql.bind(environment.syncs().get(command.sync().get()).syncId()))
            : Sql.EMPTY;
    if (!environment.schema().exists()) {
      return Result.rows(command.shape(), List.of());
    }
    Warehouse work = environment.work();
    List<Sql> columns = command.shape().columns().stream().map(c -> Sql.name(c.label())).toList();
    List<List<Object>> rows =
        work.query(
            Sql.of(
                "SELECT {} FROM {}{} ORDER BY run_id DESC{}",
                Sql.join(", ", columns),
                work.table("sync_runs"),
                which,
                command.like().isPresent() ? Sql.EMPTY : Sql.of(" LIMIT {}", Sql.number(MOST))),
            row -> read(row, command.shape()));
    return Result.rows(
        command.shape(),
        rows.stream()
            .filter(r -> Like.matching(command.like()).test((String) r.get(1)))
            .limit(MOST)
            .toList());
  }

  private static List<Object> read(ResultSet row, Shape shape) throws SQLException {
    List<Object> values = new ArrayList<>();
    for (Shape.Column column : shape.columns()) {
      values.add(
          switch (column.type()) {
            case BIGINT -> row.getLong(column.label());
            case TIMESTAMP -> row.getObject(column.label(), OffsetDateTime.class);
            default -> row.getString(column.label());
          });
    }
    return values;
  }
}
