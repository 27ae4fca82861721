package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The calls of a UTC day, counted while a limit is set. */
final class QuotaBook {
  private LocalDate day = LocalDate.MIN;
  private long limit;
  private long greatest;
  private long calls;
  private boolean someLost;

  void limit(long perDay) {
    limit = perDay;
    greatest = Math.max(greatest, perDay);
  }

  /** Counts calls; a run that died keeps what it had claimed. */
  void count(Instant now, long made, boolean died) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    if (!today.equals(day)) {
      day = today;
      calls = 0;
      greatest = limit;
      someLost = false;
    }
    if (limit > 0) {
      calls += made;
      someLost |= died;
      assertThat(calls).as("calls on " + day).isLessThanOrEqualTo(greatest);
    }
  }

  boolean isLimited() {
    return limit > 0;
  }

  /** Whether a run may have found no more calls. */
  boolean mayBeUsedUp() {
    return limit > 0 && (someLost || calls >= limit);
  }
}
