package dev.backfeed.engine.push;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.state.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The gate of one statement or run: stops calls when it must, spaces them to the rate, counts them.
 * Safe for several threads. What several runs share is in {@link AccountLimits}.
 */
public final class RunGate implements CallGate {
  /** Retries are at most this many, or a fifth of the calls, whichever is more. */
  private static final long FREE_RETRIES = 50;

  private static final Duration SLICE = Duration.ofMillis(100);

  private final Execution execution;
  private final Duration callTimeout;
  private final long deadlineNanos;
  private final LongAdder calls = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rateLimitedMs = new LongAdder();
  private final AtomicLong allowance = new AtomicLong(Long.MAX_VALUE);
  private volatile boolean refilled;
  private volatile Optional<Lease> lease = Optional.empty();
  private volatile AccountLimits limits = AccountLimits.NONE;
  private volatile boolean over;

  /**
   * A gate without lease or rate, as for TEST DESTINATION.
   *
   * @param callTimeout how long one call may take
   */
  public RunGate(Execution execution, Duration callTimeout) {
    this.execution = execution;
    this.callTimeout = callTimeout;
    this.deadlineNanos =
        execution.timeout().map(t -> System.nanoTime() + t.toNanos()).orElse(Long.MAX_VALUE);
  }

  void guardedBy(Lease runLease) {
    lease = Optional.of(runLease);
  }

  /** Sets the limits of the account, once the destination has told which it is. */
  void limitedBy(AccountLimits accountLimits) {
    limits = accountLimits;
  }

  Duration callTimeout() {
    return callTimeout;
  }

  /** No call begins from now on. */
  void end() {
    over = true;
  }

  /** Whether the run may no longer write, as another may have taken over. */
  boolean leaseLost() {
    try {
      lease.ifPresent(l -> l.check(callTimeout));
      return false;
    } catch (RunStopped e) {
      return e.reason() == RunStopped.Reason.LEASE_LOST;
    }
  }

  /** Sets how many calls may be made from now on; more are {@code QUOTA}. */
  void allow(long calls) {
    allowance.set(calls);
  }

  /** Allows some more calls. */
  void allowMore(long calls) {
    allowance.addAndGet(calls);
  }

  /** The calls that may still be made, which are then no longer allowed. */
  long takeAllowance() {
    return allowance.getAndUpdate(n -> n == Long.MAX_VALUE ? n : 0);
  }

  long allowance() {
    return allowance.get();
  }

  /**
   * Whether another thread sees to it that calls are allowed while there are any: then one that
   * finds none waits. A batch may take many calls, halved or resent.
   */
  void refilled(boolean byAnother) {
    refilled = byAnother;
  }

  @Override
  public void beforeCall(boolean retry) {
    check();
    while (!allowed()) {
      if (!refilled) {
        throw new ConnectorException(
            ConnectorException.Kind.QUOTA, "the calls allowed for this UTC day are used up");
      }
      sleep(SLICE);
    }
    try {
      limits.enter(this::sleep);
    } catch (RuntimeException e) {
      allowance.getAndUpdate(n -> n == Long.MAX_VALUE ? n : n + 1);
      throw e;
    }
    calls.increment();
    if (retry) {
      retries.increment();
    }
    execution.listener().callBegins(retry);
  }

  private boolean allowed() {
    return allowance.getAndUpdate(n -> n == Long.MAX_VALUE ? n : Math.max(0, n - 1)) > 0;
  }

  @Override
  public void afterCall(long bytesSent) {
    limits.leave();
    bytes.add(bytesSent);
    execution.listener().callEnded(bytesSent);
  }

  @Override
  public void pause(Duration wait, boolean rateLimited) {
    long began = System.nanoTime();
    try {
      sleep(wait);
    } finally {
      if (rateLimited) {
        rateLimitedMs.add((System.nanoTime() - began) / 1_000_000);
      }
    }
  }

  @Override
  public boolean mayRetry() {
    return retries.sum() < Math.max(FREE_RETRIES, calls.sum() / 5);
  }

  /**
   * Checks that the run may go on.
   *
   * @throws RunStopped if not
   */
  void check() {
    if (over) {
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the run is over");
    }
    if (execution.cancelled().getAsBoolean()) {
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the statement was cancelled");
    }
    if (System.nanoTime() - deadlineNanos > 0 && deadlineNanos != Long.MAX_VALUE) {
      throw new RunStopped(RunStopped.Reason.DEADLINE, "the query time-out is over");
    }
    lease.ifPresent(l -> l.check(callTimeout));
  }

  /** Sleeps in slices, so that a stop is noticed, and checks at least once. */
  private void sleep(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    try {
      for (long left = wait.toNanos(); left > 0; left = until - System.nanoTime()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, SLICE.toNanos()));
        check();
      }
      check();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the thread was interrupted");
    }
  }

  public long calls() {
    return calls.sum();
  }

  public long retries() {
    return retries.sum();
  }

  long bytes() {
    return bytes.sum();
  }

  long rateLimitedMs() {
    return rateLimitedMs.sum();
  }
}
