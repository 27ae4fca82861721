package dev.backfeed.engine.spi;

import java.time.Duration;

/**
 * What every request of a connector passes on its way out, and where it is counted. The engine
 * keeps the limits behind it: pause, cancel, lease, calls a second, calls at once, calls a day.
 * Safe for use by several threads.
 *
 * <pre>{@code
 * gate.beforeCall(false);
 * try { response = call.execute(); } finally { gate.afterCall(bytesSent); }
 * }</pre>
 */
public interface CallGate {
  /**
   * Waits for its turn, then counts one call. Followed by exactly one {@link #afterCall}, unless it
   * throws.
   *
   * @param retry whether this repeats an earlier request of the same batch
   * @throws RunStopped if nothing more may be sent
   * @throws ConnectorException {@code QUOTA} if the calls of the day are used up
   */
  void beforeCall(boolean retry);

  /**
   * The call is over, whatever came of it.
   *
   * @param bytesSent size of the request's body
   */
  void afterCall(long bytesSent);

  /**
   * Waits, as a {@code Retry-After} or a back-off asks, but no longer than the run may.
   *
   * @param rateLimited whether the destination asked for it, which is then counted as such
   * @throws RunStopped if the run is stopped meanwhile
   */
  void pause(Duration wait, boolean rateLimited);

  /** Whether the run's budget still allows a retry. */
  boolean mayRetry();
}
