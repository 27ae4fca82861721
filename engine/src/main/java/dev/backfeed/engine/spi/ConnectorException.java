package dev.backfeed.engine.spi;

/**
 * A call that brought no answer for the rows it carried. What is known about single rows is an
 * {@link Outcome}, what is known about a refused batch an {@link Answer.Refused}; this is for the
 * rest. Thrown only after {@code connectors.http} (or the connector) has retried what may be
 * retried.
 */
public final class ConnectorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the engine does about it. */
  public enum Kind {
    /** No connection, DNS, TLS, 5xx to the end: nothing was applied. Rows are deferred. */
    UNREACHABLE,
    /** The destination refuses us. The run stops and fails. */
    CREDENTIALS,
    /** Still 429 after the retries. Rows are deferred, the run stops. */
    THROTTLED,
    /** The vendor's or our own daily quota is used up. Rows are deferred, the run stops. */
    QUOTA,
    /** Sent, no answer: it may or may not have been applied. Rows are deferred as unanswered. */
    UNKNOWN_OUTCOME,
    /** Object or configuration is wrong whatever the row (no such table). The run fails. */
    MISCONFIGURED
  }

  private final Kind kind;

  public ConnectorException(Kind kind, String message) {
    this(kind, message, null);
  }

  public ConnectorException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
