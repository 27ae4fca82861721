package dev.backfeed.engine.state;

import dev.backfeed.engine.spi.RowError;
import java.util.Optional;

/**
 * The one answer of a planned row.
 *
 * @param seq its place in the plan
 * @param op added, changed, removed, resent
 * @param outcome created, updated, deleted, skipped, failed
 * @param changes JSON text: field to {@code [old, new]}, or the names alone
 * @param destinationId where it was told
 * @param error where it failed
 * @param attempts answers so far, this one included
 * @param kept fields that a policy left alone; mostly none
 * @param held as {@link dev.backfeed.engine.spi.LogRow#held()}
 */
public record RowAnswer(
    long seq,
    String recordKey,
    String op,
    String outcome,
    String changes,
    Optional<String> destinationId,
    Optional<RowError> error,
    int attempts,
    java.util.List<KeptField> kept,
    String held) {
  /** The same with what the destination shows. */
  public RowAnswer holding(com.fasterxml.jackson.databind.node.ObjectNode shown) {
    return new RowAnswer(
        seq,
        recordKey,
        op,
        outcome,
        changes,
        destinationId,
        error,
        attempts,
        kept,
        dev.backfeed.engine.catalog.Json.write(shown));
  }
}
