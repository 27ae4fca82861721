package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A destination on a scripted org, for tests of what goes over the wire. */
abstract class OnScriptedOrg {
  static final String SECRET = "9F0E/SECRET+1";
  static final String API = "/services/data/v67.0/";
  final ScriptedOrg org = new ScriptedOrg();
  final FakeCallGate gate = new FakeCallGate();
  final Changes changes = new Changes("Ext__c");

  @AfterEach
  void stop() {
    org.close();
    assertThat(gate.openCalls()).isZero();
  }

  Change row() {
    return changes.added("1", Changes.node().put("LastName", "Ray"));
  }

  MapOptions options() {
    return new MapOptions(SalesforceConnector.MANIFEST)
        .with("instance_url", org.origin())
        .with("client_id", "3MVG9.id")
        .withSecret("client_secret", SECRET);
  }

  Destination open(MapOptions options) {
    return new SalesforceConnector()
        .open(
            new DestinationContext(
                "crm",
                options,
                gate,
                (host, address, port) -> {},
                () -> {
                  throw new AssertionError("no sandbox here");
                }));
  }

  Answer write(Operation operation, Change... rows) {
    return write(options(), operation, rows);
  }

  Answer write(MapOptions options, Operation operation, Change... rows) {
    List<Change> indexed = new ArrayList<>();
    List.of(rows).forEach(c -> indexed.add(c.at(indexed.size())));
    try (Destination destination = open(options)) {
      return destination.write(new Batch(operation, "Contact", indexed, "batch-1"));
    }
  }

  ConnectorException fails(Operation operation, Change... rows) {
    ConnectorException thrown =
        catchThrowableOfType(ConnectorException.class, () -> write(operation, rows));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  static List<Outcome> outcomes(Answer answer) {
    return ((Answer.Answered) answer).outcomes();
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
