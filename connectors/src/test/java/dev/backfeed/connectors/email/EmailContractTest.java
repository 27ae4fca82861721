package dev.backfeed.connectors.email;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.ConnectorContractTest;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The contract against the sandbox; faults against a scripted server. */
class EmailContractTest extends ConnectorContractTest {
  private final ScriptedSmtp server = new ScriptedSmtp(null);

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Connector connector() {
    return new EmailConnector();
  }

  @Override
  protected MapOptions options() {
    return new MapOptions(connector().manifest())
        .with("sandbox", true)
        .with("from", "data@acme.com")
        .with("username", "ada")
        .withSecret("password", "BACKFEED-SECRET");
  }

  /** There are no fields but a message's. */
  @Override
  protected Names names() {
    return new Names("*", "id", "text", "-", "-", "-", "-", "-");
  }

  @Override
  protected ObjectNode whole(String text, String number) {
    return Changes.node()
        .put("to", "bo@acme.com")
        .put("text", text)
        .put("subject", "no. " + number);
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
    return Changes.node().put("to", "bo@nowhere.invalid").put("text", "hello");
  }

  @Override
  protected Optional<MapOptions> optionsWith(Fault fault) {
    MapOptions options =
        options()
            .with("sandbox", false)
            .with("host", "localhost")
            .with("port", server.port())
            .with("security", "none");
    switch (fault) {
      case THROTTLED_ONCE -> {
        // A mail server that has enough says 451 for a message, and the row waits its turn.
        return Optional.empty();
      }
      case CREDENTIALS_REFUSED ->
          server.offers("AUTH PLAIN").on("AUTH", "535 5.7.8 wrong: BACKFEED-SECRET");
      case ANSWER_LOST -> server.offers("AUTH PLAIN").on("AUTH", "235 ok").on(".", "drop");
      case UNREACHABLE -> server.close();
    }
    return Optional.of(options);
  }
}
