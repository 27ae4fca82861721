package dev.backfeed.engine.spi;

import java.util.List;

/**
 * What one {@link Destination#write} is given.
 *
 * @param operation one that the manifest lists
 * @param object as written after the destination's name in {@code TO}
 * @param changes at least one, at most the batch size; {@code changes.get(i).index() == i}; no two
 *     with equal keys
 * @param idempotencyKey stable when the very same batch is sent again within a run, and over runs
 *     where it is appended: that of the change itself if there is only one
 */
public record Batch(
    Operation operation, String object, List<Change> changes, String idempotencyKey) {
  public Batch {
    changes = List.copyOf(changes);
  }
}
