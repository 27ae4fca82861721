package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RunStopped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The rate of an account: every call has a place in time, evenly spaced, and the places are taken
 * in blocks from a row that all runs of the account share. A place that is not used within its
 * block's own time is lost, so that no window holds more calls than places. Safe for several
 * threads, of which one at a time waits for its place and none runs ahead.
 */
final class CallPlaces {
  /** Longest time of one block, but for slower rates. */
  private static final long BLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** How late the last call of a block may be. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  private static final Duration SLICE = Duration.ofMillis(100);

  /** How long the shared row may be out of reach. */
  private static final int FAILURES = 300;

  private final Source source;
  private final long intervalNanos;
  private final int size;
  private final ReentrantLock head = new ReentrantLock(true);
  private long blockNanos;
  private int used;
  private long followingNanos;
  private boolean follows;

  /** Where places come from. */
  @FunctionalInterface
  interface Source {
    /**
     * Takes places that last so long together.
     *
     * @return when they begin, by {@link System#nanoTime}
     */
    long take(long nanos) throws SQLException;
  }

  CallPlaces(Source source, double perSecond) {
    this.source = source;
    this.intervalNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.size = (int) Math.max(1, BLOCK_NANOS / intervalNanos);
    this.used = size;
  }

  /** Places of one run that nobody shares. */
  static Source alone() {
    return new Source() {
      private long next = System.nanoTime();

      @Override
      public long take(long nanos) {
        long mine = Math.max(System.nanoTime(), next);
        next = mine + nanos;
        return mine;
      }
    };
  }

  /** Returns when a call may be made. */
  void await(Waiting gate) {
    lock(gate);
    try {
      do {
        long place = next(gate);
        gate.sleep(Duration.ofNanos(Math.max(0, place - System.nanoTime())));
      } while (over(blockNanos));
    } finally {
      head.unlock();
    }
  }

  private void lock(Waiting gate) {
    try {
      while (!head.tryLock(SLICE.toMillis(), TimeUnit.MILLISECONDS)) {
        gate.sleep(Duration.ZERO);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the thread was interrupted");
    }
  }

  private boolean over(long block) {
    return System.nanoTime() - block > size * intervalNanos + GRACE_NANOS;
  }

  private long next(Waiting gate) {
    if (used == size || over(blockNanos)) {
      blockNanos = follows && !over(followingNanos) ? followingNanos : take(gate);
      follows = false;
      used = 0;
    }
    long place = blockNanos + used * intervalNanos;
    used++;
    if (used == size && size > 1) {
      // In good time: the warehouse may take a while to answer.
      followingNanos = take(gate);
      follows = true;
    }
    return place;
  }

  private long take(Waiting gate) {
    for (int failures = 1; ; failures++) {
      try {
        return source.take(size * intervalNanos);
      } catch (SQLException e) {
        if (failures == FAILURES) {
          throw new ConnectorException(
              ConnectorException.Kind.THROTTLED,
              "the account's rate cannot be kept, as the warehouse does not answer: "
                  + e.getMessage());
        }
        gate.sleep(SLICE);
      }
    }
  }
}
