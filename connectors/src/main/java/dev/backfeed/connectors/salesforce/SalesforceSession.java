package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HostPins;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.HttpCalls;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.http.TokenSource;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signed-in calls to one org. Renews the token once a call on 401; knows the calls left from what
 * each answer says. Safe for several threads.
 */
final class SalesforceSession {
  private static final Pattern USAGE = Pattern.compile("(?<![\\w-])api-usage=(\\d+)/(\\d+)");
  private final HttpCalls calls;
  private final Redaction redaction;
  private final String version;
  private final TokenSource<Token> tokens;
  private final AtomicLong left = new AtomicLong(-1);

  /** An access token and the origin it is good for. */
  record Token(String value, String origin) {}

  /**
   * @param login gives the answer of the token endpoint
   * @param dataOrigin where the data lies if the token's answer does not say, or if it must not (a
   *     {@code base_url})
   * @param pinned whether the token's answer may name another origin at all
   */
  SalesforceSession(
      HttpCalls calls,
      Redaction redaction,
      String version,
      SalesforceLogin login,
      String dataOrigin,
      Optional<HostPins> pinned) {
    this.calls = calls;
    this.redaction = redaction;
    this.version = version;
    this.tokens =
        new TokenSource<>(
            () -> {
              JsonNode answer = login.token();
              String named = answer.path("instance_url").asText("");
              String origin =
                  pinned.filter(p -> !named.isBlank()).map(p -> p.origin(named)).orElse(dataOrigin);
              return new Token(answer.get("access_token").asText(), origin);
            });
  }

  /** Signs in if that has not been done. Gives the origin of the org's data. */
  String signIn() {
    return tokens.current().origin();
  }

  /**
   * A call below {@code /services/data/vNN.0/}. Gives back 2xx, and refusals of what was asked
   * (400, 404, 409, 413 …); throws for the rest.
   */
  HttpAnswer call(SalesforceRequest call) {
    return request(call, t -> t.origin() + "/services/data/" + version + "/" + call.path());
  }

  HttpAnswer call(String method, String path, Optional<JsonNode> body) {
    return call(new SalesforceRequest(method, path, body, true));
  }

  /** The version of the API that calls are made to. */
  String version() {
    return version;
  }

  /** The next page of a query: a path of the same org that an answer named. */
  HttpAnswer page(String path) {
    if (!path.startsWith("/services/data/") || path.contains("..") || path.contains("@")) {
      throw new ConnectorException(
          Kind.MISCONFIGURED, "Salesforce named a next page that is no path of its API");
    }
    return request(SalesforceRequest.get(path), t -> t.origin() + path);
  }

  private HttpAnswer request(SalesforceRequest call, Function<Token, String> url) {
    HttpAnswer answer = calls.send(tokens, token -> wire(call, url.apply(token), token));
    noteUsage(answer);
    if (answer.status() == 401) {
      throw failure(Kind.CREDENTIALS, "Salesforce does not take the token it gave", answer);
    }
    if (answer.status() == 403) {
      Kind kind = SalesforceError.ofCall(answer).limitExceeded() ? Kind.QUOTA : Kind.CREDENTIALS;
      throw failure(kind, "Salesforce refuses the call", answer);
    }
    return answer;
  }

  private static HttpRequest wire(SalesforceRequest call, String url, Token token) {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token.value(), "Accept", "application/json");
    HttpRequest repeatable =
        call.body()
            .map(b -> HttpRequest.json(call.method(), url, () -> headers, Json.text(b)))
            .orElseGet(() -> HttpRequest.plain(call.method(), url, () -> headers));
    HttpRequest request = call.repeatable() ? repeatable : repeatable.notRepeatable();
    // The limit on calls that run at once comes as 403, where others answer 429.
    return request.busyWhen(a -> a.status() == 403 && SalesforceError.ofCall(a).concurrentLimit());
  }

  /** The body of a successful answer; what cannot be read may or may not have been applied. */
  JsonNode body(HttpAnswer answer) {
    return answer
        .json()
        .orElseThrow(
            () -> failure(Kind.UNKNOWN_OUTCOME, "Salesforce answered what is no JSON", answer));
  }

  ConnectorException failure(Kind kind, String what, HttpAnswer answer) {
    SalesforceError error = SalesforceError.ofCall(answer);
    return new ConnectorException(
        kind, redaction.clean(what + ": " + error.code() + ": " + error.message()));
  }

  /** Calls left today as the last answer told; empty before the first. */
  OptionalLong callsLeft() {
    return left.get() < 0 ? OptionalLong.empty() : OptionalLong.of(left.get());
  }

  /** {@code api-usage=25/15000}; may stand among other pairs, or not at all. */
  private void noteUsage(HttpAnswer answer) {
    Matcher usage = USAGE.matcher(answer.headers().getOrDefault("sforce-limit-info", ""));
    if (usage.find() && usage.group(1).length() < 18 && usage.group(2).length() < 18) {
      left.set(Math.max(0, Long.parseLong(usage.group(2)) - Long.parseLong(usage.group(1))));
    }
  }
}
