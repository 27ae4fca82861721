package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Rekeying;
import dev.backfeed.engine.push.RecordRemoval;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.state.ErasedKey;
import dev.backfeed.parser.command.Command.EraseSync;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Optional;

/**
 * A person's right to be forgotten: one key goes from the destination, if that is asked for, and
 * then from our tables. Gives the rows touched there.
 */
final class EraseSyncHandler implements Handler<EraseSync> {
  @Override
  public Result handle(EraseSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    Rekeying.refuse(sync, "ERASE");
    requireParts(command, sync);
    SyncTarget target = environment.target(sync.definition());
    if (command.andDestination()) {
      requireDeletion(command, sync, target);
    }
    ErasedKey key =
        new ErasedKey(
            environment.work(),
            sync,
            command.key(),
            target.syncOptions().text("time_zone").orElse("UTC"));
    long rows =
        WithLease.run(
            sync,
            environment,
            execution,
            false,
            lease -> {
              if (command.andDestination()) {
                requireFound(command, sync, key);
                RecordRemoval removal =
                    RecordRemoval.of(
                        sync, command.key(), key.recordKey(), key.destinationId(), lease.runId());
                requireDone(removal.send(environment, target, lease, execution), target);
              }
            },
            runId -> key.erase());
    return new Result(
        command.shape(),
        List.of(),
        rows,
        warning(sync, key, environment, execution).stream().toList());
  }

  private static void requireParts(EraseSync command, StoredSync sync) throws StatementException {
    int parts = sync.keys().size();
    if (command.key().size() != parts) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "the key of sync \""
              + sync.name()
              + "\" has "
              + parts
              + (parts == 1 ? " column (" : " columns (")
              + String.join(", ", sync.keys().stream().map(k -> k.field()).toList())
              + "), and "
              + command.key().size()
              + " were given",
          command.keyPosition());
    }
  }

  private static void requireDeletion(EraseSync command, StoredSync sync, SyncTarget target)
      throws StatementException {
    if (sync.definition().mode().appends()
        || !target.manifest().operations().contains(Operation.DELETE)) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          sync.definition().mode().appends()
              ? "what sync \"" + sync.name() + "\" appended cannot be found again"
              : "destination type " + target.manifest().type() + " cannot delete a record",
          command.name().position());
    }
    if (target.destination().paused()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "destination \""
              + target.destination().name()
              + "\" is paused: RESUME DESTINATION "
              + target.destination().name(),
          command.name().position());
    }
  }

  private static void requireFound(EraseSync command, StoredSync sync, ErasedKey key)
      throws SQLException {
    if (key.isElsewhere()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the record is still there under a former key, and its id is not known: SYNC NOW "
              + sync.name()
              + " first",
          command.keyPosition());
    }
  }

  /** Whatever goes wrong there leaves our tables as they are, to be erased by another attempt. */
  private static void requireDone(Optional<String> refused, SyncTarget target)
      throws StatementException {
    if (refused.isPresent()) {
      throw new StatementException(
          SqlState.RUN_FAILED,
          "destination \""
              + target.destination().name()
              + "\" did not delete the record, and nothing was erased: "
              + refused.get());
    }
  }

  /** A row that is still in the query comes back with the next run. */
  private static Optional<SQLWarning> warning(
      StoredSync sync, ErasedKey key, RunEnvironment environment, Execution execution)
      throws SQLException {
    String text;
    try (RunSession session = RunSession.enter(environment.work(), execution)) {
      session.apply(sync.context());
      if (!key.inQuery()) {
        return Optional.empty();
      }
      text =
          "the query still has this key: the next run of sync \""
              + sync.name()
              + "\" sends it again. Delete it in the warehouse, or leave it out of the query";
    } catch (SQLException e) {
      text = "whether the query still has this key could not be found out: " + e.getMessage();
    }
    return Optional.of(new SQLWarning(text, SqlState.WARNING));
  }
}
