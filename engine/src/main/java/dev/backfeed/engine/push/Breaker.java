package dev.backfeed.engine.push;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Opens when half of the last 20 calls failed: the destination is in no state to be called. Used by
 * the run's own thread only.
 */
final class Breaker {
  private static final int WINDOW = 20;
  private final Deque<Boolean> last = new ArrayDeque<>();
  private int failed;

  /** Counts calls that ended alike. */
  void count(boolean failure, int calls) {
    for (int i = 0; i < calls; i++) {
      last.addLast(failure);
      failed += failure ? 1 : 0;
      if (last.size() > WINDOW && last.removeFirst()) {
        failed--;
      }
    }
  }

  boolean open() {
    return last.size() == WINDOW && failed * 2 >= WINDOW;
  }
}
