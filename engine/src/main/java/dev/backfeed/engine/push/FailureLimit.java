package dev.backfeed.engine.push;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.RowAnswer;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.List;
import java.util.Optional;

/** {@code LIMIT FAILURES}: whether so many rows failed that a run must not go on. */
final class FailureLimit {
  /** Fewer answers tell no percentage while the run goes on. */
  private static final long ENOUGH = 100;

  private final Optional<Limit> limit;
  private long failed;
  private long answered;

  private FailureLimit(Optional<Limit> limit) {
    this.limit = limit;
  }

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

  /** Takes what a worker brings home: whether no call must begin any more. Safe for several. */
  synchronized boolean exceededBy(List<RowAnswer> answers) {
    answered += answers.size();
    failed += answers.stream().filter(a -> a.outcome().equals("failed")).count();
    return limit.filter(l -> exceeds(l, failed, answered, false)).isPresent();
  }

  /**
   * The verdict on the answers so far.
   *
   * @param ended whether no more will come
   */
  Optional<Exceeded> verdict(Counters counters, boolean ended) {
    return limit
        .filter(l -> exceeds(l, counters.failed, counters.answered(), ended))
        .map(
            l ->
                new Exceeded(
                    "%d of %d answers are failures, more than %s allows: see sync_errors"
                        .formatted(counters.failed, counters.answered(), l)));
  }

  private static boolean exceeds(Limit limit, long failed, long answered, boolean ended) {
    if (limit.unit() == Limit.Unit.ROWS) {
      return failed > limit.amount();
    }
    return (ended || answered >= ENOUGH) && failed * 100 > limit.amount() * answered;
  }
}
