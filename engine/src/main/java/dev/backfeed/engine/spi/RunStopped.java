package dev.backfeed.engine.spi;

/**
 * Thrown by {@link CallGate#beforeCall} when the run may not send any more: it was paused or
 * cancelled, its time is over, or its lease is about to end. Connectors let it pass.
 */
public final class RunStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why nothing more may be sent. */
  public enum Reason {
    PAUSED,
    CANCELLED,
    DEADLINE,
    LEASE_LOST
  }

  private final Reason reason;
  private final boolean uncertain;

  public RunStopped(Reason reason, String message) {
    this(reason, message, false);
  }

  private RunStopped(Reason reason, String message, boolean uncertain) {
    super(message, null, false, false);
    this.reason = reason;
    this.uncertain = uncertain;
  }

  /** The same, of a batch that an earlier attempt may have brought about without an answer. */
  public RunStopped afterUncertainty() {
    return new RunStopped(reason, getMessage(), true);
  }

  /** Whether the batch may have been taken all the same. */
  public boolean uncertain() {
    return uncertain;
  }

  public Reason reason() {
    return reason;
  }
}
