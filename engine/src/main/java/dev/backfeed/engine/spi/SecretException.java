package dev.backfeed.engine.spi;

/** A secret that may not be used here, or that has no value. Names the reference, never a value. */
public final class SecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean allowed;

  /**
   * @param allowed false if the host's settings refuse the reference, true if it is allowed but
   *     cannot be resolved
   */
  public SecretException(boolean allowed, String message) {
    super(message);
    this.allowed = allowed;
  }

  public boolean allowed() {
    return allowed;
  }
}
