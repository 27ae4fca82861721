package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.plan.Rekeying;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunReport;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.push.SyncRunner;
import dev.backfeed.engine.push.Undo;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Command.UndoRun;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import java.sql.SQLException;
import java.sql.SQLWarning;

/**
 * Puts back what a run has changed, as far as nobody has changed it since, and pauses the sync. One
 * row for each record that the run wrote.
 */
final class UndoRunHandler implements Handler<UndoRun> {
  @Override
  public Result handle(UndoRun command, RunEnvironment environment, Execution execution)
      throws SQLException {
    if (!command.dryRun()) {
      RunSession.refuseOpenTransaction(environment.work(), execution);
    }
    StoredRun run = StoredRun.find(command.run(), environment);
    StoredSync sync = run.requireSync();
    if (run.status().equals("planning") || run.status().equals("running")) {
      throw run.wrong("it is " + run.status() + ": CANCEL RUN stops it");
    }
    if (sync.definition().mode().appends()) {
      throw run.wrong("sync \"" + sync.name() + "\" appends, and what was appended stays");
    }
    Rekeying.refuse(sync, "UNDO RUN");
    requireSameKey(run, sync, environment);
    Undo undo = new Undo(environment.work(), sync, run.runId(), command.deleteCreated());
    return command.dryRun()
        ? look(command, environment, execution, sync, undo)
        : undo(command, environment, execution, sync, undo);
  }

  /** The log of that run has the keys that records had then. */
  private static void requireSameKey(StoredRun run, StoredSync sync, RunEnvironment environment)
      throws SQLException {
    long version =
        environment
            .work()
            .number(
                Sql.of(
                    "SELECT version FROM {} WHERE run_id = {}",
                    environment.work().table("sync_runs"),
                    Sql.bind(run.runId())));
    if (version == sync.version()) {
      return;
    }
    String text = environment.syncs().text(sync, version, null);
    CreateSync then = (CreateSync) environment.settings().reader().read(text);
    if (!KeyChange.sameKey(then.definition(), sync.definition())) {
      throw run.wrong(
          "the key of sync \"" + sync.name() + "\" has changed since, and its log has the former");
    }
  }

  private static Result look(
      UndoRun command, RunEnvironment environment, Execution execution, StoredSync sync, Undo undo)
      throws SQLException {
    return new DryRun(environment)
        .compared(
            sync,
            Scope.CHANGES,
            execution,
            (planner, target, spec, baseline) -> {
              ObjectCheck.ask(
                  environment,
                  execution,
                  target,
                  sync.definition(),
                  destination -> {
                    undo.look(spec, target, destination);
                    return null;
                  });
              return Result.rows(command.shape(), undo.told(null));
            });
  }

  private static Result undo(
      UndoRun command, RunEnvironment environment, Execution execution, StoredSync sync, Undo undo)
      throws SQLException {
    RunReport report =
        new SyncRunner(environment).run(sync, SyncRunner.Request.of(undo), execution);
    if (report.error().isPresent()) {
      throw report.error().get();
    }
    return new Result(
        command.shape(),
        undo.told(report.runId()),
        report.counters().acknowledged(),
        report.warnings().stream().map(w -> new SQLWarning(w, SqlState.WARNING)).toList());
  }
}
