package dev.backfeed.engine;

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
