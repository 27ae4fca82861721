package dev.backfeed.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The circumstances of one statement.
 *
 * @param cancelled asked between calls and steps, from any thread; true once {@code
 *     Statement.cancel()} was called
 * @param timeout from {@code Statement.setQueryTimeout}; counted from the start
 * @param maxRows from {@code Statement.setMaxRows}; 0 for no limit
 * @param listener told of steps and progress
 * @param statementPassed with autocommit off: whether a statement went to the warehouse since the
 *     last commit or rollback, so that a transaction is open even where the warehouse cannot tell
 * @param trigger what the runs of this statement are begun by
 */
public record Execution(
    BooleanSupplier cancelled,
    Optional<Duration> timeout,
    long maxRows,
    RunListener listener,
    boolean statementPassed,
    Trigger trigger) {
  /** No cancel, no time-out, no listener. */
  public static final Execution PLAIN =
      new Execution(() -> false, Optional.empty(), 0, RunListener.NONE, false);

  /** Of a person at a client. */
  public Execution(
      BooleanSupplier cancelled,
      Optional<Duration> timeout,
      long maxRows,
      RunListener listener,
      boolean statementPassed) {
    this(cancelled, timeout, maxRows, listener, statementPassed, Trigger.MANUAL);
  }
}
