package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows the secrets that one destination has used, and takes them out of every text that leaves,
 * also where they stand URL- or Base64-encoded, alone or inside a longer encoded text. Safe for
 * several threads.
 */
public final class Redaction {
  /** What stands where a secret stood. */
  public static final String MARK = "(secret)";

  /** Longest message that leaves, in characters. */
  public static final int LONGEST = 500;

  private static final int SHORTEST_INNER = 8;
  private final Set<String> forms = ConcurrentHashMap.newKeySet();

  /** The secret's value for use in a request to the host; remembered before it is handed out. */
  public String reveal(Secret secret, String host) {
    return remember(secret.revealTo(host));
  }

  /** Remembers a secret that came another way: a token, a signed assertion. Gives it back. */
  public String remember(String secret) {
    String value = secret.strip();
    if (value.isEmpty()) {
      return secret;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
    add(value);
    add(encoded);
    add(encoded.replace("+", "%20"));
    add(lowerCaseEscapes(encoded));
    add(
        Json.text(com.fasterxml.jackson.databind.node.TextNode.valueOf(value))
            .replaceAll("^\"|\"$", ""));
    for (int lead = 0; lead < 3; lead++) {
      addInner(bytes, lead, Base64.getEncoder());
      addInner(bytes, lead, Base64.getUrlEncoder());
    }
    return secret;
  }

  /** The text without secrets, on one line, cut at {@value #LONGEST} characters. */
  public String clean(String text) {
    String clean = without(text == null ? "" : text).replaceAll("\\s+", " ").strip();
    return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST - 1) + "…";
  }

  private String without(String text) {
    String left = text;
    for (String form : forms.stream().sorted(LONGEST_FIRST).toList()) {
      left = left.replace(form, MARK);
    }
    return left;
  }

  private static final Comparator<String> LONGEST_FIRST =
      Comparator.comparingInt(String::length).reversed();

  private void add(String form) {
    if (!form.isEmpty()) {
      forms.add(form);
    }
  }

  /**
   * The characters that stand for the secret whatever is encoded before and after it: those that
   * are made of its bits alone.
   */
  private void addInner(byte[] secret, int lead, Base64.Encoder encoder) {
    byte[] led = new byte[lead + secret.length];
    System.arraycopy(secret, 0, led, lead, secret.length);
    String encoded = encoder.withoutPadding().encodeToString(led);
    int from = (lead * 8 + 5) / 6;
    int to = led.length * 8 / 6;
    if (to - from >= SHORTEST_INNER) {
      add(encoded.substring(from, to));
    } else if (lead == 0) {
      add(encoder.encodeToString(secret));
      add(encoded);
    }
  }

  private static String lowerCaseEscapes(String encoded) {
    return java.util.regex.Pattern.compile("%[0-9A-F]{2}")
        .matcher(encoded)
        .replaceAll(m -> m.group().toLowerCase(java.util.Locale.ROOT));
  }
}
