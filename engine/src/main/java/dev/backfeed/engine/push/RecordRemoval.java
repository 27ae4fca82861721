package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.List;
import java.util.Optional;

/** The deletion of one record, outside a run. */
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

  /** Sends it; empty if the record is gone now, else why not. */
  public Optional<String> send(Destination destination) {
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
