package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.OnRemove;
import java.util.Optional;

/** What may keep a plan from being sent. */
public final class Guards {
  private static final Limit DEFAULT_REMOVALS =
      new Limit(Limit.Subject.REMOVALS, 20, Limit.Unit.PERCENT);

  /** A percentage never blocks fewer rows than this. */
  private static final long NEVER_BLOCKED = 10;

  private Guards() {}

  /**
   * Why nothing of this plan may be sent, if so.
   *
   * @param everCompleted whether the sync had a complete run before: percentages bind only then
   */
  public static Optional<String> verdict(StoredSync sync, Plan plan, boolean everCompleted) {
    boolean empty = plan.counters().selected == 0 && plan.liveRows() > 0;
    if (empty && !sync.definition().allowEmpty()) {
      return Optional.of(
          "the query is empty and the state holds "
              + plan.liveRows()
              + " rows: look at the query, or say ALLOW EMPTY");
    }
    Optional<Limit> limit = removals(sync);
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    long removed = plan.newlyRemoved();
    return exceeds(limit.get(), removed, plan.liveRows(), everCompleted)
        ? Optional.of(
            removed
                + " of "
                + plan.liveRows()
                + " rows would be removed, more than "
                + limit.get()
                + " allows: look at the query, or raise the limit")
        : Optional.empty();
  }

  private static Optional<Limit> removals(StoredSync sync) {
    Optional<Limit> written =
        sync.definition().limits().stream()
            .filter(limit -> limit.subject() == Limit.Subject.REMOVALS)
            .findFirst();
    return written.isPresent() || sync.definition().removal() == OnRemove.KEEP
        ? written
        : Optional.of(DEFAULT_REMOVALS);
  }

  private static boolean exceeds(Limit limit, long rows, long of, boolean everCompleted) {
    if (limit.unit() == Limit.Unit.ROWS) {
      return rows > limit.amount();
    }
    return everCompleted && rows >= NEVER_BLOCKED && rows * 100 > limit.amount() * of;
  }
}
