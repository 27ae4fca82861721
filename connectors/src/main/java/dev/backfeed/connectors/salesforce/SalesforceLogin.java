package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.HttpCalls;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Options;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks for access tokens: client credentials (id and secret as HTTP Basic, the form public clients
 * use; My Domain only) or {@linkplain JwtBearer JWT bearer}. Tokens carry no expiry; a 401 is the
 * only sign of it.
 */
final class SalesforceLogin {
  private final HttpCalls calls;
  private final Redaction redaction;
  private final String tokenOrigin;
  private final Function<String, HttpRequest> flow;

  /**
   * @param tokenOrigin scheme, host and port that tokens are asked of
   * @param flow makes the request to the token endpoint's URL
   */
  SalesforceLogin(
      HttpCalls calls,
      Redaction redaction,
      String tokenOrigin,
      Function<String, HttpRequest> flow) {
    this.calls = calls;
    this.redaction = redaction;
    this.tokenOrigin = tokenOrigin;
    this.flow = flow;
  }

  /** The flow that the options ask for. Secrets are resolved when a token is. */
  static Function<String, HttpRequest> flow(Options options, Redaction redaction, Clock clock) {
    if (options.has("private_key")) {
      return new JwtBearer(options, redaction, clock)::request;
    }
    return url -> {
      String host = URI.create(url).getHost();
      String id = options.secret("client_id").orElseThrow().revealTo(host).strip();
      String secret = redaction.reveal(options.secret("client_secret").orElseThrow(), host);
      return clientCredentials(url, id, secret.strip(), redaction);
    };
  }

  static HttpRequest clientCredentials(String url, String id, String secret, Redaction redaction) {
    String basic =
        Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    redaction.remember(basic);
    return HttpRequest.form(
        url,
        () -> Map.of("Authorization", "Basic " + basic, "Accept", "application/json"),
        Map.of("grant_type", "client_credentials"));
  }

  /**
   * The answer to a token request that succeeded: has {@code access_token}, usually {@code
   * instance_url}.
   *
   * @throws ConnectorException {@code CREDENTIALS} with the vendor's reason
   */
  JsonNode token() {
    HttpAnswer answer = calls.send(flow.apply(tokenOrigin + "/services/oauth2/token"));
    Optional<JsonNode> body = answer.json().filter(b -> b.hasNonNull("access_token"));
    if (answer.successful() && body.isPresent()) {
      redaction.remember(body.get().get("access_token").asText());
      return body.get();
    }
    throw refused(answer);
  }

  private ConnectorException refused(HttpAnswer answer) {
    String said =
        answer
            .json()
            .filter(b -> b.hasNonNull("error"))
            .map(b -> b.get("error").asText() + ": " + b.path("error_description").asText())
            .orElse("status " + answer.status());
    Kind kind = answer.status() == 404 ? Kind.MISCONFIGURED : Kind.CREDENTIALS;
    return new ConnectorException(
        kind, redaction.clean(tokenOrigin + " gave no access token: " + said));
  }
}
