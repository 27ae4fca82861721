package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.SyncVerifier;
import dev.backfeed.engine.push.SyncVerifier.Verified;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.state.Verifications.Summary;
import dev.backfeed.parser.command.Command.VerifySync;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Arrays;
import java.util.List;

/** Reads the destination back and compares it with the state. */
final class VerifySyncHandler implements Handler<VerifySync> {
  @Override
  public Result handle(VerifySync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    requireReadable(command, sync, environment.target(sync.definition()).manifest());
    long began = System.nanoTime();
    Verified verified = new SyncVerifier(environment).verify(sync, command.sample(), execution);
    Summary summary = verified.summary();
    String message = message(sync, verified);
    List<Object> row =
        Arrays.asList(
            verified.id(),
            sync.name(),
            summary.checked(),
            summary.matched(),
            summary.differs(),
            summary.missing(),
            summary.apiCalls(),
            (System.nanoTime() - began) / 1_000_000,
            message);
    List<SQLWarning> warnings =
        verified.cutShort().isPresent()
            ? List.of(new SQLWarning(message, SqlState.WARNING))
            : List.of();
    return new Result(command.shape(), List.of(row), 0, warnings);
  }

  private static void requireReadable(VerifySync command, StoredSync sync, Manifest manifest)
      throws StatementException {
    if (sync.definition().mode().appends()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "sync \"" + sync.name() + "\" appends: there are no records to be read back by their key",
          command.name().position());
    }
    if (!manifest.operations().contains(Operation.READ)) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "destination type "
              + manifest.type()
              + " cannot be read back: it has no read, so that sync \""
              + sync.name()
              + "\" cannot be verified",
          command.name().position());
    }
    if (sync.paused()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "sync \"" + sync.name() + "\" is paused and makes no calls: RESUME SYNC " + sync.name());
    }
  }

  private static String message(StoredSync sync, Verified verified) {
    Summary summary = verified.summary();
    if (verified.cutShort().isPresent()) {
      return "%d of %d records were checked: %s"
          .formatted(summary.checked(), verified.total(), verified.cutShort().get());
    }
    return summary.differs() + summary.missing() > 0
        ? "SYNC NOW " + sync.name() + " REPAIR puts it right"
        : null;
  }
}
