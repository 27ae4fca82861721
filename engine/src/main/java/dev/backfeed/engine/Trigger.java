package dev.backfeed.engine;

import java.util.Optional;

/**
 * What a run was begun by, as {@code sync_runs} shows it.
 *
 * @param by the kind
 * @param requestedBy who asked; empty for the user of the warehouse connection
 * @param context a JSON object that travels into {@code sync_runs.context}: the dbt invocation, the
 *     request, the time it was due
 */
public record Trigger(By by, Optional<String> requestedBy, Optional<String> context) {
  /** A person at a client. */
  public static final Trigger MANUAL = new Trigger(By.MANUAL, Optional.empty(), Optional.empty());

  /** The kinds that a caller can be; runs that approve or undo say so themselves. */
  public enum By {
    MANUAL,
    SCHEDULE,
    AFTER,
    REQUEST
  }
}
