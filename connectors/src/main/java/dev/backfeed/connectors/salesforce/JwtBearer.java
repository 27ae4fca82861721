package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Options;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JWT bearer flow: an assertion signed with RS256, valid for three minutes. */
final class JwtBearer {
  private static final int ASSERTION_SECONDS = 180;
  private final Options options;
  private final Redaction redaction;
  private final Clock clock;

  JwtBearer(Options options, Redaction redaction, Clock clock) {
    this.options = options;
    this.redaction = redaction;
    this.clock = clock;
  }

  /** The request for a token. */
  HttpRequest request(String url) {
    String host = URI.create(url).getHost();
    String id = options.secret("client_id").orElseThrow().revealTo(host).strip();
    String key = redaction.reveal(options.secret("private_key").orElseThrow(), host);
    String user = options.secret("username").orElseThrow().revealTo(host);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    form.put("assertion", redaction.remember(assertion(id, user, key)));
    return HttpRequest.form(url, () -> Map.of("Accept", "application/json"), form);
  }

  private String assertion(String clientId, String user, String key) {
    JsonNode claims =
        Json.object()
            .put("iss", clientId)
            .put("sub", user)
            .put("aud", audience())
            .put("exp", clock.instant().getEpochSecond() + ASSERTION_SECONDS);
    String unsigned =
        base64(Json.text(Json.object().put("alg", "RS256").put("typ", "JWT")))
            + "."
            + base64(Json.text(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(rsa(key));
      signature.update(unsigned.getBytes(StandardCharsets.US_ASCII));
      return unsigned
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause is left out: it may quote the key.
      throw new ConnectorException(
          Kind.CREDENTIALS,
          "option \"private_key\" is no RSA key in PKCS#8 PEM form (-----BEGIN PRIVATE KEY-----)");
    }
  }

  /**
   * The vendor takes only its two login hosts (or an Experience Cloud site) as audience, also where
   * the token is asked of a My Domain.
   */
  private String audience() {
    String login = options.text("login_url").map(u -> URI.create(u).getHost()).orElse("");
    String instance = URI.create(options.requiredText("instance_url")).getHost();
    if (!login.isEmpty() && !login.endsWith(".my.salesforce.com")) {
      return options.requiredText("login_url").replaceAll("/+$", "");
    }
    return (login + instance).contains(".sandbox.")
        ? "https://test.salesforce.com"
        : "https://login.salesforce.com";
  }

  private static PrivateKey rsa(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\\\n|\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
