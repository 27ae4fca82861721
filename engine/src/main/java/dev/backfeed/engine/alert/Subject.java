package dev.backfeed.engine.alert;

import dev.backfeed.engine.alert.WatchedSyncs.Sync;
import java.util.Locale;
import java.util.Optional;

/**
 * What a condition is about: a sync, or the destination whose quota it is.
 *
 * @param id the sync's id, or {@code destination} and its name in lower case
 * @param sync the sync's name; empty where the destination of several is meant
 * @param destination the name of the destination
 */
record Subject(String id, Optional<String> sync, String destination) {
  private static final String DESTINATION = "destination ";

  static Subject of(Sync sync) {
    return new Subject(sync.id(), Optional.of(sync.name()), sync.destination());
  }

  /**
   * The quota of a sync's destination.
   *
   * @param named whether the alert is about this sync alone
   */
  static Subject quota(Sync sync, boolean named) {
    return new Subject(
        DESTINATION + sync.destination().toLowerCase(Locale.ROOT),
        named ? Optional.of(sync.name()) : Optional.empty(),
        sync.destination());
  }

  static boolean isDestination(String id) {
    return id.startsWith(DESTINATION);
  }
}
