package dev.backfeed.connectors.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.VendorSpecs;
import dev.backfeed.engine.spi.ConnectorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
  /** 32 bytes made for this test: "backfeed signing key for tests 1". */
  private static final String SECRET = "whsec_YmFja2ZlZWQgc2lnbmluZyBrZXkgZm9yIHRlc3RzIDE=";

  /**
   * Worked out with another program: printf '%s' 'msg_7.1760000000.{"a":"ü"}' | openssl dgst
   * -sha256 -hmac 'backfeed signing key for tests 1' -binary | base64.
   */
  private static final String SIGNATURE = "v1,UvoVw7n7u4mXhdFnVs5lMixKFmqJOS7+hcj7ElKrxB4=";

  @Test
  void signsOurOwnVector() {
    WebhookSignature signature = new WebhookSignature(SECRET);
    assertThat(signature.of("msg_7", 1_760_000_000L, "{\"a\":\"ü\"}")).isEqualTo(SIGNATURE);
    assertThat(
            new WebhookSignature(SECRET.substring(6)).of("msg_7", 1_760_000_000L, "{\"a\":\"ü\"}"))
        .as("the prefix is optional")
        .isEqualTo(SIGNATURE);
  }

  @Test
  void signsThePublishedVectors() {
    JsonNode vectors = VendorSpecs.json("standard-webhooks/vectors.json");
    assertThat(vectors.get("sign")).isNotEmpty();
    for (JsonNode v : vectors.get("sign")) {
      WebhookSignature signature = new WebhookSignature(v.get("secret").asText());
      String header = v.get("signature").asText();
      String id = v.get("id").asText();
      long time = v.get("timestamp").asLong();
      String body = v.get("payload").asText();
      assertThat(signature.of(id, time, body)).as(v.get("origin").asText()).isEqualTo(header);
      assertThat(signature.accepts("v1,AAAA " + header + " v2,BBBB", id, time, body)).isTrue();
      assertThat(signature.accepts(header.substring(0, 8), id, time, body)).isFalse();
      assertThat(signature.accepts("v1,", id, time, body)).isFalse();
      assertThat(signature.accepts(header, id, time + 1, body)).isFalse();
      assertThat(signature.accepts(header, id, time, body + " ")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%"})
  void refusesWhatIsNoKeyWithoutQuotingIt(String secret) {
    assertThatThrownBy(() -> new WebhookSignature(secret))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("signing_secret")
        .hasMessageNotContaining("c2hvcnQ");
  }

  @Test
  void readsJsonForTheVectorsExactly() {
    assertThat(Json.text(Json.parse("{\"n\":1.50}").orElseThrow())).isEqualTo("{\"n\":1.50}");
  }
}
