package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LIMIT CHANGES and LIMIT FAILURES; of LIMIT REMOVALS there are text cases. */
class LimitsTest extends WithPeople {
  LimitsTest() {
    super("2026-03-01T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPercentageOfChangesBindsFromTheFirstCompleteRunAndFromTenRows(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 40, "LIMIT CHANGES TO 20 PERCENT WITH (batch_size = 10)");
    vendor.tell("batch answered");
    vendor.tell("batch always quota no more today");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=40 added=40 created=10 deferred=30");
    vendor.tell("reset");
    People.add(fixture, 41, 60);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=60 unchanged=10 added=50 created=50");

    fixture.sql("UPDATE people SET score = 0 WHERE id <= 5");
    People.add(fixture, 61, 68);
    StatementException blocked = People.error(fixture, RUN);
    assertThat(blocked.getSQLState()).isEqualTo("XB003");
    assertThat(blocked.getMessage())
        .contains(
            "13 rows would be added or changed where the state holds 60, more than LIMIT CHANGES TO 20 PERCENT");
    assertThat(People.newest(fixture)).isEqualTo("blocked added=8 changed=5 deferred=13");
    // A blocked plan is not owed: it is too much the next time as well.
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    assertThat(fixture.row(RUN + " DRY RUN").get("message").toString()).startsWith("would be");

    fixture.sql("DELETE FROM people WHERE id > 67");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=67 unchanged=55 added=7 changed=5 created=7 updated=5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsOwedFromAnEarlierRunDoNotCount(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 30, "LIMIT CHANGES TO 15 ROWS");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    fixture.sql("DELETE FROM people WHERE id > 15");
    vendor.tell("4 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN + " LIMIT 10"))
        .isEqualTo("partial selected=15 added=15 created=9 failed=1 deferred=5");
    People.add(fixture, 16, 30);
    clock.move(Duration.ofMinutes(5));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=30 unchanged=9 added=21 created=21");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aStateThatIsStillEmptyHasNoPercentage(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 0, "LIMIT CHANGES TO 20 PERCENT");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded");
    People.add(fixture, 1, 50);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=50 added=50 created=50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void tooManyFailuresStopTheRunAfterAHundredAnswers(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 500, "LIMIT FAILURES TO 5 PERCENT WITH (batch_size = 50)");
    for (int id = 1; id <= 20; id++) {
      vendor.tell(id + " failed VALIDATION 400 no");
    }
    StatementException stopped = People.error(fixture, RUN);
    assertThat(stopped.getSQLState()).isEqualTo("XB002");
    assertThat(stopped.getMessage())
        .contains("are failures, more than LIMIT FAILURES TO 5 PERCENT allows");
    // Calls that were under way when the verdict fell are recorded as well.
    assertThat(People.newest(fixture))
        .startsWith("failed added=500")
        .contains("failed=20 deferred=");
    assertThat(
            fixture.query(
                "SELECT r.deferred > 250, r.deferred = (SELECT COUNT(*) FROM backfeed.sync_pending"
                    + " WHERE reason = 'FAILURES') FROM backfeed.sync_runs r"))
        .allSatisfy(row -> assertThat(row.replace("true", "t")).isEqualTo("t|t"));
    clock.move(Duration.ofMinutes(5));
    assertThat(fixture.run(RUN)).startsWith("succeeded").doesNotContain("deferred");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void ofFewAnswersFailuresAreJudgedAtTheEnd(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 20, "LIMIT FAILURES TO 10 PERCENT WITH (batch_size = 5)");
    for (int id = 1; id <= 3; id++) {
      vendor.tell(id + " failed VALIDATION 400 no");
    }
    assertThat(People.error(fixture, RUN).getMessage()).contains("3 of 20 answers are failures");
    assertThat(People.newest(fixture)).isEqualTo("failed added=20 created=17 failed=3");
    vendor.tell("1 failed VALIDATION 400 no");
    People.add(fixture, 21, 30);
    clock.move(Duration.ofMinutes(2));
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=30 unchanged=17 added=13 created=12 failed=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aNumberOfFailuresIsJudgedAtOnce(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 100, "LIMIT FAILURES TO 1 ROWS WITH (batch_size = 1)");
    vendor.tell("1 failed VALIDATION 400 no");
    vendor.tell("3 failed VALIDATION 400 no");
    assertThat(People.error(fixture, RUN).getMessage())
        .contains("2 of 3 answers are failures, more than LIMIT FAILURES TO 1 ROWS");
    assertThat(fixture.query("SELECT failed, created < 10 FROM backfeed.sync_runs"))
        .allSatisfy(row -> assertThat(row).startsWith("2|t"));
  }
}
