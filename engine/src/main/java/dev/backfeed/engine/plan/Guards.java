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
   * @param populated whether the sync had a complete run before: percentages bind only then
   */
  public static Optional<String> verdict(StoredSync sync, Plan plan, boolean populated) {
    return emptied(sync, plan)
        .or(
            () ->
                exceeded(
                    removals(sync),
                    removed(sync, plan),
                    "%d of %d rows would be removed",
                    plan,
                    populated))
        .or(
            () ->
                exceeded(
                    sync.definition().limit(Limit.Subject.CHANGES),
                    plan.newlyChanged(),
                    "%d rows would be added or changed where the state holds %d",
                    plan,
                    populated));
  }

  /** Why an empty result is not to be believed, if so. */
  public static Optional<String> emptied(StoredSync sync, Plan plan) {
    boolean empty =
        plan.counters().selected == 0
            && plan.flagged().rows() == 0
            && plan.liveRows() > 0
            && plan.spec().detection().everything();
    return empty && !sync.definition().allowEmpty()
        ? Optional.of(
            "the query is empty and the state holds "
                + plan.liveRows()
                + " rows: look at the query, or say ALLOW EMPTY")
        : Optional.empty();
  }

  private static Optional<Limit> removals(StoredSync sync) {
    Optional<Limit> written = sync.definition().limit(Limit.Subject.REMOVALS);
    return written.isPresent() || (keeps(sync) && sync.definition().deleteWhen().isEmpty())
        ? written
        : Optional.of(DEFAULT_REMOVALS);
  }

  /** What nobody has limited binds rows only of which something becomes. */
  private static long removed(StoredSync sync, Plan plan) {
    boolean written = sync.definition().limit(Limit.Subject.REMOVALS).isPresent();
    return written || !keeps(sync)
        ? plan.newlyRemoved()
        : Math.min(plan.newlyRemoved(), plan.flagged().leaving());
  }

  private static boolean keeps(StoredSync sync) {
    return sync.definition().removal() == OnRemove.KEEP;
  }

  private static Optional<String> exceeded(
      Optional<Limit> limit, long rows, String what, Plan plan, boolean populated) {
    return limit
        .filter(l -> exceeds(l, rows, plan.liveRows(), populated))
        .map(
            l ->
                what.formatted(rows, plan.liveRows())
                    + ", more than "
                    + l
                    + " allows: look at the query, or raise the limit");
  }

  /** Of an empty state every percentage would be too much, for ever. */
  private static boolean exceeds(Limit limit, long rows, long of, boolean populated) {
    if (limit.unit() == Limit.Unit.ROWS) {
      return rows > limit.amount();
    }
    return populated && of > 0 && rows >= NEVER_BLOCKED && rows * 100 > limit.amount() * of;
  }
}
