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
 * @param key key field to value
 * @param all every mapped field to its value
 * @param changed the fields that differ from the state; all where the state has no row
 * @param old the acknowledged values of {@code changed}, or of all fields for a removal
 * @param attempts answers before this run
 * @param wholeRow whether {@code changed} holds every field
 * @param superseded for a removal: this run has written the same record under another key
 */
record PlannedRow(
    long seq,
    String op,
    Change.Kind kind,
    String recordKey,
    ObjectNode key,
    ObjectNode all,
    ObjectNode changed,
    ObjectNode old,
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

  Change change(int index, boolean whole) {
    boolean full = whole || sentWhole();
    ObjectNode fields = removal() ? all.objectNode() : full ? all : changed;
    return new Change(
        index, kind, recordKey, key, fields, full, destinationId, idempotencyKey, old);
  }
}
