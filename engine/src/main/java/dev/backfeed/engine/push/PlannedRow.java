package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.state.KeptField;
import dev.backfeed.parser.command.OnRemove;
import java.util.List;
import java.util.Optional;

/**
 * One row of a plan, read from the warehouse.
 *
 * @param seq its place
 * @param op added, changed, removed, resent
 * @param kind the same, for the connector
 * @param content its values
 * @param attempts answers before this run
 * @param sent which fields go into the call, one of {@link FieldLetters} a field; null for all
 * @param unsure whether an answer about it got lost: for an added row the one that was to create it
 * @param leaving of a removal, what is done with the record
 * @param constants fields that are set beside the mapped ones; null for none
 * @param byId whether the record is known and does not have the key yet: it was found otherwise, or
 *     is there under a former key
 * @param superseded for a removal: this run has written the same record under another key
 * @param decision what was decided on the way
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
    String sent,
    boolean unsure,
    Optional<OnRemove> leaving,
    ObjectNode constants,
    boolean byId,
    boolean superseded,
    Decision decision) {

  /**
   * What was decided from the destination's present values.
   *
   * @param kept fields that are left alone
   * @param held by the state's column what the checkpoint is to take for it; null for nothing
   */
  record Decision(List<KeptField> kept, ObjectNode held) {
    static final Decision NONE = new Decision(List.of(), null);
  }

  boolean removal() {
    return kind == Change.Kind.REMOVED;
  }

  /** Whether the record is deleted: nothing of its fields is sent. */
  boolean deletion() {
    return leaving.isPresent() && leaving.get() == OnRemove.DELETE;
  }

  /** Whether a known record gets another key. */
  boolean moves() {
    return byId && kind != Change.Kind.ADDED;
  }

  /** Whether a call would send nothing at all; a record that is new is made, if only by its key. */
  boolean empty() {
    boolean isNew = kind == Change.Kind.ADDED && decision.held() == null;
    return !isNew
        && !moves()
        && !deletion()
        && sent != null
        && sent.indexOf('1') < 0
        && constants == null;
  }

  /** Whether the fields of a first call are all that a new record would get. */
  boolean sentWhole() {
    return sent == null || sent.equals(content.anew());
  }

  /** Which fields go into one call, one digit a field; empty text for all. */
  String mask(boolean anew) {
    String mask = anew ? content.anew() : sent;
    return mask == null ? "" : mask;
  }

  /** The fields that go into one call. */
  ObjectNode fields(boolean anew) {
    return with(content.fields(anew ? content.anew() : sent));
  }

  /** The same as the query has them: keys of other records, where their ids are sent. */
  ObjectNode said(boolean anew) {
    return with(content.said(anew ? content.anew() : sent));
  }

  private ObjectNode with(ObjectNode fields) {
    if (constants == null) {
      return fields;
    }
    ObjectNode both = fields.deepCopy();
    both.setAll(constants.deepCopy());
    return both;
  }

  Change change(int index, boolean anew) {
    ObjectNode fields = deletion() ? content.key().objectNode() : fields(anew);
    return new Change(
        index,
        kind,
        recordKey,
        content.key(),
        fields,
        // By its id none can be made: one that is gone has to be told, and is made by its key.
        anew || (sentWhole() && !moves()),
        destinationId,
        byId,
        idempotencyKey,
        content.old(deletion() ? null : sent));
  }

  /** Where nothing can be read, a record that is not known to be there is taken for new. */
  PlannedRow undecided() {
    return sent == null || sent.indexOf(FieldLetters.OPEN) < 0
        ? this
        : decided(sent.replace(FieldLetters.OPEN, '1'), decision);
  }

  PlannedRow decided(String mask, Decision decided) {
    return new PlannedRow(
        seq,
        op,
        kind,
        recordKey,
        content,
        destinationId,
        attempts,
        idempotencyKey,
        mask,
        unsure,
        leaving,
        constants,
        byId,
        superseded,
        decided);
  }

  /**
   * The same row, whose record is not where it was taken to be: it is written by its key.
   *
   * @param mask which fields go into the call, as {@link #sent}
   */
  PlannedRow lost(String mask) {
    return new PlannedRow(
        seq,
        op,
        kind,
        recordKey,
        content,
        Optional.empty(),
        attempts,
        idempotencyKey,
        mask,
        unsure,
        leaving,
        constants,
        false,
        superseded,
        decision);
  }

  /** The same row, whose record was found. */
  PlannedRow matched(String id) {
    return new PlannedRow(
        seq,
        op,
        kind,
        recordKey,
        content,
        Optional.of(id),
        attempts,
        idempotencyKey,
        sent,
        unsure,
        leaving,
        constants,
        true,
        superseded,
        decision);
  }
}
