package dev.backfeed.driver.kill;

import dev.backfeed.engine.RunListener.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The moment at which a run's process dies.
 *
 * @param side before or after the step, or within it: between a request and its answer
 * @param step of the run
 * @param occasion the how-manieth time, from 1; for {@code WITHIN} the how-manieth request
 */
record KillPoint(Side side, Step step, int occasion) {
  /** On which side of a step. */
  enum Side {
    BEFORE,
    AFTER,
    WITHIN
  }

  /** Every durable step of a run whose calls may be repeated, and the calls themselves. */
  static List<KillPoint> all() {
    List<KillPoint> points = new ArrayList<>();
    for (Side side : List.of(Side.BEFORE, Side.AFTER)) {
      for (Step step : List.of(Step.LEASE, Step.PLAN, Step.WRITE, Step.CHECKPOINT, Step.FINISH)) {
        points.add(new KillPoint(side, step, 1));
      }
      points.add(new KillPoint(side, Step.WRITE, 3));
      points.add(new KillPoint(side, Step.CHECKPOINT, 2));
    }
    points.add(new KillPoint(Side.WITHIN, Step.WRITE, 3));
    points.add(new KillPoint(Side.WITHIN, Step.WRITE, 12));
    return points;
  }

  /** Whether the run's row was committed before the process died. */
  boolean leavesRun() {
    return step != Step.LEASE || side == Side.AFTER;
  }

  /** Whether the run was over before the process died. */
  boolean leavesFinishedRun() {
    return step == Step.FINISH && side == Side.AFTER;
  }

  @Override
  public String toString() {
    return side.name().toLowerCase(java.util.Locale.ROOT) + " " + step + " " + occasion;
  }
}
