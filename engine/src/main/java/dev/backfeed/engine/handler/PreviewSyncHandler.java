package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.Preview;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.PreviewSync;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;

/** The rows that SYNC NOW would send. Evaluates the query once, changes nothing. */
final class PreviewSyncHandler implements Handler<PreviewSync> {
  /** Rows that are shown where nothing is said. */
  static final long ROWS = 100;

  @Override
  public Result handle(PreviewSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    return new DryRun(environment)
        .compared(
            sync,
            Scope.CHANGES,
            execution,
            (planner, target, spec, baseline) -> {
              if (baseline) {
                return new Result(
                    command.shape(),
                    List.of(),
                    0,
                    List.of(new SQLWarning("a run " + DryRun.RECORDS, SqlState.WARNING)));
              }
              Preview.Rows rows =
                  new Preview(environment.work(), sync, target, spec)
                      .ofQuery(planner.asQuery(spec), command.limit().orElse(ROWS));
              return Result.rows(
                  command.shape(),
                  ObjectCheck.ask(environment, execution, target, sync.definition(), rows::told));
            });
  }
}
