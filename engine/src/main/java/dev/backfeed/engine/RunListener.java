package dev.backfeed.engine;

import java.util.Map;

/**
 * Told what a run is doing, on the run's own thread. What it throws ends the run; an {@link Error}
 * ends it the way a killed process would, with nothing tidied up.
 */
public interface RunListener {
  /** A listener that does not listen. */
  RunListener NONE = new RunListener() {};

  /**
   * The durable steps of a run, each one transaction (or, for {@code WRITE}, one page of calls).
   */
  enum Step {
    LEASE,
    PLAN,
    INTENT,
    WRITE,
    CHECKPOINT,
    FINISH
  }

  /** The step is about to begin. */
  default void before(Step step) {}

  /** The step is done and, but for {@code WRITE}, committed. */
  default void after(Step step) {}

  /** A run has its lease. */
  default void began(String sync, String runId) {}

  /**
   * A run has given its lease back.
   *
   * @param status as {@code sync_runs} has it
   * @param counters by name
   */
  default void ended(String status, Map<String, Long> counters) {}

  /** A request is about to be made, on the thread that makes it, of which there may be several. */
  default void callBegins(boolean retry) {}

  /** The request has been answered, or failed; on the same thread. */
  default void callEnded(long bytesSent) {}

  /** How far the run is; after each page and at the end. */
  default void progress(Progress progress) {}

  /**
   * How far a run is.
   *
   * @param sync its name
   * @param planned rows to be sent
   * @param answered rows answered for, failures included
   * @param failed of them
   * @param apiCalls requests so far
   * @param elapsedMs since the run began
   * @param finished whether nothing more comes
   */
  record Progress(
      String sync,
      long planned,
      long answered,
      long failed,
      long apiCalls,
      long elapsedMs,
      boolean finished) {}
}
