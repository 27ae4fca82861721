package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a connector keeps that can update, insert, clear or read single records. */
abstract class RecordContract extends ConnectorFixture {
  @Test
  void updatesWhatIsThereAndNamesWhatIsMissing() {
    requires(Operation.UPDATE);
    List<Outcome> made =
        upsert(changes.added("a", whole("Ada", "1")), changes.added("gone", whole("Gil", "2")));
    deleteBehindOurBack("gone");
    List<Outcome> outcomes =
        deliver(
            Operation.UPDATE,
            List.of(
                changes.changed("a", number("7"), id(made.get(0))),
                changes.added("never", whole("Ned", "3")),
                changes.changed("gone", number("8"), id(made.get(1)))));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED, Status.MISSING, Status.MISSING);
    assertThat(held("never")).isEmpty();
    assertThat(held("gone")).isEmpty();
    assertThat(held("a").orElseThrow().get(names().text()).asText()).isEqualTo("Ada");
    assertThat(decimal(held("a").orElseThrow())).isEqualByComparingTo("7");
  }

  @Test
  void updatesARecordByItsKeyAlone() {
    requires(Operation.UPDATE);
    upsert(changes.added("a", whole("Ada", "1")));
    Change whole = changes.added("a", whole("Ada L.", "2"));
    assertThat(deliver(Operation.UPDATE, List.of(whole)).get(0).status()).isEqualTo(Status.UPDATED);
    assertThat(held("a").orElseThrow().get(names().text()).asText()).isEqualTo("Ada L.");
  }

  @Test
  void insertsWhatIsMissingAndLeavesWhatIsThere() {
    requires(Operation.INSERT);
    upsert(changes.added("a", whole("Ada", "1")), changes.added("c", whole("Cid", "1")));
    List<Outcome> outcomes =
        deliver(
            Operation.INSERT,
            List.of(
                changes.added("a", whole("Eve", "2")),
                changes.added("b", whole("Bo", "3")),
                changes.added("c", whole("Eve", "4"))));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.EXISTS, Status.CREATED, Status.EXISTS);
    assertThat(held("a").orElseThrow().get(names().text()).asText()).isEqualTo("Ada");
    assertThat(held("b").orElseThrow().get(names().text()).asText()).isEqualTo("Bo");
    assertThat(held("c").orElseThrow().get(names().text()).asText()).isEqualTo("Cid");
  }

  @Test
  void anInsertThatFailsLeavesTheOthersApplied() {
    requires(Operation.INSERT);
    List<Outcome> outcomes =
        deliver(
            Operation.INSERT,
            List.of(changes.added("a", whole("Ada", "1")), changes.added("b", fieldsThatFail())));
    assertThat(outcomes).extracting(Outcome::status).containsExactly(Status.CREATED, Status.FAILED);
    assertThat(held("a")).isPresent();
    assertThat(held("b")).isEmpty();
  }

  @Test
  void clearsTheFieldsOfARowThatLeft() {
    requires(Operation.CLEAR);
    Outcome made = upsert(changes.added("a", whole("Ada", "1"))).get(0);
    ObjectNode nothing = Changes.node().putNull(names().number()).putNull(names().flag());
    List<Outcome> outcomes =
        deliver(
            Operation.UPDATE,
            List.of(changes.left("a", nothing, id(made)), changes.left("never", nothing, null)));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED, Status.MISSING);
    ObjectNode left = held("a").orElseThrow();
    assertThat(left.get(names().text()).asText()).isEqualTo("Ada");
    assertThat(left.path(names().number()).isNumber()).isFalse();
    assertThat(held("never")).isEmpty();
  }

  @Test
  void readsByKeyOneRecordAndNone() {
    requires(Operation.READ);
    upsert(changes.added("a", whole("Ada", "1.50")), changes.added("b", whole("Bo", "2")));
    List<Found> found =
        read(List.of(by("never"), by("b"), by("a")), List.of(names().text(), names().number()));
    assertThat(found).extracting(Found::index).containsExactly(1, 2);
    assertThat(found.get(0).fields().get(names().text()).asText()).isEqualTo("Bo");
    assertThat(decimal(found.get(1).fields())).isEqualByComparingTo("1.5");
  }

  @Test
  void readsEveryTypeAsItTravels() {
    requires(Operation.READ);
    ObjectNode all = whole("Zoë \"quoted\" \\ ' 𝄞\n2nd line", "12345678.123456");
    all.put(names().flag(), true).put(names().date(), "2026-02-28");
    all.put(names().timestamp(), "2026-01-02T03:04:05.678Z");
    all.set(names().json(), Changes.node().put("risk", new BigDecimal("0.25")).put("why", "late"));
    upsert(changes.added("c1", all));
    List<String> fields = new ArrayList<>();
    all.fieldNames().forEachRemaining(fields::add);
    ObjectNode read = read(List.of(by("c1")), fields).get(0).fields();
    assertThat(decimal(read)).isEqualByComparingTo("12345678.123456");
    JsonNode json = read.get(names().json());
    assertThat(json.isTextual() ? Changes.json(json.asText()) : json)
        .isEqualTo(all.get(names().json()));
    for (String field :
        List.of(names().text(), names().flag(), names().date(), names().timestamp())) {
      assertThat(read.get(field)).as(field).isEqualTo(all.get(field));
    }
  }

  @Test
  void readsWhatIsBlankAsNull() {
    requires(Operation.READ);
    upsert(changes.added("a", whole("Ada", "1")));
    List<Found> found = read(List.of(by("a")), List.of(names().flag(), names().date()));
    assertThat(found.get(0).fields().get(names().flag()).isNull()).isTrue();
    assertThat(found.get(0).fields().get(names().date()).isNull()).isTrue();
    assertThat(read(List.of(by("a")), List.of()).get(0).fields()).isEmpty();
  }

  @Test
  void readsByAnotherFieldAllRecordsThatFit() {
    requires(Operation.READ);
    upsert(
        changes.added("a", whole("O'Hara", "1")),
        changes.added("b", whole("O'Hara", "2")),
        changes.added("c", whole("Cid \\' OR 1=1 --", "3")));
    List<Found> found =
        read(
            List.of(
                wanted(names().text(), "O'Hara"),
                wanted(names().text(), "Cid \\' OR 1=1 --"),
                wanted(names().text(), "Nobody")),
            List.of(names().key()));
    assertThat(found).extracting(Found::index).containsExactly(0, 0, 1);
    assertThat(found.stream().map(f -> f.fields().get(names().key()).asText()).sorted().toList())
        .containsExactly("a", "b", "c");
  }

  @Test
  void readsByTwoFieldsAndByNull() {
    requires(Operation.READ);
    upsert(changes.added("a", whole("Ada", "1")), changes.added("b", whole("Ada", "2")));
    ObjectNode both = Changes.node().put(names().text(), "Ada");
    both.put(names().number(), new BigDecimal("2.0"));
    ObjectNode none = Changes.node().put(names().text(), "Ada").putNull(names().number());
    List<Found> found =
        read(
            List.of(new Wanted(0, both, Optional.empty()), new Wanted(1, none, Optional.empty())),
            List.of(names().key()));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).fields().get(names().key()).asText()).isEqualTo("b");
  }

  @Test
  void readsManyBeyondOneBatch() {
    requires(Operation.READ);
    int most = Math.min(500, limit(Operation.READ));
    List<Change> rows = new ArrayList<>();
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      rows.add(changes.added("k" + i, whole("Name " + i, i + ".5")));
      wanted.add(by("k" + i));
    }
    deliver(Operation.UPSERT, rows);
    List<Found> found = read(wanted, List.of(names().text()));
    assertThat(found).hasSize(most);
    assertThat(found)
        .allSatisfy(
            f ->
                assertThat(f.fields().get(names().text()).asText()).isEqualTo("Name " + f.index()));
  }

  @Test
  void readsAndWritesByItsId() {
    requires(Operation.READ);
    assumeTrue(connector().manifest().byId(), "cannot write by id");
    Outcome made = upsert(changes.added("a", whole("Ada", "1"))).get(0);
    Wanted same = new Wanted(0, Changes.node(), made.destinationId());
    String id = read(List.of(same), List.of()).get(0).destinationId().orElseThrow();
    assertThat(id).isEqualTo(id(made));
    Change moved = Changes.byId(changes.changed("b", number("5"), id), id);
    assertThat(deliver(Operation.UPSERT, List.of(moved)).get(0).status()).isEqualTo(Status.UPDATED);
    assertThat(held("a")).isEmpty();
    assertThat(held("b").orElseThrow().get(names().text()).asText()).isEqualTo("Ada");
    deleteBehindOurBack("b");
    assertThat(deliver(Operation.UPDATE, List.of(moved)).get(0).status()).isEqualTo(Status.MISSING);
    assertThat(deliver(Operation.UPSERT, List.of(moved)).get(0).status())
        .isEqualTo(Status.VANISHED);
  }

  @Test
  void tellsWhenARecordWasChanged() {
    requires(Operation.READ);
    assumeTrue(connector().tellsChangeTimes(options()), "tells no change times");
    upsert(changes.added("a", whole("Ada", "1")));
    Instant changed = read(List.of(by("a")), List.of()).get(0).changedAt().orElseThrow();
    assertThat(Duration.between(changed, Instant.now()).abs()).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void showsARequestWithoutMakingIt() {
    destination.describe(names().object());
    int calls = gate.calls();
    List<Operation> writing =
        connector().manifest().operations().stream()
            .filter(o -> o != Operation.READ && o != Operation.CLEAR)
            .toList();
    for (Operation operation : writing) {
      Change change =
          operation == Operation.DELETE
              ? changes.removed("k-17", null)
              : changes.added("k-17", whole("Ada's", "1.50"));
      String shown =
          destination.request(
              new Batch(operation, names().object(), List.of(change), "0000000b-1"));
      showsNoSecret(shown);
      // What is appended need not carry its key, nor be described with a number.
      if (operation != Operation.APPEND) {
        assertThat(shown).as(operation.name()).contains("k-17");
      }
      if (operation != Operation.DELETE) {
        change
            .fields()
            .forEach(value -> assertThat(shown).as(operation.name()).contains(value.asText()));
      }
    }
    assertThat(gate.calls()).isEqualTo(calls);
  }

  private List<Found> read(List<Wanted> wanted, List<String> fields) {
    List<Wanted> indexed = new ArrayList<>();
    wanted.forEach(w -> indexed.add(new Wanted(indexed.size(), w.by(), w.destinationId())));
    return ((RecordReader) destination)
        .read(names().object(), indexed, fields.stream().map(List::of).toList()).stream()
            .sorted(java.util.Comparator.comparingInt(Found::index))
            .toList();
  }

  private Wanted by(String key) {
    return wanted(names().key(), key);
  }

  private static Wanted wanted(String field, String value) {
    return new Wanted(0, Changes.node().put(field, value), Optional.empty());
  }

  private ObjectNode number(String value) {
    return Changes.node().put(names().number(), new BigDecimal(value));
  }

  private BigDecimal decimal(ObjectNode record) {
    return record.get(names().number()).decimalValue();
  }
}
