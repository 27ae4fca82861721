package dev.backfeed.driver.cases;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that runs with the system's, ahead of it by as much as the case has said. */
final class CaseClock extends Clock {
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  /** Goes forward by {@code +30s}, {@code +5m}, {@code +1h} or {@code +2d}. */
  void forward(String step) {
    String iso = step.substring(1).toUpperCase(java.util.Locale.ROOT);
    Duration duration = Duration.parse(iso.endsWith("D") ? "P" + iso : "PT" + iso);
    ahead.updateAndGet(duration::plus);
  }

  @Override
  public Instant instant() {
    return Clock.systemUTC().instant().plus(ahead.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("times are UTC here");
  }
}
