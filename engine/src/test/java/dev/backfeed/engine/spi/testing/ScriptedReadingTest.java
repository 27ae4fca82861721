package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The scripted vendor's records: found, changed by others, kept in a form of its own. */
class ScriptedReadingTest {
  private static final Instant MORNING = Instant.parse("2026-01-02T08:00:00Z");

  private Instant now = MORNING;
  private final ScriptedVendor vendor = new ScriptedVendor(false, () -> now);
  private final Changes changes = new Changes("id");

  @Test
  void insertsAndUpdatesOnlyWhereTheyApply() {
    assertThat(write(Operation.UPDATE, changes.added("a", name("Ann"))).status())
        .isEqualTo(Status.MISSING);
    assertThat(write(Operation.INSERT, changes.added("a", name("Ann"))).status())
        .isEqualTo(Status.CREATED);
    Outcome again = write(Operation.INSERT, changes.added("a", name("Bo")));
    assertThat(again).isEqualTo(Outcome.exists(0, "rec-a"));
    assertThat(vendor.records("contacts").get("a")).isEqualTo(name("Ann"));
    assertThat(write(Operation.UPDATE, changes.changed("a", name("Bo"), null)).status())
        .isEqualTo(Status.UPDATED);
  }

  @Test
  void findsByAnyField() {
    vendor.tell("makes contacts x {\"email\":\"e\",\"n\":1.0,\"custom_attributes\":{\"r\":1}}");
    vendor.tell("makes contacts y {\"email\":\"e\",\"n\":2,\"email2\":null}");
    assertThat(ids("{}")).isEmpty();
    assertThat(ids("{\"email\":\"e\"}")).containsExactly("rec-x", "rec-y");
    assertThat(ids("{\"email\":\"e\",\"n\":1}")).containsExactly("rec-x");
    assertThat(ids("{\"custom_attributes\":{\"r\":1}}")).containsExactly("rec-x");
    assertThat(ids("{\"email2\":null}")).isEmpty();
    assertThat(ids("{\"email\":\"E\"}")).isEmpty();
    assertThat(vendor.asked().get(1))
        .isEqualTo(
            "{\"op\":\"read\",\"object\":\"contacts\",\"by\":[{\"email\":\"e\"}],"
                + "\"fields\":[\"email\",\"a.b\"]}");
  }

  @Test
  void writesByIdWithTheKey() {
    vendor.tell("makes contacts x {\"email\":\"e\"}");
    Change claimed = byId(changes.added("7", name("Ann")), "rec-x");
    assertThat(write(Operation.UPSERT, claimed)).isEqualTo(Outcome.updated(0, "rec-x"));
    assertThat(ids("{\"id\":\"7\"}")).containsExactly("rec-x");
    assertThat(write(Operation.UPSERT, byId(claimed, "rec-y")).status()).isEqualTo(Status.FAILED);
    assertThat(write(Operation.UPDATE, byId(claimed, "rec-y")).status()).isEqualTo(Status.MISSING);
  }

  @Test
  void tellsWhenARecordWasChanged() {
    write(Operation.UPSERT, changes.added("a", name("Ann")));
    assertThat(byId("rec-a").changedAt()).contains(MORNING);
    now = MORNING.plusSeconds(60);
    vendor.tell("edits contacts a {\"name\":\"Zed\"}");
    assertThat(byId("rec-a").changedAt()).contains(now);
    assertThat(byId("rec-a").fields().toString()).isEqualTo("{\"email\":null,\"a\":{\"b\":null}}");
  }

  @Test
  void keepsValuesInItsOwnForm() {
    vendor.tell("stores contacts name trimmed");
    vendor.tell("stores contacts custom_attributes.r rounded 1");
    ObjectNode fields = name(" Ann ");
    fields.putObject("custom_attributes").put("r", new BigDecimal("0.26")).putNull("s");
    write(Operation.UPSERT, changes.added("a", fields));
    assertThat(vendor.records("contacts").get("a").toString())
        .isEqualTo("{\"name\":\"Ann\",\"custom_attributes\":{\"r\":0.3,\"s\":null}}");
  }

  @Test
  void failsToBeReadAsTold() {
    vendor.tell("read unreachable no route");
    assertThatThrownBy(() -> ids("{\"id\":\"a\"}")).isInstanceOf(ConnectorException.class);
    assertThat(ids("{\"id\":\"a\"}")).isEmpty();
  }

  private Outcome write(Operation operation, Change change) {
    Batch batch = new Batch(operation, "contacts", List.of(change), "key");
    return ((Answer.Answered) vendor.write(batch)).outcomes().get(0);
  }

  private List<String> ids(String by) {
    return read(new Wanted(0, (ObjectNode) Changes.json(by), Optional.empty())).stream()
        .map(f -> f.destinationId().orElseThrow())
        .sorted()
        .toList();
  }

  private Found byId(String id) {
    return read(new Wanted(0, Changes.node(), Optional.of(id))).get(0);
  }

  private List<Found> read(Wanted wanted) {
    return vendor.read("contacts", List.of(wanted), List.of(List.of("email"), List.of("a", "b")));
  }

  private static ObjectNode name(String name) {
    return Changes.node().put("name", name);
  }

  private static Change byId(Change change, String id) {
    return Changes.byId(change, id);
  }
}
