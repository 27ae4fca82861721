package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import java.util.Optional;

/**
 * One row of a plan, read from the warehouse.
 *
 * @param seq its place
 * @param op added, changed, removed, resent
 * @param kind the same, for the connector
 * @param content its values
 * @param attempts answers before this run
 * @param wholeRow whether every field is sent from the start
 * @param superseded for a removal: this run has written the same record under another key
 */
record PlannedRow(
    long seq,
    String op,
    Change.Kind kind,
    String recordKey,
    RowContent content,
    Optional<String> destinationId,
    int attempts,
    String idempotencyKey,
    boolean wholeRow,
    boolean superseded) {

  boolean removal() {
    return kind == Change.Kind.REMOVED;
  }

  /** Whether all fields are sent from the start. */
  boolean sentWhole() {
    return wholeRow;
  }

  /** Which fields go into one call, one digit a field; empty text for all. */
  String mask(boolean whole) {
    return whole || sentWhole() ? "" : content.mask();
  }

  /** The fields that go into one call. */
  ObjectNode fields(boolean whole) {
    return whole || sentWhole() ? content.all() : content.changed();
  }

  Change change(int index, boolean whole) {
    ObjectNode fields = removal() ? content.all().objectNode() : fields(whole);
    return new Change(
        index,
        kind,
        recordKey,
        content.key(),
        fields,
        whole || sentWhole(),
        destinationId,
        false,
        idempotencyKey,
        content.old());
  }
}
