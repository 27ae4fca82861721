package dev.backfeed.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private final Redaction redaction = new Redaction();

  @ParameterizedTest
  @ValueSource(
      strings = {"s3cr3t/with+odd=chars&more", "plainsecret99", "ünï cödé §ecret", "short"})
  void takesOutEveryForm(String secret) {
    redaction.remember(secret);
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    for (String form :
        new String[] {
          secret,
          encoded,
          encoded.replace("+", "%20"),
          Base64.getEncoder().encodeToString(bytes),
          Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
        }) {
      assertThat(redaction.clean("before " + form + " after"))
          .as(form)
          .isNotEqualTo("before " + form + " after")
          .contains("before ")
          .endsWith(" after")
          .doesNotContain(secret);
    }
  }

  /** As in an Authorization header: Base64 of user, colon and password. */
  @ParameterizedTest
  @ValueSource(strings = {"", "u", "us", "use", "user:"})
  void takesItOutOfLongerBase64(String before) {
    String secret = "correct-horse-battery-staple";
    redaction.remember(secret);
    String basic =
        Base64.getEncoder()
            .encodeToString((before + secret + "!").getBytes(StandardCharsets.UTF_8));
    String clean = redaction.clean("Basic " + basic);
    assertThat(clean).contains(Redaction.MARK);
    String left = clean.replace(Redaction.MARK, "");
    assertThat(left.length()).isLessThan(6 + basic.length() - secret.length());
  }

  @Test
  void cutsAfterRedactingSoThatNoHalfSecretStays() {
    redaction.remember("abcdefghijklmnopqrstuvwxyz");
    String clean =
        redaction.clean("x".repeat(Redaction.LONGEST - 10) + "abcdefghijklmnopqrstuvwxyz");
    assertThat(clean).doesNotContain("abc").hasSizeLessThanOrEqualTo(Redaction.LONGEST);
  }

  @Test
  void leavesOtherTextAlone() {
    redaction.remember("");
    assertThat(redaction.clean("two\n lines ")).isEqualTo("two lines");
    assertThat(redaction.clean(null)).isEmpty();
  }
}
