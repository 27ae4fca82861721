package dev.backfeed.engine.spi.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every connector keeps, whatever it talks to. Extend it beside a connector, against its
 * sandbox or a real database; the six abstract methods say how to open it, what its fields are
 * called and how to look behind its back. Faults that a test cannot bring about are skipped.
 */
public abstract class ConnectorContractTest extends RecordContract {
  @Test
  void manifestIsConsistent() {
    Manifest manifest = connector().manifest();
    assertThat(manifest.type()).matches("[a-z][a-z0-9_]*");
    assertThat(manifest.doc()).isNotBlank();
    assertThat(manifest.findsBy()).isNotBlank();
    assertThat(manifest.operations()).isNotEmpty().containsAll(manifest.idempotent());
    for (Operation operation : manifest.operations()) {
      assertThat(manifest.batchSize(operation)).isPositive();
      assertThat(connector().batchSize(operation, options()))
          .isBetween(1, manifest.batchSize(operation));
    }
    assertThat(manifest.options()).extracting(Manifest.Option::name).doesNotHaveDuplicates();
    assertThat(manifest.options()).allSatisfy(ConnectorContractTest::optionIsConsistent);
  }

  private static void optionIsConsistent(Manifest.Option option) {
    assertThat(option.doc()).as(option.name()).isNotBlank();
    assertThat(option.required() && option.fallback().isPresent()).as(option.name()).isFalse();
    assertThat(option.secret() && (option.where() || option.fallback().isPresent()))
        .as(option.name())
        .isFalse();
  }

  @Test
  void namesTheAccountWithoutACall() {
    assertThat(destination.account()).startsWith(connector().manifest().type() + ":");
    assertThat(gate.calls()).isZero();
  }

  @Test
  void describesTheKeyAsAKey() {
    requires(Operation.UPSERT);
    ObjectSchema schema = destination.describe(names().object());
    assumeTrue(schema.described(), "takes any field");
    assertThat(schema.field(names().key()).orElseThrow().key()).isTrue();
    for (String name : List.of(names().text(), names().number(), names().timestamp())) {
      assertThat(schema.field(name).orElseThrow().writable()).as(name).isTrue();
    }
  }

  @Test
  void testsOkAndSaysWhat() {
    assertThat(destination.test()).isNotEmpty().allSatisfy(c -> assertThat(c.ok()).isTrue());
    assertThat(destination.test()).extracting(Check::message).allSatisfy(this::showsNoSecret);
  }

  @Test
  void createsThenUpdatesOnlyWhatIsSent() {
    Outcome created = upsert(changes.added("c1", whole("Ada", "1.50"))).get(0);
    assertThat(created.status()).isEqualTo(Status.CREATED);
    ObjectNode newer = Changes.node();
    newer.put(names().number(), new BigDecimal("2.25"));
    Outcome updated = upsert(changes.changed("c1", newer, id(created))).get(0);
    assertThat(updated.status()).isEqualTo(Status.UPDATED);
    ObjectNode record = held("c1").orElseThrow();
    assertThat(record.get(names().text()).asText()).isEqualTo("Ada");
    assertThat(record.get(names().number()).decimalValue()).isEqualByComparingTo("2.25");
  }

  @Test
  void nullClearsAField() {
    Outcome created = upsert(changes.added("c1", whole("Ada", "1.5"))).get(0);
    upsert(changes.changed("c1", Changes.node().putNull(names().number()), id(created)));
    JsonNode left = held("c1").orElseThrow().path(names().number());
    assertThat(left.isNull() || left.isMissingNode()).isTrue();
  }

  @Test
  void carriesValuesOfEveryType() {
    ObjectNode all = whole("Zoë \"quoted\" \\ ' 𝄞\n2nd line", "12345678.123456");
    all.put(names().flag(), true);
    all.put(names().date(), "2026-02-28");
    all.put(names().timestamp(), "2026-01-02T03:04:05.678Z");
    all.set(names().json(), Changes.node().put("risk", new BigDecimal("0.25")).put("why", "late"));
    assertThat(upsert(changes.added("c1", all)).get(0).status()).isEqualTo(Status.CREATED);
    ObjectNode record = held("c1").orElseThrow();
    assertThat(record.get(names().text())).isEqualTo(all.get(names().text()));
    assertThat(record.get(names().number()).decimalValue()).isEqualByComparingTo("12345678.123456");
    assertThat(record.get(names().flag()).booleanValue()).isTrue();
    assertThat(record.get(names().date()).asText()).isEqualTo("2026-02-28");
    assertThat(record.get(names().timestamp()).asText()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(record.get(names().json())).isEqualTo(all.get(names().json()));
  }

  @Test
  void answersEachChangeOnceBeyondOneBatch() {
    List<Change> many = new ArrayList<>();
    for (int i = 0; i < 2 * limit(Operation.UPSERT) + 3; i++) {
      many.add(changes.added("k" + i, whole("Name " + i, i + ".5")));
    }
    List<Outcome> outcomes = deliver(Operation.UPSERT, many);
    assertThat(outcomes).hasSameSizeAs(many).allMatch(o -> o.status() == Status.CREATED);
    String last = "k" + (many.size() - 1);
    assertThat(held(last).orElseThrow().get(names().text()).asText())
        .isEqualTo("Name " + (many.size() - 1));
  }

  @Test
  void aFailedRowLeavesTheOthersApplied() {
    List<Change> three =
        List.of(
            changes.added("a", whole("Ada", "1")),
            changes.added("b", fieldsThatFail()),
            changes.added("c", whole("Cid", "3")));
    List<Outcome> outcomes = deliver(Operation.UPSERT, three);
    assertThat(outcomes.get(0).status()).isEqualTo(Status.CREATED);
    assertThat(outcomes.get(1).status()).isEqualTo(Status.FAILED);
    assertThat(outcomes.get(1).error().orElseThrow().message()).isNotBlank();
    assertThat(outcomes.get(1).error().orElseThrow().type()).matches("[A-Z_]+");
    assertThat(outcomes.get(2).status()).isEqualTo(Status.CREATED);
    assertThat(held("a")).isPresent();
    assertThat(held("b")).isEmpty();
    assertThat(held("c")).isPresent();
  }

  @Test
  void appendsRowByRowAndAFailedOneLeavesTheOthers() {
    List<Outcome> outcomes =
        deliver(
            Operation.APPEND,
            List.of(
                changes.added("a", whole("Ada", "1")),
                changes.added("b", fieldsThatFail()),
                changes.added("c", whole("Zoë \"quoted\" \\ ' 𝄞\n2nd line", "3"))));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.CREATED, Status.FAILED, Status.CREATED);
    assertThat(outcomes.get(1).error().orElseThrow().message()).isNotBlank();
    assertThat(outcomes.get(1).error().orElseThrow().type()).matches("[A-Z_]+");
  }

