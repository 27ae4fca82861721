package dev.backfeed.engine.push;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.Optional;

/**
 * {@code LIMIT FAILURES}: whether so many rows failed that a run must not go on.
 *
 * @param limit empty where none was written
 */
record FailureLimit(Optional<Limit> limit) {
  /** Fewer answers tell no percentage while the run goes on. */
  private static final long ENOUGH = 100;

  static FailureLimit of(SyncDefinition definition) {
    return new FailureLimit(definition.limit(Limit.Subject.FAILURES));
  }

  /** Too many rows failed. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded(String message) {
      super(message);
    }
  }

  /**
   * The verdict on the answers so far.
   *
   * @param ended whether no more will come
   */
  Optional<Exceeded> verdict(Counters counters, boolean ended) {
    return limit
        .filter(l -> exceeds(l, counters, ended))
        .map(
            l ->
                new Exceeded(
                    "%d of %d answers are failures, more than %s allows: see sync_errors"
                        .formatted(counters.failed, counters.answered(), l)));
  }

  private static boolean exceeds(Limit limit, Counters counters, boolean ended) {
    if (limit.unit() == Limit.Unit.ROWS) {
      return counters.failed > limit.amount();
    }
    return (ended || counters.answered() >= ENOUGH)
        && counters.failed * 100 > limit.amount() * counters.answered();
  }
}
