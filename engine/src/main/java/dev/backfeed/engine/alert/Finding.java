package dev.backfeed.engine.alert;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What one look at one condition has found.
 *
 * @param value what was measured, in the unit of the condition; null where nothing is
 * @param runId the run it was found at
 * @param at when it happened
 * @param seen what was looked at, as {@link AlertStates.State} remembers it
 * @param details lines for whoever is told, without values of rows
 */
record Finding(
    Verdict verdict,
    Double value,
    Optional<String> runId,
    OffsetDateTime at,
    String seen,
    String seenStatus,
    List<String> details) {
  /** Whether a condition holds. */
  enum Verdict {
    VIOLATED,
    FINE,
    /** What was looked at says nothing about it. */
    SILENT;

    static Verdict of(boolean violated) {
      return violated ? VIOLATED : FINE;
    }
  }

  /** One that rests on the present alone. */
  static Finding now(Verdict verdict, Double value, OffsetDateTime now, String detail) {
    return new Finding(verdict, value, Optional.empty(), now, "", "", List.of(detail));
  }
}
