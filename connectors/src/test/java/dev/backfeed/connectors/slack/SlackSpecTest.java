package dev.backfeed.connectors.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer.Call;
import dev.backfeed.connectors.http.LoopbackServer.Reply;
import dev.backfeed.connectors.http.VendorSpecs;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/**
 * Holds requests and the sandbox's answers against the vendor's description of its Web API, which
 * is of 2021 and describes arguments as those of a form; webhooks are not in it.
 */
class SlackSpecTest {
  private final JsonNode spec = VendorSpecs.json("slack/slack_web_openapi_v2-cut.json");

  @Test
  void everyFieldIsAnArgumentOfTheVendorsType() {
    Map<String, String> described = arguments("/chat.postMessage", "post");
    Set<String> fields = new HashSet<>();
    for (Field field : SlackMessage.schema(false, "*").fields()) {
      if (!field.keyAlone()) {
        fields.add(field.name());
        boolean flag = described.get(field.name()).equals("boolean");
        boolean ours = field.type().name().equals("BOOLEAN");
        // The description has a string for reply_broadcast's flag's neighbours, JSON for lists.
        assertThat(ours).as(field.name()).isEqualTo(flag);
      }
    }
    assertThat(described.keySet()).containsAll(fields).contains("mrkdwn");
  }

  @Test
  void everyRequestIsTheVendors() {
    try (ScriptedSlack slack = new ScriptedSlack();
        Destination destination = slack.open(slack.withToken())) {
      slack.answers(200, "{\"ok\":true}");
      slack.answers(200, SlackContractTest.OK);
      destination.test();
      ObjectNode row = Changes.node().put("text", "a").put("unfurl_links", true);
      slack.send(destination, "#health", row.put("thread_ts", "1760000000.000100"));
      assertDescribed(slack.asked());
      assertDescribed(slack.asked());
    }
  }

  private void assertDescribed(RecordedRequest request) {
    String base = spec.get("basePath").asText();
    String path = request.getUrl().encodedPath();
    assertThat(path).startsWith(base + "/");
    String method = request.getMethod().toLowerCase(java.util.Locale.ROOT);
    Map<String, String> described = arguments(path.substring(base.length()), method);
    if (method.equals("post")) {
      JsonNode body = Json.parse(request.getBody().utf8()).orElseThrow();
      for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        assertThat(described).containsKey(name);
        assertThat(body.get(name).isBoolean())
            .as(name)
            .isEqualTo(described.get(name).equals("boolean"));
      }
    }
  }

  @Test
  void theSandboxAnswersWithWhatTheVendorDescribes() {
    SlackSandbox sandbox = new SlackSandbox(new MemoryRecordStore(), () -> 0);
    JsonNode operation = spec.at("/paths/~1chat.postMessage/post/responses");
    Reply posted = sandbox.answer(call("{\"channel\":\"#a\",\"text\":\"b\"}"));
    Set<String> said = new HashSet<>();
    posted.body().orElseThrow().fieldNames().forEachRemaining(said::add);
    Set<String> wanted = new HashSet<>();
    operation.at("/200/schema/required").forEach(n -> wanted.add(n.asText()));
    assertThat(said).isEqualTo(wanted);
    Set<String> errors = new HashSet<>();
    operation.at("/default/schema/properties/error/enum").forEach(n -> errors.add(n.asText()));
    for (String body :
        new String[] {
          "{\"channel\":\"#a\"}",
          "{\"channel\":\"# a\",\"text\":\"b\"}",
          "{\"channel\":\"#a\",\"text\":\"" + "x".repeat(40_001) + "\"}"
        }) {
      JsonNode refused = sandbox.answer(call(body)).body().orElseThrow();
      assertThat(refused.get("ok").booleanValue()).isFalse();
      assertThat(errors).contains(refused.get("error").asText());
    }
  }

  private static Call call(String body) {
    return new Call(
        "POST",
        URI.create("/api/chat.postMessage"),
        Map.of("authorization", "Bearer " + SlackSandbox.TOKEN),
        body);
  }

  private Map<String, String> arguments(String path, String method) {
    JsonNode operation = spec.get("paths").path(path).path(method);
    assertThat(operation.isMissingNode()).as(method + " " + path).isFalse();
    Map<String, String> arguments = new HashMap<>();
    operation
        .get("parameters")
        .forEach(p -> arguments.put(p.get("name").asText(), p.get("type").asText()));
    return arguments;
  }
}
