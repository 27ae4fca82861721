package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What a connector's contract is tested with; see {@link ConnectorContractTest}. */
abstract class ConnectorFixture {
  /** A way for a destination to misbehave. */
  public enum Fault {
    /** Answers the first write with "too many requests, wait 2 seconds", then works. */
    THROTTLED_ONCE,
    /** Refuses the credentials, always. */
    CREDENTIALS_REFUSED,
    /** Nobody is there. */
    UNREACHABLE,
    /** Applies the first write and loses its answer, then works. */
    ANSWER_LOST
  }

  /**
   * Names of an object for the tests.
   *
   * @param object as written in {@code TO}
   * @param key its text key
   * @param text a text field that a new record must have, where there is such a rule
   * @param number a decimal field
   * @param flag a boolean field
   * @param date a date field
   * @param timestamp a timestamp field
   * @param json a field for nested JSON
   */
  public record Names(
      String object,
      String key,
      String text,
      String number,
      String flag,
      String date,
      String timestamp,
      String json) {}

  /** What the tests' calls pass. */
  protected final FakeCallGate gate = new FakeCallGate();

  /** What the sandbox keeps. */
  protected final MemoryRecordStore store = new MemoryRecordStore();

  /** Open during each test. */
  protected Destination destination;

  /** Makes changes of the object under test. */
  protected Changes changes;

  /** The connector, as the service loader would make it. */
  protected abstract Connector connector();

  /** Options of a destination that works and is empty at the start of each test. */
  protected abstract MapOptions options();

  protected abstract Names names();

  /** The fields of the record with this key as the destination holds it, as language JSON. */
  protected abstract Optional<ObjectNode> held(String key);

  /** Deletes a record behind our back. */
  protected abstract void deleteBehindOurBack(String key);

  /** Whole fields that the destination must refuse for this row alone. */
  protected abstract ObjectNode fieldsThatFail();

  /** Options of a destination with a fault; empty if this test cannot bring the fault about. */
  protected Optional<MapOptions> optionsWith(Fault fault) {
    return Optional.empty();
  }

  @BeforeEach
  void openDestination() {
    destination = open(options());
    changes = new Changes(names().key());
  }

  @AfterEach
  void closeDestination() {
    destination.close();
    assertThat(gate.openCalls()).as("calls announced and never ended").isZero();
  }

  /** Opens a destination on the test's gate and store. */
  protected Destination open(MapOptions options) {
    return connector()
        .open(
            new DestinationContext("crm", options, gate, (host, address, port) -> {}, () -> store));
  }

  /** Whole fields of a row: text and number. */
  protected ObjectNode whole(String text, String number) {
    ObjectNode fields = Changes.node();
    fields.put(names().text(), text);
    fields.put(names().number(), new BigDecimal(number));
    return fields;
  }

  final List<Outcome> upsert(Change... rows) {
    return deliver(Operation.UPSERT, List.of(rows));
  }

  /** What the destination did; skips the test where its manifest does not list the operation. */
  final List<Outcome> deliver(Operation operation, List<Change> rows) {
    requires(operation);
    List<Outcome> outcomes =
        new Delivery(this::limit, destination, names().object()).deliver(operation, rows);
    outcomes.forEach(o -> o.error().ifPresent(e -> showsNoSecret(e.message())));
    return outcomes;
  }

  /** What a row is sent as where it matters little: UPSERT, or APPEND where there is no such. */
  final Operation writes() {
    boolean upserts = connector().manifest().operations().contains(Operation.UPSERT);
    return upserts ? Operation.UPSERT : Operation.APPEND;
  }

  final void showsNoSecret(String message) {
    Stream.concat(options().secretValues().stream(), Stream.of("BACKFEED-SECRET"))
        .forEach(secret -> assertThat(message).doesNotContain(secret));
  }

  final int limit(Operation operation) {
    return connector().batchSize(operation, options());
  }

  static String id(Outcome outcome) {
    return outcome.destinationId().orElse(null);
  }

  /** Skips the test where the connector's manifest does not list the operation. */
  final void requires(Operation operation) {
    assumeTrue(connector().manifest().operations().contains(operation), "cannot " + operation);
  }
}
