package dev.backfeed.connectors.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.util.List;

/** What tests against a mail server share. */
abstract class OnMail {
  static final String PASSWORD = "BACKFEED-SECRET";

  final FakeCallGate gate = new FakeCallGate();
  final Changes changes = new Changes("id");

  static MapOptions options(int port) {
    return new MapOptions(EmailConnector.MANIFEST)
        .with("host", "localhost")
        .with("port", port)
        .with("security", "none")
        .with("max_retries", 0)
        .with("from", "Zoë of data <data@acme.com>");
  }

  static MapOptions signingIn(int port) {
    return options(port).with("username", "ada").withSecret("password", PASSWORD);
  }

  DestinationContext context(MapOptions options) {
    return context(options, (host, address, port) -> {});
  }

  DestinationContext context(MapOptions options, EgressPolicy egress) {
    return new DestinationContext("mail", options, gate, egress, () -> null);
  }

  Outcome send(MapOptions options, String object, ObjectNode fields) {
    try (Destination destination = new EmailConnector().open(context(options))) {
      return send(destination, object, fields);
    }
  }

  Outcome send(Destination destination, String object, ObjectNode fields) {
    Answer answer = destination.write(batch(object, fields));
    assertThat(gate.openCalls()).isZero();
    return ((Answer.Answered) answer).outcomes().get(0);
  }

  Batch batch(String object, ObjectNode fields) {
    return new Batch(Operation.APPEND, object, List.of(changes.added("r1", fields)), "key-1");
  }

  ConnectorException sendFails(MapOptions options) {
    ConnectorException thrown =
        catchThrowableOfType(
            ConnectorException.class, () -> send(options, "bo@acme.com", text("hello")));
    assertThat(thrown).isNotNull();
    assertThat(thrown.getMessage()).doesNotContain(PASSWORD);
    assertThat(gate.openCalls()).isZero();
    return thrown;
  }

  static ObjectNode text(String text) {
    return Changes.node().put("text", text);
  }
}
