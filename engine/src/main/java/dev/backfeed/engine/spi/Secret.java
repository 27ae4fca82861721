package dev.backfeed.engine.spi;

/**
 * A resolved secret. Its value leaves this object only towards a host it may go to; {@code
 * toString} never shows it.
 */
public interface Secret {
  /**
   * The value, for use in a request to this host.
   *
   * @param host a host name without port
   * @throws SecretException if the host's settings bind the secret to other hosts
   */
  String revealTo(String host);
}
