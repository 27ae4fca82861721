package dev.backfeed.engine.push;

import java.time.Duration;

/** How a call waits on its way out. */
@FunctionalInterface
interface Waiting {
  /**
   * Waits, and looks whether the run may go on, also where there is nothing to wait for.
   *
   * @throws dev.backfeed.engine.spi.RunStopped if it may not
   */
  void sleep(Duration time);
}
