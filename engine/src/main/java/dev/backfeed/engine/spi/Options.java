package dev.backfeed.engine.spi;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a destination or a sync, already checked against the manifest: types are right,
 * required ones are there, defaults are filled in. Asking for a name that the manifest does not
 * know is a mistake in the connector ({@link IllegalArgumentException}).
 */
public interface Options {
  /** Whether the option was given or has a default; resolves no secret. */
  boolean has(String name);

  /** A string option; one that was given as {@code SECRET} is not readable here. */
  Optional<String> text(String name);

  /** A string option that is required or has a default. */
  default String requiredText(String name) {
    return text(name)
        .orElseThrow(() -> new OptionException(name, "option \"" + name + "\" is missing"));
  }

  Optional<BigDecimal> number(String name);

  /** A flag; false where neither given nor defaulted. */
  boolean flag(String name);

  Optional<Duration> duration(String name);

  /**
   * A string option that may be secret, resolved now.
   *
   * @throws SecretException not allowed or without value
   */
  Optional<Secret> secret(String name);

  /**
   * All options whose name begins with the prefix and a dot, without it: {@code
   * secretsUnder("header")} gives {@code X-Key} for {@code "header.X-Key"}. Plain values are given
   * as secrets too.
   */
  Map<String, Secret> secretsUnder(String prefix);
}
