package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.ShowDestinations;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Lists destinations by name. */
final class ShowDestinationsHandler implements Handler<ShowDestinations> {
  @Override
  public Result handle(ShowDestinations command, RunEnvironment environment, Execution execution)
      throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    for (StoredDestination destination : environment.destinations().all()) {
      if (Like.matching(command.like()).test(destination.name())) {
        rows.add(
            List.of(
                destination.name(),
                destination.type(),
                destination.tags(),
                destination.paused(),
                (long) environment.syncs().to(destination.name()).size()));
      }
    }
    return Result.rows(command.shape(), rows);
  }
}
