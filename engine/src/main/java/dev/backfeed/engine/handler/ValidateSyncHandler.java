package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.handler.SyncChecks.Checked;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.Command.ValidateSync;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checks of CREATE SYNC, one row each. Stores nothing. */
final class ValidateSyncHandler implements Handler<ValidateSync> {
  @Override
  public Result handle(ValidateSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    CreateSync create = command.create();
    Optional<StoredSync> before = CreateSyncHandler.replaced(create, environment);
    List<List<Object>> rows = new ArrayList<>();
    rows.add(List.of("name", true, name(create, before)));
    if (before.isPresent() && create.ifNotExists()) {
      return Result.rows(command.shape(), rows);
    }
    Checked checked = new SyncChecks(environment, execution).check(create, before);
    new SyncStore(environment).refuseSharedFields(create, checked, before);
    checked.passed().forEach(found -> rows.add(List.of(found.check(), true, found.message())));
    rows.add(List.of("fields of other syncs", true, "no other sync writes these fields"));
    checked.warnings().forEach(found -> rows.add(List.of(found.check(), false, found.message())));
    return new Result(command.shape(), rows, 0, CreateSyncHandler.warnings(checked));
  }

  private static String name(CreateSync create, Optional<StoredSync> before) {
    String sync = "sync \"" + create.definition().name() + "\" ";
    if (before.isEmpty()) {
      return sync + "would be made";
    }
    return create.ifNotExists()
        ? sync + "exists: nothing would be done"
        : sync + "would be version " + (before.get().version() + 1);
  }
}
