package dev.backfeed.connectors.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the destination answered.
 *
 * @param status the HTTP status
 * @param headers by lower-case name; of a repeated header the last
 * @param body as text, empty where there was none
 * @param retryAfter how long it asks to wait, never negative
 * @param uncertainBefore whether an earlier attempt of the same request may have been applied: then
 *     "updated" can mean "created by the attempt whose answer was lost"
 */
public record HttpAnswer(
    int status,
    Map<String, String> headers,
    String body,
    Optional<Duration> retryAfter,
    boolean uncertainBefore) {
  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** Whether the status is a 2xx. */
  public boolean successful() {
    return status >= 200 && status < 300;
  }

  /** The body as JSON; empty where it is something else, an HTML page of a proxy for instance. */
  public Optional<JsonNode> json() {
    return Json.parse(body);
  }

  HttpAnswer afterUncertainty() {
    return new HttpAnswer(status, headers, body, retryAfter, true);
  }
}
