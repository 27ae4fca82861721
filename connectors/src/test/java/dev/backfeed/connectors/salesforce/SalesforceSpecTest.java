package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.VendorSpecs;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/**
 * Holds every kind of request that the connector sends against the vendor's own request collection.
 * That is of 2021: its collection requests carry an object where the documentation has none, and it
 * does not have the upsert of a collection by external id, which is the update with one step more.
 */
class SalesforceSpecTest {
  private static final String SPEC = "salesforce/postman-requests-2021-01.json";

  @Test
  void everyRequestIsTheVendors() throws Exception {
    JsonNode spec = VendorSpecs.json(SPEC).get("requests");
    List<RecordedRequest> sent = everyKindOfRequest();
    assertThat(sent).hasSize(10);
    for (RecordedRequest request : sent) {
      List<String> differences = new ArrayList<>();
      for (JsonNode described : spec) {
        String difference = difference(described, request);
        if (!difference.equals("other")) {
          differences.add(described.get("name").asText() + ": " + difference);
        }
      }
      assertThat(differences)
          .as(request.getRequestLine())
          .anyMatch(d -> d.endsWith(": "))
          .isNotEmpty();
    }
  }

  /** Empty if the request is what is described, "other" if it is another request altogether. */
  private static String difference(JsonNode described, RecordedRequest request) {
    String[] url = described.get("url").asText().split("\\?", 2);
    if (!described.get("method").asText().equals(request.getMethod())
        || !pathPattern(url[0]).matcher(request.getUrl().encodedPath()).matches()) {
      return "other";
    }
    Set<String> parameters = new HashSet<>(request.getUrl().queryParameterNames());
    if (url.length > 1) {
      for (String pair : url[1].split("&", -1)) {
        parameters.remove(pair.split("=", 2)[0]);
      }
    }
    if (!parameters.isEmpty()) {
      return "unknown parameters " + parameters;
    }
    return bodyDifference(described, request);
  }

  private static String bodyDifference(JsonNode described, RecordedRequest request) {
    String body = request.getBody() == null ? "" : request.getBody().utf8();
    Set<String> keys = new HashSet<>();
    if (described.has("form")) {
      described.get("form").forEach(f -> keys.add(f.get("key").asText()));
      for (String pair : body.split("&", -1)) {
        if (!keys.remove(pair.split("=", 2)[0])) {
          return "unknown form field in " + body;
        }
      }
      return keys.isEmpty() ? "" : "lacks " + keys;
    }
    if (!described.hasNonNull("rawBody")) {
      return body.isEmpty() ? "" : "has a body";
    }
    Matcher names = Pattern.compile("\"(\\w+)\"\\s*:").matcher(described.get("rawBody").asText());
    while (names.find()) {
      keys.add(names.group(1));
    }
    Set<String> ours = new HashSet<>();
    Json.parse(body).orElseThrow().fieldNames().forEachRemaining(ours::add);
    return ours.equals(keys) ? "" : "has " + ours + " for " + keys;
  }

  private static Pattern pathPattern(String url) {
    String path = url.replaceFirst("^\\{\\{(_endpoint|url)}}(\\{\\{site}})?", "");
    if (path.contains("/composite/sobjects/<SOBJECT_API_NAME>")) {
      path = path.replace("/<SOBJECT_API_NAME>", "(/\\w+){0,2}");
    }
    path = path.replace("{{version}}", "67\\.0").replaceAll("\\{\\{\\w+}}|<\\w+>", "[^/]+");
    return Pattern.compile(path.replaceAll("/$", "") + "/?");
  }

  private static List<RecordedRequest> everyKindOfRequest() throws Exception {
    try (ScriptedOrg org = new ScriptedOrg()) {
      org.signsIn();
      org.answers(200, "{\"sobjects\":[{\"createable\":true,\"updateable\":true}]}");
      org.answers(200, "{\"DailyApiRequests\":{\"Max\":1,\"Remaining\":1}}");
      org.answers(200, "{\"name\":\"Contact\",\"fields\":[]}");
      org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":true}]");
      org.answers(200, "{\"done\":true,\"records\":[{\"Id\":\"003A\",\"Ext__c\":\"1\"}]}");
      org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[]}]");
      org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[]}]");
      org.answers(200, "{\"done\":true,\"records\":[]}");
      org.answers(200, "[{\"id\":\"003B\",\"success\":true,\"errors\":[]}]");
      Changes changes = new Changes("Ext__c");
      try (Destination destination = open(org)) {
        destination.test();
        destination.describe("Contact");
        destination.write(
            new Batch(
                Operation.UPSERT,
                "Contact",
                List.of(changes.added("1", Changes.node().put("LastName", "Ray"))),
                "b"));
        destination.write(
            new Batch(Operation.DELETE, "Contact", List.of(changes.removed("1", null)), "b"));
        destination.write(
            new Batch(
                Operation.UPDATE,
                "Contact",
                List.of(changes.changed("1", Changes.node().put("LastName", "Ray"), "003A")),
                "b"));
        destination.write(
            new Batch(
                Operation.INSERT,
                "Contact",
                List.of(changes.added("2", Changes.node().put("LastName", "Ray"))),
                "b"));
      }
      List<RecordedRequest> sent = new ArrayList<>();
      for (int i = org.requests(); i > 0; i--) {
        sent.add(org.asked());
      }
      return sent;
    }
  }

  private static Destination open(ScriptedOrg org) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String key =
        Base64.getEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    MapOptions options =
        new MapOptions(SalesforceConnector.MANIFEST)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9.id")
            .with("username", "sync@acme.com")
            .withSecret("private_key", key);
    return new SalesforceConnector()
        .open(
            new DestinationContext(
                "crm", options, new FakeCallGate(), (host, address, port) -> {}, () -> null));
  }
}
