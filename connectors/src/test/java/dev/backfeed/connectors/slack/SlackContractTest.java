package dev.backfeed.connectors.slack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.ConnectorContractTest;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;

/** The contract against the sandbox; faults against a mock server. */
class SlackContractTest extends ConnectorContractTest {
  static final String OK =
      "{\"ok\":true,\"channel\":\"C0123ABCD\",\"ts\":\"1760000000.000100\",\"message\":{}}";

  private final MockWebServer server = new MockWebServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Connector connector() {
    return new SlackConnector();
  }

  @Override
  protected MapOptions options() {
    return new MapOptions(connector().manifest())
        .with("sandbox", true)
        .withSecret("token", "xoxb-BACKFEED-SECRET");
  }

  /** There are no fields but a message's, and only its text is used here. */
  @Override
  protected Names names() {
    return new Names("#health", "id", "text", "-", "unfurl_links", "-", "-", "blocks");
  }

  @Override
  protected ObjectNode whole(String text, String number) {
    return Changes.node().put("text", text);
  }

  @Override
  protected Optional<ObjectNode> held(String key) {
    throw new UnsupportedOperationException("a message is not found by its row's key");
  }

  @Override
  protected void deleteBehindOurBack(String key) {
    throw new UnsupportedOperationException("a message is not found by its row's key");
  }

  @Override
  protected ObjectNode fieldsThatFail() {
    return Changes.node().put("text", "x".repeat(40_001));
  }

  @Override
  protected Optional<MapOptions> optionsWith(Fault fault) {
    switch (fault) {
      case THROTTLED_ONCE -> {
        server.enqueue(
            new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", 2)
                .body("{\"ok\":false,\"error\":\"ratelimited\"}")
                .build());
        server.enqueue(new MockResponse.Builder().body(OK).build());
      }
      case CREDENTIALS_REFUSED ->
          server.enqueue(
              new MockResponse.Builder()
                  .body(
                      "{\"ok\":false,\"error\":\"invalid_auth\",\"response_metadata\":"
                          + "{\"messages\":[\"who is xoxb-BACKFEED-SECRET?\"]}}")
                  .build());
      case ANSWER_LOST ->
          server.enqueue(
              new MockResponse.Builder()
                  .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                  .build());
      case UNREACHABLE -> {
        return Optional.of(to("http://127.0.0.1:" + freePort()));
      }
    }
    start();
    return Optional.of(to("http://127.0.0.1:" + server.getPort()));
  }

  private MapOptions to(String origin) {
    return options().with("sandbox", false).with("base_url", origin);
  }

  private void start() {
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
