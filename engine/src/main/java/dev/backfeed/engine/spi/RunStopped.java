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

  public RunStopped(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
