package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.RowError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What Salesforce says went wrong. Calls answer an array with {@code errorCode}, records one with
 * {@code statusCode}.
 *
 * @param code of the first error; the HTTP status where there is none
 * @param message of all errors
 */
record SalesforceError(String code, String message) {
  /** The error of a whole call; an HTML page or an empty body has its status as code. */
  static SalesforceError ofCall(HttpAnswer answer) {
    JsonNode first =
        answer.json().map(b -> b.isArray() ? b.path(0) : b).filter(JsonNode::isObject).orElse(null);
    if (first == null || !first.hasNonNull("errorCode")) {
      String said = answer.body().isBlank() ? "no message" : answer.body();
      return new SalesforceError(Integer.toString(answer.status()), said);
    }
    return new SalesforceError(first.get("errorCode").asText(), first.path("message").asText());
  }

  /** The error of one record, from its {@code errors}. */
  static SalesforceError ofRecord(JsonNode result) {
    List<String> messages = new ArrayList<>();
    for (JsonNode error : result.path("errors")) {
      String fields =
          String.join(
              ", ",
              StreamSupport.stream(error.path("fields").spliterator(), false)
                  .map(JsonNode::asText)
                  .toList());
      String message = error.path("message").asText();
      messages.add(fields.isEmpty() ? message : message + " (" + fields + ")");
    }
    String code = result.path("errors").path(0).path("statusCode").asText("UNKNOWN_EXCEPTION");
    return new SalesforceError(code, String.join("; ", messages));
  }

  RowError toRow(Redaction redaction) {
    String type = SalesforceConnector.MANIFEST.errorType(code).orElse("REFUSED");
    return new RowError(type, code, redaction.clean(message));
  }

  /** The day's calls are used up, or too many long ones run at once: both come as 403. */
  boolean limitExceeded() {
    return code.equals("REQUEST_LIMIT_EXCEEDED");
  }

  /** Of the two limits, the one that is over in a moment. */
  boolean concurrentLimit() {
    return limitExceeded() && message.toLowerCase(java.util.Locale.ROOT).contains("concurrent");
  }
}
