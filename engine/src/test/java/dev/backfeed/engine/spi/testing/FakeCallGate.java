package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.RunStopped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A gate that lets everything through, counts it, and does not really wait. It fails the test when
 * a call is announced and never ended, or ended twice.
 */
public final class FakeCallGate implements CallGate {
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final List<Duration> askedFor = new CopyOnWriteArrayList<>();
  private volatile int stopAfterCalls = Integer.MAX_VALUE;
  private volatile int retryBudget = Integer.MAX_VALUE;
  private volatile boolean stopOnPause;

  @Override
  public void beforeCall(boolean retry) {
    if (calls.get() >= stopAfterCalls) {
      throw new RunStopped(RunStopped.Reason.PAUSED, "the run was paused");
    }
    calls.incrementAndGet();
    open.incrementAndGet();
    if (retry) {
      retries.incrementAndGet();
    }
  }

  @Override
  public void afterCall(long bytesSent) {
    if (open.decrementAndGet() < 0) {
      throw new AssertionError("afterCall without beforeCall");
    }
    bytes.addAndGet(bytesSent);
  }

  @Override
  public void pause(Duration wait, boolean rateLimited) {
    pauses.add(wait);
    if (rateLimited) {
      askedFor.add(wait);
    }
    if (stopOnPause) {
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the run was cancelled");
    }
  }

  @Override
  public boolean mayRetry() {
    return retries.get() < retryBudget;
  }

  /** From now on, only so many calls in all are let through. */
  public void stopAfter(int allowedCalls) {
    stopAfterCalls = allowedCalls;
  }

  /** From now on, every wait ends because the run is cancelled. */
  public void cancelOnPause() {
    stopOnPause = true;
  }

  /** How many retries the run may spend. */
  public void retryBudget(int retriesAllowed) {
    retryBudget = retriesAllowed;
  }

  public int calls() {
    return calls.get();
  }

  public int retries() {
    return retries.get();
  }

  public long bytes() {
    return bytes.get();
  }

  /** Calls announced and not yet ended. */
  public int openCalls() {
    return open.get();
  }

  /** Every wait that was asked for. */
  public List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  /** The waits that the destination itself asked for. */
  public List<Duration> pausesAskedFor() {
    return List.copyOf(askedFor);
  }
}
