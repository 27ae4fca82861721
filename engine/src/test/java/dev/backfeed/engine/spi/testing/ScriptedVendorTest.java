package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The scripted destination answers truthfully unless it was told otherwise. */
class ScriptedVendorTest {
  private final ScriptedVendor vendor = new ScriptedVendor();

  @Test
  void remembersWhatItHolds() {
    assertThat(write(Operation.UPSERT)).containsExactly(Status.CREATED, Status.CREATED);
    assertThat(write(Operation.UPSERT)).containsExactly(Status.UPDATED, Status.UPDATED);
    assertThat(write(Operation.DELETE)).containsExactly(Status.DELETED, Status.DELETED);
    assertThat(write(Operation.UPDATE)).containsExactly(Status.MISSING, Status.MISSING);
  }

  @Test
  void logsEachChangeOnce() {
    write(Operation.UPSERT);
    assertThat(vendor.sent())
        .containsExactly(
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"added\",\"key\":{\"id\":\"a\"},"
                + "\"fields\":{\"score\":1}}",
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"added\",\"key\":{\"id\":\"b\"},"
                + "\"fields\":{\"score\":1}}");
    assertThat(vendor.sent()).isEmpty();
  }

  @Test
  void answersAsTold() {
    vendor.tell("b failed VALIDATION E1 score is too low");
    List<Outcome> outcomes = ((Answer.Answered) vendor.write(batch(Operation.UPSERT))).outcomes();
    assertThat(outcomes.get(1).status()).isEqualTo(Status.FAILED);
    assertThat(outcomes.get(1).error().orElseThrow().message()).isEqualTo("score is too low");
    assertThat(write(Operation.UPSERT)).containsExactly(Status.UPDATED, Status.CREATED);
    vendor.tell("a always vanished");
    assertThat(write(Operation.UPSERT)).startsWith(Status.VANISHED);
    assertThat(write(Operation.UPSERT)).startsWith(Status.VANISHED);
    vendor.tell("reset");
    assertThat(write(Operation.UPSERT)).startsWith(Status.CREATED);
  }

  @Test
  void failsAsTold() {
    vendor.tell("batch refused VALIDATION E2 bad batch");
    assertThat(vendor.write(batch(Operation.UPSERT))).isInstanceOf(Answer.Refused.class);
    vendor.tell("batch unreachable no route");
    assertThatThrownBy(() -> write(Operation.UPSERT))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.kind()).isEqualTo(ConnectorException.Kind.UNREACHABLE));
    assertThat(vendor.sent()).isEmpty();
    vendor.tell("batch unknown_outcome the line broke");
    assertThatThrownBy(() -> write(Operation.UPSERT)).hasMessage("the line broke");
    assertThat(vendor.sent()).hasSize(2);
    assertThat(write(Operation.UPSERT)).containsExactly(Status.UPDATED, Status.UPDATED);
  }

  private List<Status> write(Operation operation) {
    return ((Answer.Answered) vendor.write(batch(operation)))
        .outcomes().stream().map(Outcome::status).toList();
  }

  private static Batch batch(Operation operation) {
    return new Batch(operation, "contacts", List.of(change(0, "a"), change(1, "b")), "key");
  }

  private static Change change(int index, String key) {
    ObjectNode keys = JsonNodeFactory.instance.objectNode().put("id", key);
    ObjectNode fields = JsonNodeFactory.instance.objectNode().put("score", 1);
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return new Change(
        index,
        Change.Kind.ADDED,
        key,
        keys,
        fields,
        true,
        Optional.empty(),
        false,
        "0" + index,
        none);
  }
}
