package dev.backfeed.driver.host;

import java.util.Locale;

/**
 * A host name, or {@code *.} and a domain, which stands for every host below it but not for itself.
 *
 * @param text in lower case
 */
record HostPattern(String text) {
  HostPattern {
    text = text.toLowerCase(Locale.ROOT);
    String name = text.startsWith("*.") ? text.substring(2) : text;
    if (name.isEmpty() || name.contains("*") || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no host: write a name, or *. and a domain");
    }
  }

  boolean matches(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    return text.startsWith("*.") ? name.endsWith(text.substring(1)) : name.equals(text);
  }
}
