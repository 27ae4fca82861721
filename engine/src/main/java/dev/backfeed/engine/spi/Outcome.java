package dev.backfeed.engine.spi;

import java.util.Optional;

/**
 * What became of one change.
 *
 * @param index the change's index in its batch
 * @param status see {@link Status}
 * @param destinationId the record's id at the destination, where it was told
 * @param error present for {@code FAILED} and {@code VANISHED}, else empty
 */
public record Outcome(
    int index, Status status, Optional<String> destinationId, Optional<RowError> error) {
  /** How a row ended. */
  public enum Status {
    CREATED,
    UPDATED,
    DELETED,
    /** The destination was right already, or the operation does not apply to this record. */
    SKIPPED,
    /** {@link Operation#UPDATE}: there is no such record; nothing was created. */
    MISSING,
    /** {@link Operation#INSERT}: there is such a record already; it was not touched. */
    EXISTS,
    FAILED,
    /**
     * The record of a known row is gone and nothing was created in its place. The engine sends the
     * whole row in the same run. Not to be used for a change that {@linkplain Change#whole() was
     * whole}. Where the destination created a record from the changed fields alone, answer {@code
     * CREATED}: the engine then sends the whole row as well.
     */
    VANISHED
  }

  public static Outcome created(int index, String destinationId) {
    return new Outcome(index, Status.CREATED, Optional.ofNullable(destinationId), Optional.empty());
  }

  public static Outcome updated(int index, String destinationId) {
    return new Outcome(index, Status.UPDATED, Optional.ofNullable(destinationId), Optional.empty());
  }

  public static Outcome deleted(int index) {
    return new Outcome(index, Status.DELETED, Optional.empty(), Optional.empty());
  }

  public static Outcome skipped(int index) {
    return new Outcome(index, Status.SKIPPED, Optional.empty(), Optional.empty());
  }

  public static Outcome missing(int index) {
    return new Outcome(index, Status.MISSING, Optional.empty(), Optional.empty());
  }

  public static Outcome exists(int index, String destinationId) {
    return new Outcome(index, Status.EXISTS, Optional.ofNullable(destinationId), Optional.empty());
  }

  public static Outcome failed(int index, RowError error) {
    return new Outcome(index, Status.FAILED, Optional.empty(), Optional.of(error));
  }

  public static Outcome vanished(int index, RowError error) {
    return new Outcome(index, Status.VANISHED, Optional.empty(), Optional.of(error));
  }
}
