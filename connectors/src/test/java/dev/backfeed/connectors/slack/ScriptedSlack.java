package dev.backfeed.connectors.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A server that answers as it is told, and destinations that talk to it. */
final class ScriptedSlack implements AutoCloseable {
  static final String TOKEN = "xoxb-BACKFEED-SECRET";
  static final String PATH = "/services/T01/B01/BACKFEEDSECRET";

  private final MockWebServer server = new MockWebServer();
  private final Changes changes = new Changes("id");
  final FakeCallGate gate = new FakeCallGate();

  ScriptedSlack() {
    try {
      server.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String origin() {
    return "http://127.0.0.1:" + server.getPort();
  }

  MapOptions withToken() {
    return options().withSecret("token", TOKEN);
  }

  MapOptions withWebhook() {
    return options().withSecret("webhook_url", origin() + PATH);
  }

  MapOptions options() {
    return new MapOptions(SlackConnector.MANIFEST).with("base_url", origin());
  }

  void answers(int status, String body) {
    enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  void enqueue(MockResponse response) {
    server.enqueue(response);
  }

  Destination open(MapOptions options) {
    return new SlackConnector()
        .open(
            new DestinationContext(
                "alerts", options, gate, (host, address, port) -> {}, () -> null));
  }

  /** What becomes of one row. */
  Outcome send(MapOptions options, String object, ObjectNode fields) {
    try (Destination destination = open(options)) {
      return send(destination, object, fields);
    }
  }

  Outcome send(Destination destination, String object, ObjectNode fields) {
    Answer answer = destination.write(batch(object, fields));
    return ((Answer.Answered) answer).outcomes().get(0);
  }

  Batch batch(String object, ObjectNode fields) {
    return new Batch(Operation.APPEND, object, List.of(changes.added("r1", fields)), "key-1");
  }

  RecordedRequest asked() {
    try {
      RecordedRequest request = server.takeRequest(5, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("nothing more was asked");
      }
      return request;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  JsonNode askedJson() {
    return Json.parse(asked().getBody().utf8()).orElseThrow();
  }

  int requests() {
    return server.getRequestCount();
  }

  @Override
  public void close() {
    server.close();
  }
}
