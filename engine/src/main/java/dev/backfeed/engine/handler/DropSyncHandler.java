package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.plan.Backlog;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DigestStatements;
import dev.backfeed.parser.command.Command.DropSync;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Drops a sync with its state; runs, versions and log stay. With KEEP STATE the table and its view
 * stay behind, for whoever wants to look at them.
 */
final class DropSyncHandler implements Handler<DropSync> {
  @Override
  public Result handle(DropSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Optional<StoredSync> found = environment.syncs().find(command.name().text());
    if (found.isEmpty() && command.ifExists()) {
      return Result.count(0);
    }
    StoredSync sync = environment.syncs().get(command.name());
    Definitions.change(
        environment,
        () -> {
          new Leases(environment.work()).lock(sync, environment.now());
          new HeldPlans(environment.work()).supersede(sync, environment.now());
          environment.syncs().delete(sync);
          environment
              .work()
              .run(
                  Sql.of(
                      "DROP TABLE IF EXISTS {}",
                      environment.work().table(DigestStatements.table(sync.stateTable()))));
          new Backlog(environment.work()).drop(sync);
          StateTable state = new StateTable(environment.work());
          if (command.keepState()) {
            state.dropDoubts(sync);
          } else {
            state.drop(sync);
          }
          return null;
        });
    return Result.count(0);
  }
}