  @Test
  void deletesByIdAndByKeyAndWhatIsGone() {
    assumeTrue(connector().manifest().operations().contains(Operation.DELETE), "cannot delete");
    List<Outcome> made =
        upsert(changes.added("a", whole("Ada", "1")), changes.added("b", whole("Bo", "2")));
    upsert(changes.added("keep", whole("Kim", "3")), changes.added("gone", whole("Gil", "4")));
    deleteBehindOurBack("gone");
    List<Change> removals =
        List.of(
            changes.removed("a", id(made.get(0))),
            changes.removed("b", null),
            changes.removed("never", null),
            changes.removed("gone", null));
    assertThat(deliver(Operation.DELETE, removals)).allMatch(o -> o.status() == Status.DELETED);
    assertThat(held("a")).isEmpty();
    assertThat(held("b")).isEmpty();
    assertThat(held("keep")).isPresent();
  }

  @Test
  void deletingTwiceIsNoFailure() {
    assumeTrue(connector().manifest().operations().contains(Operation.DELETE), "cannot delete");
    Outcome made = upsert(changes.added("a", whole("Ada", "1"))).get(0);
    for (int i = 0; i < 2; i++) {
      List<Outcome> gone = deliver(Operation.DELETE, List.of(changes.removed("a", id(made))));
      assertThat(gone.get(0).status()).isEqualTo(Status.DELETED);
    }
  }

  /**
   * From the engine's side: the answer to the changed field alone must say that the record was not
   * there, so that the engine sends the row whole.
   */
  @Test
  void aRecordThatVanishedIsNoticedAndEndsWhole() {
    Outcome made = upsert(changes.added("a", whole("Ada", "1"))).get(0);
    deleteBehindOurBack("a");
    ObjectNode newer = Changes.node();
    newer.put(names().number(), 7);
    Outcome partial = upsert(changes.changed("a", newer, id(made))).get(0);
    assertThat(partial.status()).isIn(Status.VANISHED, Status.CREATED);
    Outcome again = upsert(changes.resent("a", whole("Ada", "7"), id(partial))).get(0);
    assertThat(again.status()).isIn(Status.CREATED, Status.UPDATED);
    ObjectNode record = held("a").orElseThrow();
    assertThat(record.get(names().text()).asText()).isEqualTo("Ada");
    assertThat(record.get(names().number()).decimalValue()).isEqualByComparingTo("7");
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    Destination busy = faulty(Fault.THROTTLED_ONCE);
    List<Outcome> outcomes = deliverTo(busy, changes.added("a", whole("Ada", "1")));
    assertThat(outcomes.get(0).status()).isEqualTo(Status.CREATED);
    assertThat(gate.pausesAskedFor()).isNotEmpty();
    assertThat(gate.pausesAskedFor().get(0)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(gate.retries()).isEqualTo(1);
  }

  @Test
  void refusedCredentialsStopTheRun() {
    ConnectorException refused = writeFails(Fault.CREDENTIALS_REFUSED);
    assertThat(refused.kind()).isEqualTo(ConnectorException.Kind.CREDENTIALS);
  }

  @Test
  void nobodyThereIsUnreachable() {
    ConnectorException refused = writeFails(Fault.UNREACHABLE);
    assertThat(refused.kind()).isEqualTo(ConnectorException.Kind.UNREACHABLE);
  }

  @Test
  void aLostAnswerIsRepeatedOrUnknownNeverFailed() {
    Destination forgetful = faulty(Fault.ANSWER_LOST);
    try {
      List<Outcome> outcomes = deliverTo(forgetful, changes.added("a", whole("Ada", "1")));
      assertThat(outcomes.get(0).status()).isIn(Status.CREATED, Status.UPDATED);
    } catch (ConnectorException e) {
      assertThat(e.kind()).isEqualTo(ConnectorException.Kind.UNKNOWN_OUTCOME);
    }
  }

  private ConnectorException writeFails(Fault fault) {
    Destination broken = faulty(fault);
    ConnectorException thrown =
        catchThrowableOfType(
            ConnectorException.class,
            () -> deliverTo(broken, changes.added("a", whole("Ada", "1"))));
    assertThat(thrown).isNotNull();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      showsNoSecret(String.valueOf(t.getMessage()));
    }
    return thrown;
  }

  private Destination faulty(Fault fault) {
    Optional<MapOptions> options = optionsWith(fault);
    assumeTrue(options.isPresent(), "this test cannot bring about " + fault);
    destination.close();
    destination = open(options.get());
    return destination;
  }

  private List<Outcome> deliverTo(Destination where, Change row) {
    return new Delivery(this::limit, where, names().object()).deliver(writes(), List.of(row));
  }
}
