package dev.backfeed.engine.spi;

import java.time.OffsetDateTime;

/**
 * One row of {@code sync_log}, in the order of its columns. Null where nothing is known.
 *
 * @param seq the plan row it answers; 0 for a rejection
 * @param changes JSON text: field to {@code [old, new]}
 * @param held JSON text: by the state's column what the destination showed of a field, for the
 *     checkpoint; null for most rows
 * @param attempts answers so far, this one included
 */
public record LogRow(
    String runId,
    String sync,
    String recordKey,
    String operation,
    String outcome,
    String changes,
    String destinationId,
    String errorType,
    String errorCode,
    String errorMessage,
    int attempts,
    OffsetDateTime occurredAt,
    long seq,
    long checkpointNo,
    String held) {}
