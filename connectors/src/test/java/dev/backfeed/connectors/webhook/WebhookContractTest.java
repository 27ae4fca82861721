package dev.backfeed.connectors.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.RecordStore.Stored;
import dev.backfeed.engine.spi.testing.ConnectorContractTest;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;

/** The contract with one change a request, against the sandbox; faults against a mock server. */
class WebhookContractTest extends ConnectorContractTest {
  private final MockWebServer server = new MockWebServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Connector connector() {
    return new WebhookConnector();
  }

  @Override
  protected MapOptions options() {
    return new MapOptions(connector().manifest())
        .with("sandbox", true)
        .withSecret("header.X-Api-Key", "BACKFEED-SECRET/key+1");
  }

  @Override
  protected Names names() {
    return new Names("contacts", "id", "name", "score", "active", "since", "seen_at", "factors");
  }

  @Override
  protected Optional<ObjectNode> held(String key) {
    return stored(key).stream().findFirst().map(Stored::record);
  }

  @Override
  protected void deleteBehindOurBack(String key) {
    store.delete("contacts", stored(key).stream().map(Stored::id).toList());
  }

  private List<Stored> stored(String key) {
    return store.findByKey("contacts", List.of(Json.text(Json.object().put("id", key))));
  }

  @Override
  protected ObjectNode fieldsThatFail() {
    return whole("x".repeat(10_001), "1");
  }

  @Override
  protected Optional<MapOptions> optionsWith(Fault fault) {
    MockResponse ok = new MockResponse.Builder().code(201).build();
    switch (fault) {
      case THROTTLED_ONCE -> {
        server.enqueue(new MockResponse.Builder().code(429).addHeader("Retry-After", 2).build());
        server.enqueue(ok);
      }
      case CREDENTIALS_REFUSED -> server.enqueue(refused());
      case ANSWER_LOST -> {
        server.enqueue(
            new MockResponse.Builder()
                .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                .build());
        server.enqueue(ok);
      }
      case UNREACHABLE -> {
        return Optional.of(to("http://127.0.0.1:" + freePort()));
      }
    }
    start(server);
    return Optional.of(to("http://127.0.0.1:" + server.getPort() + "/in"));
  }

  private MapOptions to(String url) {
    return options().with("sandbox", false).with("url", url);
  }

  private static MockResponse refused() {
    return new MockResponse.Builder()
        .code(401)
        .body("unknown key BACKFEED-SECRET/key+1, also known as BACKFEED-SECRET%2Fkey%2B1")
        .build();
  }

  static void start(MockWebServer server) {
    try {
      server.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A port nobody listens on. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
