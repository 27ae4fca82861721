package dev.backfeed.connectors.http;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One request, which may be put on the wire several times.
 *
 * @param method upper case
 * @param url absolute; HTTPS, or HTTP to loopback
 * @param headers asked for anew for each attempt, right before it is sent, so that a signature's
 *     timestamp is true; without Content-Type
 * @param contentType of the body
 * @param body sent as exactly these characters in UTF-8
 * @param repeatable whether it may be sent again when nobody knows if it was applied
 * @param busy answers that mean "not now" although their status does not say so; they are retried
 */
public record HttpRequest(
    String method,
    String url,
    Supplier<Map<String, String>> headers,
    String contentType,
    Optional<String> body,
    boolean repeatable,
    Predicate<HttpAnswer> busy) {

  /** A request with a JSON body that may be repeated. */
  public static HttpRequest json(
      String method, String url, Supplier<Map<String, String>> headers, String body) {
    return new HttpRequest(
        method, url, headers, "application/json", Optional.of(body), true, answer -> false);
  }

  /** A request without a body that may be repeated. */
  public static HttpRequest plain(
      String method, String url, Supplier<Map<String, String>> headers) {
    return new HttpRequest(
        method, url, headers, "application/json", Optional.empty(), true, answer -> false);
  }

  /** A form, POSTed; may be repeated. */
  public static HttpRequest form(
      String url, Supplier<Map<String, String>> headers, Map<String, String> fields) {
    return new HttpRequest(
        "POST",
        url,
        headers,
        "application/x-www-form-urlencoded",
        Optional.of(Urls.form(fields)),
        true,
        answer -> false);
  }

  /** The same, never sent twice where the first time may have worked. */
  public HttpRequest notRepeatable() {
    return new HttpRequest(method, url, headers, contentType, body, false, busy);
  }

  /** The same, with further answers that mean "not now". */
  public HttpRequest busyWhen(Predicate<HttpAnswer> meansBusy) {
    return new HttpRequest(method, url, headers, contentType, body, repeatable, meansBusy);
  }
}
