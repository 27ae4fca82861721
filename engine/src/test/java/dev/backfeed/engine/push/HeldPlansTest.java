package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans that wait for somebody: held for review or blocked, approved, rejected, too old. */
class HeldPlansTest extends WithPeople {
  private static final String REVIEW = RUN + " FOR REVIEW";

  HeldPlansTest() {
    super("2026-03-01T10:00:00Z");
  }

  private String newestRun() throws SQLException {
    return fixture.query("SELECT MAX(run_id) FROM backfeed.sync_runs").get(0);
  }

  private String approve() {
    return about("APPROVE");
  }

  private String about(String verb) {
    try {
      return verb + " RUN '" + newestRun() + "'";
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private String statuses() throws SQLException {
    return String.join(" ", fixture.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPlanHeldForReviewIsSentAsItWasMade(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 20);
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("UPDATE people SET score = 0 WHERE id <= 3");
    fixture.sql("DELETE FROM people WHERE id = 20");
    assertThat(fixture.run(REVIEW))
        .isEqualTo("held selected=19 unchanged=16 changed=3 removed=1 deferred=4");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();

    // What the model says now is for the next run.
    fixture.sql("UPDATE people SET score = 99 WHERE id <= 5");
    assertThat(fixture.run(approve()))
        .isEqualTo("succeeded selected=19 unchanged=16 changed=3 removed=1 updated=3 deleted=1");
    assertThat(vendor.sent()).hasSize(4).filteredOn(s -> s.contains("\"score\":0")).hasSize(3);
    assertThat(fixture.query("SELECT triggered_by, status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("manual|succeeded", "approve|succeeded");
    assertThat(People.error(fixture, approve()).getSQLState()).isEqualTo("55000");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=19 unchanged=14 changed=5 updated=5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBlockedPlanIsSentWhenApprovedAndRefusedOnceTheStateHasMoved(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 30, "LIMIT CHANGES TO 5 ROWS");
    StatementException blocked = People.error(fixture, RUN);
    assertThat(blocked.getSQLState()).isEqualTo("XB003");
    assertThat(blocked.getMessage()).contains("(run " + newestRun() + ")");
    assertThat(fixture.run(approve())).isEqualTo("succeeded selected=30 added=30 created=30");

    fixture.sql("UPDATE people SET score = 0");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    fixture.ours("BASELINE SYNC people");
    vendor.sent();
    StatementException moved = People.error(fixture, approve());
    assertThat(moved.getSQLState()).isEqualTo("55000");
    assertThat(moved.getMessage()).contains("the state of sync \"people\" has changed since");

    fixture.sql("UPDATE people SET score = 1");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) LIMIT CHANGES TO 5 ROWS AS SELECT"
            + " id, name, score FROM people");
    assertThat(People.error(fixture, approve()).getMessage())
        .contains("the definition of sync \"people\" has changed since");
    assertThat(vendor.sent()).isEmpty();
    assertThat(statuses()).isEqualTo("succeeded superseded blocked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theNextRunTakesItsPlace(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 10, "LIMIT CHANGES TO 5 ROWS");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    String first = newestRun();
    assertThat(fixture.run(RUN + " DRY RUN")).startsWith("dry_run");
    assertThat(People.error(fixture, REVIEW).getSQLState()).isEqualTo("XB003");
    assertThat(statuses()).isEqualTo("superseded blocked");
    assertThat(People.error(fixture, "APPROVE RUN '" + first + "'").getMessage())
        .contains("it is superseded and no plan of it is held");
    fixture.sql("DELETE FROM people WHERE id > 4");
    assertThat(fixture.run(REVIEW)).isEqualTo("held selected=4 added=4 deferred=4");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 added=4 created=4");
    assertThat(fixture.run(REVIEW)).isEqualTo("succeeded selected=4 unchanged=4");
    assertThat(statuses()).isEqualTo("superseded superseded superseded succeeded succeeded");
    fixture.sql("UPDATE people SET score = 0");
    fixture.run(REVIEW);
    fixture.ours("DROP SYNC people");
    assertThat(People.error(fixture, approve()).getMessage()).contains("was dropped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void itIsRejectedOrExpires(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 4, "WITH (hold_for = '1 hour')");
    fixture.run(REVIEW);
    fixture.ours(about("REJECT"));
    assertThat(statuses()).isEqualTo("rejected");
    assertThat(People.error(fixture, about("REJECT")).getSQLState()).isEqualTo("55000");
    assertThat(People.error(fixture, approve()).getSQLState()).isEqualTo("55000");
    fixture.run(REVIEW);
    clock.move(Duration.ofHours(1));
    assertThat(People.error(fixture, approve()).getMessage())
        .contains("held until 2026-03-01T11:00");
    assertThat(statuses()).isEqualTo("rejected expired");
    fixture.run(REVIEW);
    clock.move(Duration.ofHours(2));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 added=4 created=4");
    assertThat(statuses()).isEqualTo("rejected expired expired succeeded");
    assertThat(vendor.sent()).hasSize(4);
    assertThat(People.error(fixture, "APPROVE RUN 'no'").getSQLState()).isEqualTo("42704");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rejectionsAreKnownAtOnceAndLoggedOnce(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 4);
    fixture.sql("INSERT INTO people VALUES (NULL, 'x', 1), (2, 'again', 2)");
    assertThat(fixture.run(REVIEW)).isEqualTo("held selected=6 added=3 rejected=3 deferred=3");
    assertThat(fixture.query("SELECT error_type FROM backfeed.sync_errors ORDER BY 1"))
        .containsExactly("NULL_KEY", "REPEATED_KEY");
    assertThat(fixture.run(approve()))
        .isEqualTo("succeeded selected=6 added=3 created=3 rejected=3");
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.sync_log WHERE outcome = 'rejected'"))
        .containsExactly("2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=6 unchanged=3 rejected=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void scopeAndLimitAreThoseOfThePlan(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 5);
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("UPDATE people SET score = 0 WHERE id = 1");
    assertThat(fixture.run(RUN + " FULL FOR REVIEW LIMIT 3"))
        .isEqualTo("held selected=5 unchanged=4 changed=1 resent=4 deferred=5");
    assertThat(fixture.run(approve()))
        .isEqualTo("succeeded selected=5 unchanged=4 changed=1 resent=4 updated=3 deferred=2");
    assertThat(vendor.sent()).hasSize(3).allMatch(s -> s.contains("\"name\""));
    assertThat(fixture.query("SELECT reason FROM backfeed.sync_pending")).contains("LIMIT");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"LEASE", "PLAN", "WRITE", "CHECKPOINT"})
  void aRunThatDiesAfterItsApprovalIsPlannedAnew(Step last) throws SQLException {
    ScriptedVendor vendor = open("duckdb");
    People.create(fixture, 10);
    fixture.run(REVIEW);
    String held = newestRun();
    fixture.execution(People.dyingAfter(last));
    try {
      fixture.ours(approve());
    } catch (ThreadDeath e) {
      fixture.execution(Execution.PLAIN);
    }
    assertThat(fixture.run(RUN)).startsWith("succeeded selected=10");
    assertThat(statuses()).isEqualTo("interrupted succeeded");
    assertThat(vendor.records("contacts")).hasSize(10);
    assertThat(People.error(fixture, "APPROVE RUN '" + held + "'").getSQLState())
        .isEqualTo("55000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPausedSyncKeepsItsPlan(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.run(REVIEW);
    fixture.ours("PAUSE SYNC people");
    assertThat(fixture.run(approve())).isEqualTo("paused");
    fixture.ours("RESUME SYNC people");
    fixture.sql("BEGIN");
    fixture.sql("SELECT 1");
    assertThat(People.error(fixture, approve()).getSQLState()).isEqualTo("XB006");
    assertThat(People.error(fixture, about("REJECT")).getSQLState()).isEqualTo("XB006");
    fixture.sql("ROLLBACK");
    assertThat(fixture.run(approve())).isEqualTo("succeeded selected=3 added=3 created=3");
  }
}
