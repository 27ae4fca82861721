package dev.backfeed.connectors.webhook;

import dev.backfeed.engine.spi.ConnectorException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of the Standard Webhooks specification 1.0.0, version {@code v1}: HMAC-SHA256 over
 * {@code id.timestamp.body}, Base64. Immutable.
 */
final class WebhookSignature {
  private static final String PREFIX = "whsec_";
  private final SecretKeySpec key;

  /**
   * @param secret {@code whsec_} and Base64, or the Base64 alone
   * @throws ConnectorException {@code CREDENTIALS} if it is no such key; never quotes it
   */
  WebhookSignature(String secret) {
    String text = secret.strip();
    byte[] bytes = decoded(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
    if (bytes.length < 24 || bytes.length > 64) {
      throw unusable("it has " + bytes.length + " bytes, not 24 to 64");
    }
    this.key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /**
   * The value of {@code webhook-signature}.
   *
   * @param timestamp seconds since 1970
   */
  String of(String id, long timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Whether one of the signatures in a header is ours; takes the same time for right and wrong. */
  boolean accepts(String header, String id, long timestamp, String body) {
    byte[] right = of(id, timestamp, body).getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (String signature : header.split(" ", -1)) {
      found |= MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.UTF_8));
    }
    return found;
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw unusable("it is no Base64");
    }
  }

  private static ConnectorException unusable(String why) {
    return new ConnectorException(
        ConnectorException.Kind.CREDENTIALS,
        "option \"signing_secret\" is no Standard Webhooks key: " + why);
  }
}
