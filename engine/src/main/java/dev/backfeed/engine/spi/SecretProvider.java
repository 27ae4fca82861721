package dev.backfeed.engine.spi;

/** Where references such as {@code env:BACKFEED_X} get their values. Safe for several threads. */
public interface SecretProvider {
  /**
   * Checks that the reference may be used on this host at all.
   *
   * @throws SecretException not allowed
   */
  void check(String reference);

  /**
   * Resolves a reference.
   *
   * @throws SecretException not allowed, or without a value
   */
  Secret resolve(String reference);
}
