package dev.backfeed.engine.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One planned row, as a connector sees it. Immutable by agreement: the nodes are not to be changed.
 *
 * <p>Values are JSON as the language page defines them: numbers with every digit of a decimal,
 * dates {@code YYYY-MM-DD}, timestamps ISO 8601 in UTC with milliseconds, binary as Base64, JSON
 * nested, SQL null as JSON null (clear the field). A path field is nested. A field that is absent
 * is not to be touched.
 *
 * @param index place in the batch, from 0; an {@link Outcome} refers to it
 * @param kind why the row is sent
 * @param recordKey the key as text, the same that {@code sync_log} shows
 * @param key key field to value
 * @param fields the fields to send, without the key; empty for a removal
 * @param whole whether {@code fields} holds every mapped field (else only the changed ones)
 * @param destinationId the id the destination gave the record, where it is known
 * @param byId whether the record is to be found by that id and not by the key, which it may not
 *     have yet: the key's fields are then written as well. Only where the manifest says {@code
 *     by_id}
 * @param idempotencyKey where rows are appended: stable over retries and runs for the same key and
 *     values, and for a row that may have been sent before, whatever its values are now; else
 *     stable over the attempts of one run. At most 64 characters of {@code [0-9a-f-]}, or of
 *     printable ASCII where the user names a column for it
 * @param old the acknowledged values of the fields in {@code fields}, or of all fields for a
 *     removal; empty for an added row
 */
public record Change(
    int index,
    Kind kind,
    String recordKey,
    ObjectNode key,
    ObjectNode fields,
    boolean whole,
    Optional<String> destinationId,
    boolean byId,
    String idempotencyKey,
    ObjectNode old) {
  /** Why a row is sent. */
  public enum Kind {
    /** The state does not know the key. */
    ADDED,
    /** Some fields differ from the state. */
    CHANGED,
    /** The row left the query. */
    REMOVED,
    /** Unchanged, sent all the same (FULL). */
    RESENT
  }

  /** The same change under another index, for a batch cut differently. */
  public Change at(int newIndex) {
    return new Change(
        newIndex, kind, recordKey, key, fields, whole, destinationId, byId, idempotencyKey, old);
  }

  /** Whether the record should exist at the destination already. */
  public boolean known() {
    return kind != Kind.ADDED;
  }
}
