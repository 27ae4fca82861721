package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.handler.SyncChecks.Checked;
import dev.backfeed.engine.handler.SyncChecks.Finding;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Optional;

/** Checks a definition against warehouse and destination and stores it, or a new version of it. */
final class CreateSyncHandler implements Handler<CreateSync> {
  @Override
  public Result handle(CreateSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Optional<StoredSync> before = replaced(command, environment);
    if (before.isPresent() && command.ifNotExists()) {
      return Result.count(0);
    }
    Checked checked = new SyncChecks(environment, execution).check(command, before);
    Warehouse work = environment.work();
    new SyncStore(environment)
        .store(command, checked, work.dialect().session(work.connection()), before);
    return new Result(command.shape(), List.of(), 0, warnings(checked));
  }

  /**
   * The sync of that name, which the statement replaces or leaves alone.
   *
   * @throws StatementException {@code 42710} if it says neither
   */
  static Optional<StoredSync> replaced(CreateSync command, RunEnvironment environment)
      throws SQLException {
    Optional<StoredSync> before = environment.syncs().find(command.definition().name().text());
    if (before.isPresent() && !command.orReplace() && !command.ifNotExists()) {
      throw new StatementException(
          SqlState.DUPLICATE_OBJECT,
          "sync \""
              + before.get().name()
              + "\" exists already: write CREATE OR REPLACE, or IF NOT EXISTS",
          command.definition().name().position());
    }
    return before;
  }

  static List<SQLWarning> warnings(Checked checked) {
    return checked.warnings().stream()
        .map(Finding::message)
        .map(message -> new SQLWarning(message, SqlState.WARNING))
        .toList();
  }
}
