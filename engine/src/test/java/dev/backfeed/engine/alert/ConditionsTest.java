package dev.backfeed.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each condition: what violates it, that this is told once, and what puts an end to it. */
class ConditionsTest extends WithAlerts {
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void failed(String warehouse) throws SQLException {
    open(warehouse);
    fail();
    alert("FAILED");
    look();
    assertThat(events()).as("before the alert was made").isEmpty();
    fail();
    look();
    look();
    assertThat(events()).containsExactly("people FAILED violated");
    assertThat(message())
        .isEqualTo(
            "[w] sync \"people\": FAILED (run "
                + lastRun()
                + ")\nfailed: 0 selected, 0 added, 0 changed, 0 removed; 0 written, 0 failed, 0"
                + " rejected, 0 deferred\nwhy: SELECT error FROM backfeed.sync_runs WHERE run_id = '"
                + lastRun()
                + "'");
    fail();
    look();
    assertThat(events()).as("no repetition").hasSize(1);
    succeed();
    look();
    assertThat(events()).containsExactly("people FAILED violated", "people FAILED recovered");
    assertThat(message())
        .startsWith(
            "[w] sync \"people\": no longer FAILED (run " + lastRun() + ")\nit lasted 2 minutes\n");
    succeed();
    look();
    assertThat(events()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsOverAtTheNextLookIsToldAllTheSame(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILED OR BLOCKED");
    succeed();
    fail();
    succeed();
    fixture.sql("CREATE TABLE kept AS SELECT * FROM people");
    fixture.sql("DELETE FROM people");
    assertThatThrownBy(() -> fixture.ours(RUN)).hasMessageContaining("empty");
    fixture.sql("INSERT INTO people SELECT * FROM kept");
    succeed();
    look();
    assertThat(events())
        .containsExactlyInAnyOrder(
            "people FAILED violated",
            "people FAILED recovered",
            "people BLOCKED violated",
            "people BLOCKED recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBlockedRunThatIsApprovedRecovers(String warehouse) throws SQLException {
    open(warehouse);
    succeed();
    alert("BLOCKED");
    fixture.sql("DELETE FROM people");
    assertThatThrownBy(() -> fixture.ours(RUN)).hasMessageContaining("empty");
    look();
    assertThat(events()).containsExactly("people BLOCKED violated");
    assertThat(message()).contains("empty");
    fixture.ours("APPROVE RUN '" + lastRun() + "'");
    look();
    assertThat(events()).containsExactly("people BLOCKED violated", "people BLOCKED recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPlanThatIsHeldForReviewIsNotBlocked(String warehouse) throws SQLException {
    open(warehouse);
    alert("BLOCKED OR FAILED");
    fixture.ours(RUN + " FOR REVIEW");
    look();
    succeed();
    look();
    assertThat(events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void failures(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILURES OVER 20 PERCENT");
    crm.tell("1 failed VALIDATION INVALID_EMAIL ada@example.com is none");
    crm.tell("2 failed VALIDATION INVALID_EMAIL bo@example.com is none");
    crm.tell("3 failed CONFLICT DUPLICATE there is one");
    fixture.run(RUN);
    look();
    assertThat(events()).containsExactly("people FAILURES OVER 20 PERCENT violated");
    assertThat(message())
        .endsWith("\n3 rows newly failing: INVALID_EMAIL 2, DUPLICATE 1")
        .doesNotContain("example.com");
    assertThat(
            fixture.query(
                "SELECT CAST(value AS INTEGER), newly_failing FROM backfeed.alert_events"))
        .containsExactly("30|3");
    // They wait for their next attempt: nothing is answered, and it is not over.
    fixture.run(RUN);
    look();
    assertThat(events()).hasSize(1);
    clock.move(Duration.ofHours(1));
    succeed();
    look();
    assertThat(events()).hasSize(2).last().isEqualTo("people FAILURES OVER 20 PERCENT recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void stale(String warehouse) throws SQLException {
    open(warehouse);
    alert("STALE AFTER 4 HOURS");
    succeed();
    clock.move(Duration.ofHours(3));
    look();
    assertThat(events()).isEmpty();
    fixture.ours("PAUSE SYNC people");
    clock.move(Duration.ofHours(2));
    look();
    assertThat(events()).as("paused").isEmpty();
    fixture.ours("RESUME SYNC people");
    look();
    look();
    assertThat(events()).containsExactly("people STALE AFTER 4 HOURS violated");
    assertThat(message()).endsWith("the last complete run ended 5 hours 1 minute ago");
    succeed();
    look();
    assertThat(events()).hasSize(2).last().isEqualTo("people STALE AFTER 4 HOURS recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aSyncThatNeverRanGrowsStale(String warehouse) throws SQLException {
    open(warehouse);
    alert("STALE AFTER 30 MINUTES");
    clock.move(Duration.ofMinutes(31));
    look();
    assertThat(message()).contains("no run was complete since the sync was made, 31 minutes ago");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsChanged(String warehouse) throws SQLException {
    open(warehouse);
    alert("ROWS CHANGED BY 50 PERCENT ABOVE 10 ROWS");
    succeed();
    fixture.sql("INSERT INTO people SELECT g, 'x' FROM generate_series(11, 15) AS t(g)");
    succeed();
    look();
    assertThat(events()).as("half as many again is not over").isEmpty();
    fixture.sql("INSERT INTO people SELECT g, 'x' FROM generate_series(16, 25) AS t(g)");
    succeed();
    look();
    assertThat(message()).endsWith("25 rows selected, 15 by the complete run before");
    succeed();
    look();
    assertThat(events())
        .containsExactly(
            "people ROWS CHANGED BY 50 PERCENT ABOVE 10 ROWS violated",
            "people ROWS CHANGED BY 50 PERCENT ABOVE 10 ROWS recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void quota(String warehouse) throws SQLException {
    open(warehouse);
    fixture.ours("ALTER DESTINATION crm SET (max_calls_per_day = 10)");
    fixture.ours("CREATE SYNC others TO crm.others KEY (id) AS SELECT id, name AS n FROM people");
    alert("QUOTA OVER 20 PERCENT");
    succeed();
    look();
    assertThat(events()).isEmpty();
    fixture.ours("SYNC NOW others");
    fixture.sql("UPDATE people SET name = 'x'");
    succeed();
    look();
    look();
    assertThat(events())
        .as("once a destination")
        .containsExactly("- QUOTA OVER 20 PERCENT violated");
    assertThat(message())
        .isEqualTo(
            "[w] destination \"crm\": QUOTA OVER 20 PERCENT\n"
                + "destination \"crm\": 3 of 10 calls of this UTC day");
    clock.move(Duration.ofDays(1));
    look();
    assertThat(events()).hasSize(2).last().isEqualTo("- QUOTA OVER 20 PERCENT recovered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void definitionChanged(String warehouse) throws SQLException {
    open(warehouse);
    alert("DEFINITION CHANGED");
    fixture.ours("CREATE SYNC others TO crm.others KEY (id) AS SELECT id FROM people");
    look();
    assertThat(events()).as("a first version is no change").isEmpty();
    fixture.ours("ALTER SYNC people SET (owner = 'ada')");
    clock.move(Duration.ofSeconds(1));
    fixture.ours("ALTER SYNC people SET (owner = 'bo')");
    look();
    look();
    assertThat(events())
        .containsExactly(
            "people DEFINITION CHANGED violated", "people DEFINITION CHANGED violated");
    assertThat(message()).contains("\nversion 3, by ");
    assertThat(fixture.row("SHOW SYNC ALERTS").get("state")).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void differences(String warehouse) throws SQLException {
    open(warehouse);
    alert("DIFFERENCES OVER 10 PERCENT");
    succeed();
    crm.tell("edits contacts 1 {\"name\": \"other\"}");
    fixture.ours("VERIFY SYNC people");
    look();
    assertThat(events()).as("one of ten is not over").isEmpty();
    crm.tell("loses contacts 2");
    fixture.ours("VERIFY SYNC people");
    look();
    assertThat(message()).endsWith(": of 10 records 1 differ and 1 are missing");
    fixture.ours(RUN + " REPAIR");
    fixture.ours("VERIFY SYNC people");
    look();
    assertThat(events())
        .containsExactly(
            "people DIFFERENCES OVER 10 PERCENT violated",
            "people DIFFERENCES OVER 10 PERCENT recovered");
  }
}
