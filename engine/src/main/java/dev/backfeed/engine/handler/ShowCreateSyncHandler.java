package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.ShowCreateSync;
import java.sql.SQLException;
import java.util.List;

/** Shows the statement that made a sync, as written. */
final class ShowCreateSyncHandler implements Handler<ShowCreateSync> {
  @Override
  public Result handle(ShowCreateSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    String text = environment.syncs().text(environment.syncs().get(command.name()));
    return Result.rows(command.shape(), List.of(List.of(text)));
  }
}
