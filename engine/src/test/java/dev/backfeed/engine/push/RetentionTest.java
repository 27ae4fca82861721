package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept for a limited time goes, and nothing that the engine reads. */
class RetentionTest extends WithPeople {
  private static final String LOGGED =
      "SELECT operation, COUNT(*) FROM backfeed.sync_log GROUP BY operation ORDER BY operation";

  RetentionTest() {
    super("2026-03-01T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theLogOfADeadRunStaysUntilItIsSettled(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.ours("CREATE SYNC other TO crm.other KEY (id) AS SELECT 1 AS id");
    fixture.ours("ALTER SYNC SETTINGS SET (log_retention = '1 day', run_retention = '1 day')");
    fixture.execution(People.dyingAfter(RunListener.Step.CHECKPOINT));
    assertThatThrownBy(() -> fixture.ours(People.RUN)).isInstanceOf(ThreadDeath.class);
    fixture.execution(Execution.PLAIN);
    clock.move(Duration.ofDays(5));
    fixture.run("SYNC NOW other");
    assertThat(fixture.query(LOGGED)).containsExactly("added|4");
    assertThat(fixture.run(People.RUN)).startsWith("succeeded");
    assertThat(fixture.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "succeeded", "succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPaceStillCountsWhatWasSentToday(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 9, "ON FIRST RUN BACKFILL AT 3 ROWS PER DAY");
    fixture.ours("ALTER SYNC SETTINGS SET (log_retention = '1 day')");
    assertThat(fixture.run(People.RUN)).contains("created=3");
    clock.move(Duration.ofHours(1));
    assertThat(fixture.run(People.RUN)).contains("deferred=6").doesNotContain("created");
    clock.move(Duration.ofDays(1));
    assertThat(fixture.run(People.RUN)).contains("created=3");
    assertThat(fixture.query(LOGGED)).containsExactly("added|3");
    // Its log is gone, which the check of all books does not know.
    fixture.sql(
        "DELETE FROM backfeed.sync_runs WHERE created > 0 AND run_id NOT IN (SELECT run_id FROM"
            + " backfeed.sync_log)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatCannotBeDeletedIsAWarningAndNoFailure(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.ours("ALTER SYNC SETTINGS SET (log_retention = '1 day')");
    fixture.sql("ALTER TABLE backfeed.settings RENAME TO gone");
    var result = fixture.ours(People.RUN);
    fixture.sql("ALTER TABLE backfeed.gone RENAME TO settings");
    assertThat(result.rows().get(0).get(2)).isEqualTo("succeeded");
    assertThat(result.warnings().get(0).getMessage())
        .startsWith("old runs and log rows could not be deleted: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void conflictsGoWithTheLogAndVerificationsWithTheRuns(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.run(People.RUN);
    fixture.sql(
        "INSERT INTO backfeed.sync_conflicts (run_id, sync_id, sync, record_key, field, policy,"
            + " occurred_at) SELECT run_id, sync_id, sync, 'a', 'name', 'KEEP EDITS', started_at FROM"
            + " backfeed.sync_runs");
    fixture.ours("VERIFY SYNC people");
    clock.move(Duration.ofDays(3));
    fixture.ours("VERIFY SYNC people");
    String verifications = "SELECT COUNT(*) FROM backfeed.sync_verification_runs";
    String conflicts = "SELECT COUNT(*) FROM backfeed.sync_conflicts";
    fixture.run(People.RUN);
    assertThat(fixture.query(verifications + " UNION ALL " + conflicts)).containsExactly("2", "1");
    fixture.ours("ALTER SYNC SETTINGS SET (log_retention = '2 days', run_retention = '2 days')");
    fixture.run(People.RUN);
    assertThat(fixture.query(verifications + " UNION ALL " + conflicts)).containsExactly("1", "0");
    clock.move(Duration.ofDays(9));
    fixture.run(People.RUN);
    assertThat(fixture.query(verifications)).as("the last one is shown").containsExactly("1");
  }
}
