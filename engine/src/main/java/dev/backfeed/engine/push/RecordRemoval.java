package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.engine.state.Keeper;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The deletion of one record, by a statement of its own. */
public final class RecordRemoval {
  private final Batch batch;

  private RecordRemoval(Batch batch) {
    this.batch = batch;
  }

  /**
   * The deletion of the record with a key.
   *
   * @param key one text a key column
   * @param recordKey the same as one text
   * @param destinationId the record's id, where it is known
   * @param idempotencyKey of the call
   * @throws StatementException {@code 22023} if a text is no value of its column
   */
  public static RecordRemoval of(
      StoredSync sync,
      List<String> key,
      String recordKey,
      Optional<String> destinationId,
      String idempotencyKey)
      throws StatementException {
    ObjectNode none = Json.object();
    Change change =
        new Change(
            0,
            Change.Kind.REMOVED,
            recordKey,
            fields(sync.keys(), key),
            none,
            false,
            destinationId,
            false,
            idempotencyKey,
            none);
    return new RecordRemoval(
        new Batch(
            Operation.DELETE,
            sync.definition().target().object(),
            List.of(change),
            idempotencyKey));
  }

  private static ObjectNode fields(List<MappedColumn> columns, List<String> texts)
      throws StatementException {
    ObjectNode object = Json.object();
    for (int i = 0; i < columns.size(); i++) {
      MappedColumn column = columns.get(i);
      try {
        Json.put(object, column.path(), RowContent.value(texts.get(i), column.type()));
      } catch (NumberFormatException e) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "'" + texts.get(i) + "' is no value of the key column \"" + column.column() + "\"");
      }
    }
    return object;
  }

  /**
   * Sends it as a run would: within the limits and the calls of the day of its account.
   *
   * @param lease of the sync, whose transaction is not open
   * @return empty if the record is gone now, else why not
   * @throws StatementException {@code XB001, XB002, XB004, 42501, 57014} if there was no answer
   */
  public Optional<String> send(
      RunEnvironment environment, SyncTarget target, Lease lease, Execution execution)
      throws SQLException {
    RunGate gate = new RunGate(execution, OpenedDestination.callTimeout(target));
    gate.guardedBy(lease);
    try (Keeper keeper = SyncRunner.keeper(lease, environment);
        OpenedDestination opened =
            OpenedDestination.open(environment, target, lease, keeper, gate)) {
      opened.claim();
      return send(opened.destination());
    } catch (RunStopped e) {
      throw new StatementException(SqlState.CANCELLED, e.getMessage());
    } catch (ConnectorException | SecretException e) {
      Trouble trouble = Trouble.of(e, target.destination().name());
      throw new StatementException(trouble.sqlState(), trouble.message());
    }
  }

  private Optional<String> send(Destination destination) {
    Answer answer = destination.write(batch);
    if (answer instanceof Answer.Refused refused) {
      return Optional.of(told(refused.error()));
    }
    Outcome outcome = ((Answer.Answered) answer).outcomes().get(0);
    return outcome.error().map(RecordRemoval::told);
  }

  private static String told(RowError error) {
    return error.type() + (error.message() == null ? "" : ": " + error.message());
  }
}
