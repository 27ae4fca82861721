package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DETECT CHANGES BY COLUMN: what is looked at, what stays owed, and when the watermark moves. */
class WatermarkTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";
  private static final String FIRST =
      "('a', 'n1', '2026-01-01 10:00:00'), ('b', 'n1', '2026-01-01 11:00:00'),"
          + " ('c', 'n1', NULL)";

  WatermarkTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses, String by) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, name VARCHAR, moved TIMESTAMP)");
    fixture.sql("INSERT INTO people VALUES " + FIRST);
    create(clauses, by);
    return vendor;
  }

  private Result create(String clauses, String by) throws SQLException {
    return fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) DETECT CHANGES BY COLUMN moved"
            + by
            + " "
            + clauses
            + " AS SELECT id, name, moved FROM people");
  }

  private String watermark() throws SQLException {
    return fixture.query("SELECT watermark FROM backfeed.sync_state").get(0);
  }

  /** Says that these rows are owed, or that none are. */
  private void owed(String... keys) throws SQLException {
    assertThat(
            fixture.query("SELECT record_key FROM backfeed.row_notes WHERE reason <> 'REJECTED'"))
        .containsExactlyInAnyOrder(keys);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsBelowTheWatermarkAreNotLookedAt(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "", "");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=3");
    assertThat(watermark()).isEqualTo("2026-01-01 11:00:00");
    assertThat(vendor.records("contacts").get("a").has("moved")).isFalse();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("UPDATE people SET name = 'n2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 updated=2");
    fixture.sql("UPDATE people SET moved = '2026-01-01 12:30:00' WHERE id = 'a'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 changed=1 updated=1");
    assertThat(watermark()).isEqualTo("2026-01-01 12:30:00");
    fixture.sql("DELETE FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded");
    assertThat(watermark()).isEqualTo("2026-01-01 12:30:00");
    assertThat(vendor.records("contacts")).hasSize(3);
    assertThat(fixture.query("SELECT watermark FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly(
            "2026-01-01 11:00:00",
            "2026-01-01 11:00:00",
            "2026-01-01 11:00:00",
            "2026-01-01 12:30:00",
            "2026-01-01 12:30:00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void everythingIsComparedWhenAskedForOrRedefined(String warehouse) throws SQLException {
    people(warehouse, "", "");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET name = 'n2'");
    fixture.sql("DELETE FROM people WHERE id = 'c'");
    assertThat(fixture.run(RUN + " DRY RUN")).isEqualTo("dry_run selected=1 changed=1 deferred=1");
    assertThat(fixture.run(RUN + " FULL DRY RUN"))
        .isEqualTo("dry_run selected=2 changed=2 deferred=2");
    create("WITH (owner = 'me')", "");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 updated=2");
    fixture.ours("RESET SYNC people");
    assertThat(watermark()).isEqualTo("null");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 updated=2");
    // A table that was emptied is no news to a run that looks at everything, either.
    fixture.sql("DELETE FROM people");
    assertThat(People.error(fixture, RUN + " FULL").getSQLState()).isEqualTo("XB003");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void lookbackIsInMinutes(String warehouse) throws SQLException {
    people(warehouse, "", " LOOKBACK 60 MINUTES");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET name = 'n2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 changed=3 updated=3");
    fixture.sql("UPDATE people SET moved = '2026-01-01 09:59:59' WHERE id = 'a'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void timesWithZonesDatesAndNumbersServe(String warehouse) throws SQLException {
    people(warehouse, "", "");
    for (String column :
        List.of(
            "CAST(moved AS TIMESTAMPTZ)",
            "CAST(moved AS DATE)",
            "ascii(id)",
            "CAST(ascii(id) AS DECIMAL(6,2))")) {
      fixture.ours(
          "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) DETECT CHANGES BY COLUMN moved AS"
              + " SELECT id, name, "
              + column
              + " AS moved FROM people WHERE id <> 'c'");
      fixture.run(RUN);
      String first = watermark();
      assertThat(fixture.run(RUN)).as(column).startsWith("succeeded selected=");
      assertThat(watermark()).as(column).isEqualTo(first);
      fixture.sql("UPDATE people SET name = name || 'x'");
      assertThat(fixture.run(RUN))
          .as(column)
          .isEqualTo(
              column.endsWith("DATE)")
                  ? "succeeded selected=2 changed=2 updated=2"
                  : "succeeded selected=1 changed=1 updated=1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatFailedOrWasDeferredIsLookedAtAgain(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "", "");
    fixture.sql("UPDATE people SET moved = '2026-01-01 09:00:00' WHERE id = 'c'");
    vendor.tell("a failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 added=3 created=2 failed=1");
    assertThat(watermark()).isEqualTo("2026-01-01 11:00:00");
    owed("a");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 deferred=1");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 created=1");
    owed();
    fixture.sql("UPDATE people SET name = 'n2', moved = moved + INTERVAL '1 day'");
    assertThat(fixture.run(RUN + " LIMIT 1"))
        .isEqualTo("succeeded selected=3 changed=3 updated=1 deferred=2");
    fixture.sql("UPDATE people SET moved = moved - INTERVAL '10 days'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 updated=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rejectedRowsStayRejectedUntilTheyAreMended(String warehouse) throws SQLException {
    people(warehouse, "", "");
    fixture.sql(
        "INSERT INTO people VALUES ('a', 'twice', '2025-01-01 00:00:00'), (NULL, 'x', '2025-01-01 00:00:00')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=5 added=2 created=2 rejected=3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=5 unchanged=2 rejected=3");
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_errors ORDER BY 1"))
        .containsExactly("", "a");
    fixture.sql("DELETE FROM people WHERE id IS NULL OR name = 'twice'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void valuesThatHaveToHoldAreLookedAtAgain(String warehouse) throws SQLException {
    people(warehouse, "FIELDS (name STABLE FOR 2 RUNS)", "");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET name = 'n2' WHERE id = 'b'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("UPDATE people SET moved = '2025-01-01 00:00:00' WHERE id = 'b'");
    fixture.sql("INSERT INTO people VALUES ('d', 'n1', '2026-01-02 00:00:00')");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=3 unchanged=1 added=1 changed=1 created=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatDiesOrIsHeldDoesNotMoveIt(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE MIRROR RECONCILE EVERY 365 DAYS", "");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET name = 'n2', moved = moved + INTERVAL '1 hour' WHERE id <> 'c'");
    for (Execution dying :
        List.of(
            People.dyingAfter(Step.LEASE),
            People.dyingAfter(Step.PLAN),
            People.dyingBeforeCheckpoints())) {
      fixture.execution(dying);
      assertThatThrownBy(() -> fixture.run(RUN)).isInstanceOf(ThreadDeath.class);
      assertThat(watermark()).isEqualTo("2026-01-01 11:00:00");
    }
    fixture.execution(Execution.PLAIN);
    // One of them goes back in time: what a lost call may have told is owed all the same.
    fixture.sql("UPDATE people SET name = 'n1', moved = '2026-01-01 10:00:00' WHERE id = 'a'");
    vendor.sent();
    assertThat(fixture.run(RUN + " FOR REVIEW"))
        .isEqualTo("held selected=3 unchanged=2 changed=1 resent=1 deferred=2");
    assertThat(watermark()).isEqualTo("2026-01-01 11:00:00");
    String run = fixture.query("SELECT MAX(run_id) FROM backfeed.sync_runs").get(0);
    assertThat(fixture.run("APPROVE RUN '" + run + "'"))
        .isEqualTo("succeeded selected=3 unchanged=2 changed=1 resent=1 updated=2");
    assertThat(watermark()).isEqualTo("2026-01-01 12:00:00");
    assertThat(vendor.records("contacts").get("a").get("name").asText()).isEqualTo("n1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBackfillAtAPaceLeavesNothingBehind(String warehouse) throws SQLException {
    people(warehouse, "ON FIRST RUN BACKFILL AT 2 ROWS PER DAY", "");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=2 deferred=1");
    assertThat(watermark()).isEqualTo("null");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
    assertThat(watermark()).isEqualTo("2026-01-01 11:00:00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void removalsAreFoundByReconciling(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE MIRROR RECONCILE EVERY 7 DAYS", "");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id IN ('a', 'b')");
    clock.move(Duration.ofDays(6));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    clock.move(Duration.ofDays(1));
    vendor.tell("b failed VALIDATION 400 no");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=1 unchanged=1 removed=2 deleted=1 failed=1");
    // The removal that failed is owed, whether or not everything is compared.
    owed("b");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deferred=1");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("c");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aReconciliationThatIsBlockedIsMadeAgain(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(warehouse, "MODE MIRROR LIMIT REMOVALS TO 1 ROWS RECONCILE EVERY 7 DAYS", "");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id IN ('a', 'b')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    clock.move(Duration.ofDays(7));
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    String run = fixture.query("SELECT MAX(run_id) FROM backfeed.sync_runs").get(0);
    fixture.ours("APPROVE RUN '" + run + "'");
    assertThat(vendor.records("contacts")).containsOnlyKeys("c");
    assertThat(
            fixture.query(
                "SELECT CAST(reconciled_at AT TIME ZONE 'UTC' AS DATE) FROM backfeed.control"))
        .containsExactly(clock.instant().toString().substring(0, 10));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void withoutReconcilingRemovalsAreNotFound(String warehouse) throws SQLException {
    people(warehouse, "MODE MIRROR", "");
    assertThat(create("MODE MIRROR", "").warnings()).hasSize(1);
    assertThat(create("MODE MIRROR RECONCILE EVERY 7 DAYS", "").warnings()).isEmpty();
    create("MODE MIRROR", "");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 'a'");
    assertThat(fixture.run(RUN + " FULL"))
        .isEqualTo("succeeded selected=2 unchanged=2 resent=2 updated=2");
  }
}
