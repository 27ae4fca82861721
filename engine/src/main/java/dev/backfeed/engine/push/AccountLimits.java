package dev.backfeed.engine.push;

import java.time.Duration;
import java.util.Optional;

/**
 * What the calls of one run to one account have to keep to: so many a second, so many at once. Safe
 * for several threads.
 *
 * @param places the rate, if there is one
 * @param slots calls at once, if they are limited for all runs together
 */
record AccountLimits(Optional<CallPlaces> places, Optional<CallSlots> slots)
    implements AutoCloseable {
  static final AccountLimits NONE = new AccountLimits(Optional.empty(), Optional.empty());

  /** Returns when a call may be made; {@link #leave} follows, unless it throws. */
  void enter(Waiting gate) {
    slots.ifPresent(s -> s.enter(gate));
    try {
      places.ifPresent(p -> p.await(gate));
      gate.sleep(Duration.ZERO);
    } catch (RuntimeException e) {
      leave();
      throw e;
    }
  }

  /** The call is over. */
  void leave() {
    slots.ifPresent(CallSlots::leave);
  }

  /** To be called now and then, so that other runs get their share. */
  void look() {
    slots.ifPresent(CallSlots::look);
  }

  @Override
  public void close() {
    slots.ifPresent(CallSlots::close);
  }
}
