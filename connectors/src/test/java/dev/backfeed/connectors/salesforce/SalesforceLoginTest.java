package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, tokens that expire, and where answers may send us. */
class SalesforceLoginTest extends OnScriptedOrg {
  @Test
  void anExpiredTokenIsRenewedAndTheCallReplayed() {
    org.signsIn("00Dxx!old", org.origin());
    org.answers(401, "[{\"message\":\"Session expired\",\"errorCode\":\"INVALID_SESSION_ID\"}]");
    org.signsIn("00Dxx!new", org.origin());
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":true}]");
    assertThat(outcomes(write(Operation.UPSERT, row())).get(0).status()).isEqualTo(Status.CREATED);
    org.asked();
    String first = org.asked().getBody().utf8();
    org.asked();
    RecordedRequest replay = org.asked();
    assertThat(replay.getBody().utf8()).isEqualTo(first);
    assertThat(replay.getHeaders().get("Authorization")).isEqualTo("Bearer 00Dxx!new");
  }

  @Test
  void aTokenThatIsNeverTakenDoesNotLoop() {
    org.signsIn("00Dxx!a", org.origin());
    String refused =
        "[{\"message\":\"This session is not valid for use with the REST API\","
            + "\"errorCode\":\"INVALID_SESSION_ID\"}]";
    org.answers(401, refused);
    org.signsIn("00Dxx!b", org.origin());
    org.answers(401, refused);
    ConnectorException thrown = fails(Operation.UPSERT, row());
    assertThat(thrown.kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(thrown).hasMessageContaining("not valid for use with the REST API");
    assertThat(org.requests()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://169.254.169.254",
        "https://salesforce.com.evil.io"
      })
  void aTokenAnswerCannotSendUsElsewhere(String elsewhere) {
    org.signsIn("00Dxx!t", elsewhere);
    ConnectorException thrown = fails(Operation.UPSERT, row());
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(org.requests()).isEqualTo(1);
  }

  @Test
  void echoedSecretsAreTakenOut() {
    org.signsIn();
    org.answers(
        200,
        "[{\"success\":false,\"errors\":[{\"statusCode\":\"X\",\"message\":\"token 00Dxx!token-1,"
            + " header Basic "
            + base64("3MVG9.id:" + SECRET)
            + "\",\"fields\":[]}]}]");
    String message =
        outcomes(write(Operation.UPSERT, row())).get(0).error().orElseThrow().message();
    assertThat(message).doesNotContain("token-1").doesNotContain(base64("3MVG9.id:" + SECRET));
  }

  @Test
  void jwtBearerSignsAnAssertion() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    org.signsIn();
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":true}]");
    MapOptions options =
        new MapOptions(SalesforceConnector.MANIFEST)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9.id")
            .with("username", "sync@acme.com")
            .withSecret("private_key", pem);
    write(options, Operation.UPSERT, row());
    String[] form = org.asked().getBody().utf8().split("&assertion=", -1);
    assertThat(form[0])
        .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
    String[] jwt = form[1].split("\\.", -1);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(jwt[2]))).isTrue();
    var claims =
        Json.parse(new String(Base64.getUrlDecoder().decode(jwt[1]), StandardCharsets.UTF_8))
            .orElseThrow();
    assertThat(claims.get("iss").asText()).isEqualTo("3MVG9.id");
    assertThat(claims.get("sub").asText()).isEqualTo("sync@acme.com");
    assertThat(claims.get("aud").asText()).isEqualTo("https://login.salesforce.com");
    assertThat(claims.get("exp").asLong())
        .isBetween(Instant.now().getEpochSecond() + 100, Instant.now().getEpochSecond() + 180);
  }

  @Test
  void aBrokenPrivateKeyIsNotQuoted() {
    MapOptions options =
        new MapOptions(SalesforceConnector.MANIFEST)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9.id")
            .with("username", "sync@acme.com")
            .withSecret("private_key", "not-a-key-4711");
    ConnectorException thrown =
        catchThrowableOfType(
            ConnectorException.class, () -> write(options, Operation.UPSERT, row()));
    assertThat(thrown.kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(thrown).hasMessageContaining("private_key").hasMessageNotContaining("4711");
  }

  @Test
  void optionsThatContradictAreRefused() {
    MapOptions none =
        new MapOptions(SalesforceConnector.MANIFEST).with("instance_url", org.origin());
    assertThatThrownBy(() -> open(none))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("client_secret");
    assertThatThrownBy(() -> open(options().with("username", "u")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> open(options().with("api_version", "latest")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("v67.0");
    assertThatThrownBy(() -> open(options().with("instance_url", "http://acme.my.salesforce.com")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("https");
  }
}
