package dev.backfeed.engine.histories;

import java.time.Instant;

/**
 * A plan that was made and not sent.
 *
 * @param limit most rows to be sent
 * @param until when nobody may approve it any more
 * @param moved whether it no longer fits
 */
record Held(Forecast forecast, long limit, Instant until, boolean moved) {
  boolean fits(Instant now) {
    return !moved && now.isBefore(until);
  }
}
