package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A destination that must not be sent a row twice, and a run that dies with a page announced. */
class InDoubtTest extends WithPeople {
  InDoubtTest() {
    super("2026-03-01T12:00:00Z");
  }

  @Override
  ScriptedVendor open(String warehouse) throws SQLException {
    return open(warehouse, ScriptedConnector.unrepeatable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsOfAnAnnouncedPageAreHeldAndOthersGoOn(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 30);
    dieAfter(RunListener.Step.WRITE);
    assertThat(vendor.sent()).hasSize(30);
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("0");

    People.add(fixture, 31, 40);
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=40 added=40 created=10 deferred=30");
    assertThat(vendor.sent()).hasSize(10);
    assertThat(inDoubt()).containsExactly("30");
    assertThat(fixture.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "partial");

    fixture.sql("UPDATE people SET score = -1 WHERE id = 5 OR id = 35");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=40 unchanged=9 added=30 changed=1 updated=1 deferred=30");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=40 unchanged=10 added=30 deferred=30");
    assertThat(inDoubt()).containsExactly("30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatEndsRightAfterItsLeaseDoesNotKeepIt(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    dieAfter(RunListener.Step.LEASE);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPageThatWasAnsweredIsNotInDoubt(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 30);
    dieAfter(RunListener.Step.CHECKPOINT);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=30 unchanged=30");
    assertThat(inDoubt()).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void changesAndRemovalsInDoubtAreHeldToo(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 30);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = -1 WHERE id <= 3");
    dieAfter(RunListener.Step.WRITE);
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=30 unchanged=27 changed=3 deferred=3");
    vendor.sent();
    fixture.sql("DELETE FROM people WHERE id = 2 OR id = 20");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=28 unchanged=26 changed=2 removed=2 deleted=1 deferred=3");
    assertThat(vendor.sent()).singleElement().asString().contains("\"key\":{\"id\":20}");
    assertThat(inDoubt()).containsExactly("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatFailedBeforeAndIsInDoubtNowIsOneRow(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3);
    vendor.tell("2 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 added=3 created=2 failed=1");
    clock.move(Duration.ofMinutes(2));
    dieAfter(RunListener.Step.WRITE);
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 deferred=1");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 deferred=1");
    assertThat(fixture.query("SELECT record_key, reason FROM backfeed.row_notes"))
        .containsExactly("2|IN_DOUBT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatWasDeferredBeforeAndIsInDoubtNowIsOneRow(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    assertThat(fixture.run(RUN + " LIMIT 2"))
        .isEqualTo("succeeded selected=3 added=3 created=2 deferred=1");
    dieAfter(RunListener.Step.WRITE);
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 deferred=1");
    assertThat(fixture.query("SELECT record_key, reason FROM backfeed.row_notes"))
        .containsExactly("3|IN_DOUBT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anAnswerThatGotLostLeavesRowsInDoubtWithinALivingRun(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 150);
    vendor.tell("batch answered");
    vendor.tell("batch unknown_outcome the answer was lost");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=150 added=150 created=100 deferred=50");
    vendor.sent();
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=150 unchanged=100 added=50 deferred=50");
    assertThat(vendor.sent()).as("sent again without knowing").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDoubtStaysThoughTheModelGoesBack(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = -1 WHERE id = 2");
    dieAfter(RunListener.Step.WRITE);
    fixture.sql("UPDATE people SET score = 2 WHERE id = 2");
    vendor.sent();
    for (int run = 1; run <= 2; run++) {
      assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=3 resent=1 deferred=1");
      assertThat(inDoubt()).containsExactly("1");
    }
    fixture.sql("UPDATE people SET score = 0 WHERE id <> 1");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=3 unchanged=1 changed=2 updated=1 deferred=1");
    assertThat(vendor.sent()).singleElement().asString().contains("\"key\":{\"id\":3}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasSentIsAsItWasPlanned(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    addChangeAndRemoveInDoubt();
    assertThat(resolve("SENT")).isEqualTo(3);
    assertThat(fixture.query("SELECT id, score FROM backfeed.state_people ORDER BY id"))
        .containsExactly("2|-1", "3|3", "4|4");
    vendor.sent();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3");
    assertThat(vendor.sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasNotSentIsSent(String warehouse) throws SQLException {
    open(warehouse);
    addChangeAndRemoveInDoubt();
    assertThat(resolve("UNSENT")).isEqualTo(3);
    assertThat(fixture.run(RUN))
        .isEqualTo(
            "succeeded selected=3 unchanged=1 added=1 changed=1 removed=1 updated=2"
                + " deleted=1");
    assertThat(inDoubt()).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowInDoubtThatHasLeftIsRemovedOnlyIfItWasSent(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 2);
    dieAfter(RunListener.Step.WRITE);
    fixture.sql("DELETE FROM people WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=1 added=1 removed=1 deferred=2");
    resolve("SENT");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    People.add(fixture, 5, 5);
    dieAfter(RunListener.Step.WRITE);
    fixture.sql("DELETE FROM people WHERE id = 5");
    resolve("UNSENT");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void noRunIsDisturbed(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 2);
    try (EngineFixture other = fixture.another()) {
      List<String> states = new ArrayList<>();
      vendor.beforeWrite(
          () -> {
            try {
              states.add(People.error(other, "RESOLVE SYNC people IN DOUBT AS SENT").getSQLState());
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
      assertThat(states).containsExactly("55006");
    }
  }

  /** Row 1 is removed, row 2 changed, row 4 added by calls without answer. */
  private void addChangeAndRemoveInDoubt() throws SQLException {
    People.create(fixture, 3);
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 1");
    dieAfter(RunListener.Step.WRITE);
    fixture.sql("UPDATE people SET score = -1 WHERE id = 2");
    People.add(fixture, 4, 4);
    dieAfter(RunListener.Step.WRITE);
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=3 unchanged=1 added=1 changed=1 removed=1 deferred=3");
  }

  private long resolve(String as) throws SQLException {
    return fixture.ours("RESOLVE SYNC people IN DOUBT AS " + as).updateCount();
  }

  private List<String> inDoubt() throws SQLException {
    return fixture.query("SELECT COUNT(*) FROM backfeed.sync_pending WHERE reason = 'IN_DOUBT'");
  }

  /** Ends a run after a step the way a killed process would. */
  private void dieAfter(RunListener.Step last) {
    fixture.execution(People.dyingAfter(last));
    assertThatThrownBy(() -> fixture.ours(RUN)).isInstanceOf(ThreadDeath.class);
    fixture.execution(Execution.PLAIN);
  }
}
