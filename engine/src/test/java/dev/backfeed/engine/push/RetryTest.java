package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SYNC NOW … RETRY: what an earlier run left over, at once, and nothing else. */
class RetryTest extends WithPeople {
  private static final String RETRY = RUN + " RETRY";

  RetryTest() {
    super("2026-03-01T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void sendsWhatFailedBeforeItsTimeAndNothingElse(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    vendor.tell("3 failed VALIDATION 400 no");
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("UPDATE people SET score = 0 WHERE id IN (5, 6)");
    fixture.sql("DELETE FROM people WHERE id = 9");
    People.add(fixture, 11, 11);
    assertThat(fixture.run(RETRY))
        .isEqualTo(
            "succeeded selected=10 unchanged=6 added=2 changed=2 removed=1 created=1 deferred=4");
    assertThat(vendor.sent()).singleElement().asString().contains("\"key\":{\"id\":3}");
    assertThat(fixture.query("SELECT message FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1"))
        .containsExactly("4 rows wait for a run that does not only RETRY");
    assertThat(fixture.query("SELECT * FROM backfeed.row_notes")).isEmpty();
    assertThat(fixture.run(RUN))
        .isEqualTo(
            "succeeded selected=10 unchanged=7 added=1 changed=2 removed=1 created=1 updated=2"
                + " deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void hasNothingToDoWhereNothingIsLeftOver(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 20, "LIMIT CHANGES TO 10 PERCENT");
    assertThat(fixture.run(RETRY)).isEqualTo("succeeded selected=20 added=20 deferred=20");
    assertThat(vendor.sent()).isEmpty();
    // It was no complete run: percentages do not bind yet.
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=20 added=20 created=20");
    assertThat(fixture.run(RETRY)).isEqualTo("succeeded selected=20 unchanged=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void givesFreshAttemptsToWhatWasGivenUp(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3, "WITH (max_attempts = 2)");
    vendor.tell("2 always failed VALIDATION 400 no");
    fixture.run(RUN);
    clock.move(Duration.ofMinutes(2));
    fixture.run(RUN);
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 rejected=1");
    assertThat(fixture.run(RETRY)).isEqualTo("partial selected=3 unchanged=2 added=1 failed=1");
    assertThat(fixture.query("SELECT reason, attempts FROM backfeed.sync_errors"))
        .containsExactly("FAILED|1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 deferred=1");
    clock.move(Duration.ofMinutes(2));
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 failed=1");
    assertThat(fixture.query("SELECT reason, attempts FROM backfeed.sync_errors"))
        .containsExactly("GIVEN_UP|2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 rejected=1");
    assertThat(
            fixture.query("SELECT COUNT(*) FROM backfeed.sync_log WHERE error_type = 'GIVEN_UP'"))
        .containsExactly("2");
    vendor.tell("reset");
    assertThat(fixture.run(RETRY)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void sendsWhatWasDeferredRemovalsIncluded(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 30);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0 WHERE id <= 5");
    fixture.sql("DELETE FROM people WHERE id > 28");
    assertThat(fixture.run(RUN + " LIMIT 3"))
        .isEqualTo("succeeded selected=28 unchanged=23 changed=5 removed=2 updated=3 deferred=4");
    fixture.sql("UPDATE people SET score = 0 WHERE id = 20");
    fixture.sql("DELETE FROM people WHERE id = 21");
    vendor.sent();
    assertThat(fixture.run(RETRY + " LIMIT 1"))
        .isEqualTo("succeeded selected=27 unchanged=24 changed=3 removed=3 updated=1 deferred=5");
    assertThat(fixture.query("SELECT reason, record_key FROM backfeed.sync_pending ORDER BY 2"))
        .containsExactly("LIMIT|29", "LIMIT|30", "LIMIT|5");
    assertThat(fixture.run(RETRY))
        .isEqualTo(
            "succeeded selected=27 unchanged=25 changed=2 removed=3 updated=1 deleted=2"
                + " deferred=2");
    assertThat(vendor.sent()).hasSize(4);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=27 unchanged=26 changed=1 removed=1 updated=1 deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void sendsRowsWhoseAnswersGotLostThoughTheyLookUnchanged(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 150);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0");
    vendor.tell("batch answered");
    vendor.tell("batch unknown_outcome the answer was lost");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=150 changed=150 updated=100 deferred=50");
    fixture.sql("UPDATE people SET score = id WHERE id IN (5, 120)");
    vendor.sent();
    assertThat(fixture.run(RETRY))
        .isEqualTo(
            "succeeded selected=150 unchanged=100 changed=50 resent=1 updated=50 deferred=1");
    assertThat(vendor.sent()).hasSize(50);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=150 unchanged=149 changed=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void isForAllSyncsAsWell(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3);
    fixture.ours("CREATE SYNC b TO crm.b KEY (id) AS SELECT id, name FROM people");
    vendor.tell("2 failed VALIDATION 400 no");
    fixture.ours("SYNC NOW ALL");
    People.add(fixture, 4, 4);
    assertThat(fixture.ours("SYNC NOW ALL RETRY").rows().stream().map(People::outline))
        .containsExactly(
            "b succeeded created=1 deferred=1", "people succeeded created=0 deferred=1");
    assertThat(fixture.ours("SYNC NOW b, people RETRY LIMIT 5").rows()).hasSize(2);
  }
}
