package dev.backfeed.connectors.slack;

import dev.backfeed.engine.spi.CallGate;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps messages to one channel a second apart, which is Slack's limit whatever {@code
 * max_calls_per_second} says about the workspace. Safe for several threads.
 */
final class ChannelPace {
  private static final long APART_NANOS = Duration.ofSeconds(1).toNanos();

  private final CallGate gate;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Long> next = new ConcurrentHashMap<>();

  /**
   * @param gate what waits
   * @param nanos a clock such as {@link System#nanoTime}
   */
  ChannelPace(CallGate gate, LongSupplier nanos) {
    this.gate = gate;
    this.nanos = nanos;
  }

  /** Waits until the channel may have its next message. */
  void await(String channel) {
    long now = nanos.getAsLong();
    long turn =
        next.merge(channel, now + APART_NANOS, (n, first) -> Math.max(n, now) + APART_NANOS)
            - APART_NANOS;
    if (turn > now) {
      gate.pause(Duration.ofNanos(turn - now), false);
    }
  }
}
