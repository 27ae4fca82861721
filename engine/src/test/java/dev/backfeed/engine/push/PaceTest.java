package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ON FIRST RUN: a backfill that takes days, and a baseline. */
class PaceTest extends WithPeople {
  private static final String PACED = "ON FIRST RUN BACKFILL AT 100 ROWS PER DAY ";

  PaceTest() {
    super("2026-03-01T20:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void newRowsGoAtTheirPaceAndChangesAtOnce(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 250, PACED + "LIMIT CHANGES TO 10 PERCENT");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=250 added=250 created=100 deferred=150");
    assertThat(newestMessage()).containsExactly("150 rows wait for the pace of the next days");
    assertThat(vendor.sent()).hasSize(100).last().asString().contains("\"id\":100}");

    fixture.sql("UPDATE people SET score = 0 WHERE id IN (7, 200)");
    fixture.sql("DELETE FROM people WHERE id = 8");
    clock.move(Duration.ofHours(3));
    assertThat(fixture.run(RUN))
        .isEqualTo(
            "succeeded selected=249 unchanged=98 added=150 changed=1 removed=1 updated=1 deleted=1"
                + " deferred=150");
    assertThat(fixture.query("SELECT * FROM backfeed.row_notes")).isEmpty();

    clock.move(Duration.ofHours(2));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=249 unchanged=99 added=150 created=100 deferred=50");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=249 unchanged=199 added=50 created=50");

    // The first population is through: new rows go at once, and percentages bind.
    People.add(fixture, 1_001, 1_024);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=273 unchanged=249 added=24 created=24");
    People.add(fixture, 1_025, 1_525);
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theMostImportantRowsGoFirstWhateverStoppedTheRunBefore(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_calls_per_day = 2)");
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score BIGINT)");
    People.add(fixture, 1, 50);
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) ON FIRST RUN BACKFILL AT 30 ROWS PER DAY"
            + " WITH (batch_size = 10) AS SELECT id, score FROM people ORDER BY score DESC");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=50 added=50 created=20 deferred=30");
    assertThat(
            fixture.query(
                "SELECT MIN(CAST(record_key AS INTEGER)), COUNT(*) FROM backfeed.sync_pending"))
        .containsExactly("21|10");
    assertThat(vendor.sent()).first().asString().contains("\"id\":50}");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=50 unchanged=20 added=30 deferred=30");
    clock.move(Duration.ofHours(5));
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=50 unchanged=20 added=30 created=20 deferred=10");
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.row_notes")).containsExactly("10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aFailedRowIsOneOfTheDayAndIsNotForgotten(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 250, PACED);
    vendor.tell("5 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=250 added=250 created=99 failed=1 deferred=150");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=250 unchanged=99 added=151 deferred=151");
    assertThat(fixture.query("SELECT record_key, attempts FROM backfeed.sync_errors"))
        .containsExactly("5|1");
    clock.move(Duration.ofDays(1));
    vendor.sent();
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=250 unchanged=99 added=151 created=100 deferred=51");
    assertThat(vendor.sent()).first().asString().contains("\"id\":5}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aResetBeginsAnewWithinTheSameDay(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 60, PACED);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=60 added=60 created=60");
    fixture.ours("RESET SYNC people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=60 added=60 updated=40 deferred=20");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=60 unchanged=40 added=20 updated=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWaitsIsToldBeforehand(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 250, PACED);
    assertThat(fixture.run(RUN + " DRY RUN"))
        .isEqualTo("dry_run selected=250 added=250 deferred=250");
    fixture.run(RUN);
    assertThat(fixture.row(RUN + " DRY RUN").get("message"))
        .isEqualTo("150 rows wait for the pace of the next days");
    List<List<Object>> explained = fixture.ours("EXPLAIN SYNC people").rows();
    assertThat(explained)
        .contains(
            List.of("rows", "to send", "0"),
            List.of("pace", "new rows a day", "100"),
            List.of("pace", "left today", "0"),
            List.of("pace", "rows waiting", "150"),
            List.of("calls", "writes", "0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBaselineRecordsThePresentAndSendsOnlyWhatComesLater(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 50, "ON FIRST RUN BASELINE LIMIT CHANGES TO 10 ROWS");
    fixture.sql(
        "INSERT INTO people VALUES (NULL, 'nobody', 0), (77, 'twice', 1), (77, 'twice', 2)");
    vendor.tell("batch always credentials it must not be asked");
    assertThat(fixture.run(RUN + " DRY RUN"))
        .isEqualTo("dry_run selected=53 unchanged=50 rejected=3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=53 unchanged=50 rejected=3");
    assertThat(newestMessage())
        .containsExactly("the first run recorded the present as synced, and sent nothing");
    assertThat(fixture.query("SELECT rows_in_state FROM backfeed.sync_state"))
        .containsExactly("50");
    assertThat(fixture.query("SELECT DISTINCT reason FROM backfeed.sync_errors"))
        .containsExactly("REJECTED");
    vendor.tell("reset");
    assertThat(vendor.sent()).isEmpty();
    fixture.sql("UPDATE people SET score = 0 WHERE id = 3");
    fixture.sql("DELETE FROM people WHERE id = 4");
    assertThat(fixture.run(RUN))
        .isEqualTo(
            "succeeded selected=52 unchanged=48 changed=1 removed=1 created=1 deleted=1"
                + " rejected=3");
    fixture.ours("RESET SYNC people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=52 unchanged=49 rejected=3");
  }

  private List<String> newestMessage() throws SQLException {
    return fixture.query("SELECT message FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1");
  }
}
