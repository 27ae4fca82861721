package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Result;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run makes of rows that fail, of records that are gone and of a destination in trouble. */
class FaultsTest extends WithPeople {
  FaultsTest() {
    super("2026-03-01T22:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aFailedRowIsTriedAgainAfterAWhileOrAtOnceWhenItChanges(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    vendor.tell("3 failed VALIDATION 400 the name is too short");
    Result result = fixture.ours(RUN);
    assertThat(People.newest(fixture)).isEqualTo("partial added=10 created=9 failed=1");
    assertThat(result.warnings()).singleElement().satisfies(FaultsTest::isWarning);
    assertThat(
            fixture.query(
                "SELECT record_key, error_type, error_code, error_message, attempts FROM"
                    + " backfeed.sync_errors"))
        .containsExactly("3|VALIDATION|400|the name is too short|1");
    vendor.sent();

    clock.move(Duration.ofSeconds(40));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=9 added=1 deferred=1");
    assertThat(vendor.sent()).isEmpty();

    fixture.sql("UPDATE people SET name = 'long enough' WHERE id = 3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=9 added=1 created=1");
    assertThat(vendor.sent()).hasSize(1);
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowIsGivenUpAfterItsAttemptsUntilItChanges(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3, "WITH (max_attempts = 3)");
    vendor.tell("2 always failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 added=3 created=2 failed=1");
    clock.move(Duration.ofSeconds(75));
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 failed=1");
    clock.move(Duration.ofSeconds(75));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 deferred=1");
    clock.move(Duration.ofMinutes(5));
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 failed=1");
    assertThat(fixture.query("SELECT attempts, reason, next_attempt_at FROM backfeed.sync_errors"))
        .containsExactly("3|GIVEN_UP|null");

    clock.move(Duration.ofDays(3));
    vendor.sent();
    Result result = fixture.ours(RUN);
    assertThat(People.newest(fixture)).isEqualTo("succeeded rejected=1");
    assertThat(result.warnings()).singleElement().satisfies(FaultsTest::isWarning);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 rejected=1");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.query("SELECT error_type FROM backfeed.sync_log WHERE outcome = 'rejected'"))
        .containsExactly("GIVEN_UP");

    fixture.sql("UPDATE people SET name = 'other' WHERE id = 2");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 unchanged=2 added=1 failed=1");
    assertThat(fixture.query("SELECT attempts, reason FROM backfeed.sync_errors"))
        .containsExactly("1|FAILED");

    vendor.tell("reset");
    fixture.sql("UPDATE people SET name = 'better' WHERE id = 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRefusedBatchIsHalvedUntilTheBadRowStandsAlone(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 100);
    vendor.tell("37 always poisons TOO_LARGE 413 too large");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=100 added=100 created=99 failed=1");
    assertThat(vendor.sent()).hasSize(99);
    assertThat(fixture.query("SELECT record_key, error_type FROM backfeed.sync_errors"))
        .containsExactly("37|TOO_LARGE");
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("99");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void halvingDoesNotRunOutOfCallsThatTheDayStillHas(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_calls_per_day = 1000)");
    People.create(fixture, 100);
    for (int id = 1; id <= 100; id++) {
      vendor.tell(id + " always poisons VALIDATION 400 no");
    }
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=100 added=100 failed=100");
    assertThat(fixture.query("SELECT calls FROM backfeed.quota_claims")).containsExactly("199");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVanishedRecordIsSentWholeAsOneCreatedRow(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("UPDATE people SET score = 77 WHERE id = 3");
    vendor.tell("3 vanished");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=9 changed=1 created=1");
    List<String> sent = vendor.sent();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0)).endsWith("\"fields\":{\"score\":77}}");
    assertThat(sent.get(1)).endsWith("\"fields\":{\"name\":\"n3\",\"score\":77}}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVanishedRecordThatCannotBeMadeIsNewToTheNextRun(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 77 WHERE id = 3");
    vendor.tell("3 vanished");
    vendor.tell("3 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=10 unchanged=9 changed=1 failed=1");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people WHERE id = 3")).isEmpty();
    clock.move(Duration.ofMinutes(2));
    vendor.sent();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=9 added=1 created=1");
    assertThat(vendor.sent())
        .singleElement()
        .asString()
        .endsWith("\"fields\":{\"name\":\"n3\",\"score\":77}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVanishedRecordWhoseResendGetsNoAnswerIsOwedWhole(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 77 WHERE id IN (3, 4)");
    vendor.tell("3 vanished");
    vendor.tell("batch answered");
    vendor.tell("batch unreachable nobody is there");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=10 unchanged=8 changed=2 updated=1 deferred=1");
    vendor.sent();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=9 changed=1 created=1");
    assertThat(vendor.sent())
        .singleElement()
        .asString()
        .endsWith("\"fields\":{\"name\":\"n3\",\"score\":77}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void refusedCredentialsStopTheRunAndKeepWhatWasAnswered(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 250);
    vendor.tell("batch answered");
    vendor.tell("batch always credentials the token was revoked");
    StatementException error = People.error(fixture, RUN);
    assertThat(error.getSQLState()).isEqualTo("XB001");
    assertThat(error.getMessage()).contains("the token was revoked (run ");
    assertThat(People.newest(fixture)).isEqualTo("failed added=250 created=100 deferred=150");
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("100");
    vendor.tell("reset");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=250 unchanged=100 added=150 created=150");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anUnreachableDestinationFailsTheRunAndTheNextGoesOn(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    vendor.tell("batch always unreachable nobody answers");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB001");
    assertThat(People.newest(fixture)).isEqualTo("failed");
    vendor.tell("reset");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 added=10 created=10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsWithoutAnyAnswerAreOwedAndCountNoAttempt(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 250, "WITH (validate = FALSE)");
    vendor.tell("batch always unreachable nobody answers");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB001");
    assertThat(People.newest(fixture)).isEqualTo("failed added=250 deferred=250");
    vendor.tell("reset");
    vendor.tell("batch answered");
    vendor.tell("batch unknown_outcome the answer was lost");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=250 added=250 created=150 deferred=100");
    assertThat(
            fixture.query(
                "SELECT reason, COUNT(*) FROM backfeed.sync_pending GROUP BY reason ORDER BY 1"))
        .containsExactly("NO_ANSWER|100");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=250 unchanged=150 added=100 updated=100");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRemovalThatKeepsFailingIsLeftAndShownAsGivenUp(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3, "WITH (max_attempts = 1)");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 2");
    vendor.tell("2 failed LOCKED 409 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 unchanged=2 removed=1 failed=1");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2 removed=1 deferred=1");
    assertThat(
            fixture.query("SELECT record_key, reason, next_attempt_at FROM backfeed.sync_errors"))
        .containsExactly("2|GIVEN_UP|null");
    assertThat(fixture.run(RUN + " RETRY"))
        .isEqualTo("succeeded selected=2 unchanged=2 removed=1 deleted=1");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void newKeysThatStandThereTwiceAreRejectedOnALaterRunAsWell(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3);
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("INSERT INTO people VALUES (7, 'one', 1), (7, 'other', 2), (8, 'once', 1)");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=6 unchanged=3 added=1 created=1 rejected=2");
    assertThat(vendor.sent()).singleElement().asString().contains("\"id\":8}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=6 unchanged=4 rejected=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theBreakerDefersWhatIsLeftOfTheRun(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 1_000, "WITH (validate = FALSE)");
    vendor.tell("batch answered");
    vendor.tell("batch always unreachable nobody answers");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=1000 added=1000 created=100 deferred=900");
    assertThat(fixture.query("SELECT reason, COUNT(*) FROM backfeed.sync_pending GROUP BY reason"))
        .containsExactly("BREAKER|900");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
    vendor.tell("reset");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=100 added=900 created=900");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aQuotaThatIsUsedUpBeforeTheRunDefersAllOfIt(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 300);
    vendor.tell("batch quota the account has no calls left today");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=300 added=300 deferred=300");
    assertThat(fixture.query("SELECT reason, COUNT(*) FROM backfeed.sync_pending GROUP BY reason"))
        .containsExactly("QUOTA|300");
    assertThat(fixture.query("SELECT message FROM backfeed.sync_runs"))
        .containsExactly("QUOTA: the account has no calls left today");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=300 added=300 created=300");
    vendor.tell("batch quota the account has no calls left today");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=300 unchanged=300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatTheQuotaDoesNotCoverWaitsForTheNextUtcDay(String warehouse) throws SQLException {
    open(warehouse);
    fixture.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_calls_per_day = 2)");
    People.create(fixture, 500);
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=500 added=500 created=200 deferred=300");
    assertThat(fixture.query("SELECT reason, COUNT(*) FROM backfeed.sync_pending GROUP BY reason"))
        .containsExactly("QUOTA|300");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=500 unchanged=200 added=300 deferred=300");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=500 unchanged=200 added=300 created=200 deferred=100");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=500 unchanged=400 added=100 created=100");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    assertThat(fixture.query("SELECT calls FROM backfeed.quota_claims ORDER BY utc_day"))
        .containsExactly("2", "2", "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void ofSeveralSyncsEachRunsWhateverBefellTheOthers(String warehouse) throws SQLException {
    open(warehouse);
    fixture.ours("CREATE DESTINATION broken TYPE scripted");
    fixture.sql("CREATE TABLE t (id BIGINT, name VARCHAR)");
    fixture.sql("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    for (String sync : List.of("a TO crm.a", "b TO broken.b", "c TO crm.c")) {
      fixture.ours("CREATE SYNC " + sync + " KEY (id) AS SELECT id, name FROM t");
    }
    fixture.ours("PAUSE SYNC c");
    fixture.vendor("broken").tell("batch always credentials the token was revoked");
    Result result = fixture.ours("SYNC NOW b, a, c");
    assertThat(result.rows().stream().map(row -> row.get(1) + " " + row.get(2)))
        .containsExactly("b failed", "a succeeded", "c paused");
    assertThat(result.updateCount()).isEqualTo(2);
    assertThat(result.warnings()).hasSize(2).allSatisfy(FaultsTest::isWarning);
    assertThat(result.warnings().get(0).getMessage()).contains("the token was revoked (run ");
  }

  private static void isWarning(SQLWarning warning) {
    assertThat(warning.getSQLState()).isEqualTo("01000");
  }
}
