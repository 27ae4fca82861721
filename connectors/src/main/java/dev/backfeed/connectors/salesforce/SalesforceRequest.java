package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.Json;
import java.util.Optional;

/**
 * A call below {@code /services/data/vNN.0/}.
 *
 * @param repeatable whether it may be sent again when nobody knows if it was applied
 */
record SalesforceRequest(String method, String path, Optional<JsonNode> body, boolean repeatable) {
  static SalesforceRequest of(String method, String path, JsonNode body) {
    return new SalesforceRequest(method, path, Optional.of(body), true);
  }

  static SalesforceRequest get(String path) {
    return new SalesforceRequest("GET", path, Optional.empty(), true);
  }

  SalesforceRequest notRepeatable() {
    return new SalesforceRequest(method, path, body, false);
  }

  /** As it goes over the wire, without what signs it. */
  String text(String version) {
    String line = method + " /services/data/" + version + "/" + path;
    return body.map(b -> line + "\n" + Json.text(b)).orElse(line);
  }
}
