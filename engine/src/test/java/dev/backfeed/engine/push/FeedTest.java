package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * DETECT CHANGES BY OPERATION, of a feed that behaves as a Snowflake stream: its rows are gone once
 * a transaction that has written them elsewhere is committed, and an update is a deletion and an
 * insertion of one key, in no order.
 */
class FeedTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  FeedTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor feed(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE feed (id VARCHAR, name VARCHAR, op VARCHAR, seq INTEGER)");
    create("BY OPERATION op " + clauses, "id, name, op, seq");
    stream(Optional.empty());
    return vendor;
  }

  private void create(String by, String columns) throws SQLException {
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) FIELDS (name) DETECT CHANGES "
            + by
            + " AS SELECT "
            + columns
            + " FROM feed");
  }

  /** Runs from now on consume the feed; they die after a step where one is named. */
  private void stream(Optional<RunListener.Step> last) {
    RunListener consuming =
        new RunListener() {
          @Override
          public void before(Step step) {
            if (step == Step.CHECKPOINT && last.equals(Optional.of(Step.WRITE))) {
              throw new ThreadDeath();
            }
          }

          @Override
          public void after(Step step) {
            try {
              if (step == Step.PLAN) {
                fixture.sql("DELETE FROM feed");
              }
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
            if (last.equals(Optional.of(step))) {
              throw new ThreadDeath();
            }
          }
        };
    fixture.execution(new Execution(() -> false, Optional.empty(), 0, consuming, false));
  }

  /** Rows of the feed, each {@code operation key name sequence}. */
  private void tell(String... rows) throws SQLException {
    for (String row : rows) {
      String[] w = row.split(" ", 4);
      fixture.sql(
          "INSERT INTO feed VALUES (%s, '%s', '%s', %s)"
              .formatted(
                  w[1].equals("-") ? "NULL" : "'" + w[1] + "'",
                  w.length > 2 ? w[2] : "",
                  w[0],
                  w.length > 3 ? w[3] : "0"));
    }
  }

  private void run(String expected) throws SQLException {
    assertThat(fixture.run(RUN)).isEqualTo(expected);
  }

  private long backlog() throws SQLException {
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    return Long.parseLong(fixture.query("SELECT COUNT(*) FROM backfeed._backlog_" + id).get(0));
  }

  /** The records there are, as {@code key=name}. */
  private String records() {
    return fixture.vendor().records("contacts").entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue().path("name").asText())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void operationsReachTheDestination(String warehouse) throws SQLException {
    feed(warehouse, "ON REMOVE DELETE");
    tell("INSERT a n1", "Insert b n1", "upsert c n1", "DELETE z zz");
    run("succeeded selected=3 added=3 created=3");
    assertThat(backlog()).isZero();
    run("succeeded");
    tell("DELETE a n1", "INSERT a n2", "INSERT b n1", "DELETE b n1", "DELETE c n1", "update d n1");
    run(
        "succeeded selected=3 unchanged=1 added=1 changed=1 removed=1 created=1 updated=1 deleted=1");
    assertThat(records()).isEqualTo("a=n2 b=n1 d=n1");
    assertThat(backlog()).isZero();
    tell("delete c n1", "delete a n2", "delete a n2");
    run("succeeded removed=1 deleted=1");
    assertThat(records()).isEqualTo("b=n1 d=n1");
    tell("insert a n3", "insert c n3");
    run("succeeded selected=2 added=2 created=2");
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("4");
  }

  @ParameterizedTest
  @CsvSource({
    "duckdb,LEASE", "duckdb,PLAN", "duckdb,WRITE", "duckdb,CHECKPOINT",
    "postgresql,LEASE", "postgresql,PLAN", "postgresql,WRITE", "postgresql,CHECKPOINT"
  })
  void nothingIsLostByARunThatIsKilled(String warehouse, RunListener.Step step)
      throws SQLException {
    feed(warehouse, "ON REMOVE DELETE");
    tell("insert a n1", "insert b n1", "insert c n1");
    run("succeeded selected=3 added=3 created=3");
    tell("delete a n1", "insert a n2", "delete b n1", "insert d n1");
    stream(Optional.of(step));
    assertThatThrownBy(() -> fixture.run(RUN)).isInstanceOf(ThreadDeath.class);
    // What comes meanwhile is later than what was owed; a stream tells the sum of what it has.
    fixture.sql("DELETE FROM feed WHERE id = 'd'");
    tell("delete d n1", "delete c n1", "insert c n2");
    assertThatThrownBy(() -> fixture.run(RUN)).isInstanceOf(ThreadDeath.class);
    stream(Optional.empty());
    fixture.run(RUN);
    assertThat(records()).isEqualTo("a=n2 c=n2");
    run("succeeded");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void nothingIsLostWhereRowsFailOrMustWait(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "ON REMOVE DELETE");
    tell("insert a n1", "insert b n1", "insert c n1");
    vendor.tell("a failed VALIDATION 400 no");
    run("partial selected=3 added=3 created=2 failed=1");
    assertThat(backlog()).isEqualTo(1);
    run("succeeded selected=1 added=1 deferred=1");
    clock.move(Duration.ofHours(1));
    run("succeeded selected=1 added=1 created=1");
    tell("delete a n1", "insert a n2", "delete b n1", "insert b n2", "delete c n1");
    assertThat(fixture.run(RUN + " LIMIT 1"))
        .isEqualTo("succeeded selected=2 changed=2 removed=1 updated=1 deferred=2");
    assertThat(backlog()).isEqualTo(2);
    vendor.tell("c failed VALIDATION 400 no");
    run("partial selected=1 changed=1 removed=1 updated=1 failed=1");
    tell("insert c n3");
    run("succeeded selected=1 changed=1 updated=1");
    assertThat(records()).isEqualTo("a=n2 b=n2 c=n3");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aKeyThatIsToldTwiceIsRejectedUntilALaterRowComes(String warehouse) throws SQLException {
    feed(warehouse, "ON REMOVE DELETE");
    tell("insert a n1", "insert a n2", "insert b n1", "insert b n1", "insert - x", "delete - y");
    run("succeeded selected=5 added=1 created=1 rejected=4");
    assertThat(backlog()).isEqualTo(2);
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_errors ORDER BY 1"))
        .containsExactly("", "a");
    run("succeeded selected=2 rejected=2");
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_errors")).containsExactly("a");
    tell("insert - x");
    run("succeeded selected=3 rejected=3");
    tell("insert - x", "insert a n3");
    run("succeeded selected=2 added=1 created=1 rejected=1");
    assertThat(
            fixture.query(
                "SELECT error_message FROM backfeed.sync_log WHERE error_type = 'NULL_KEY' ORDER BY"
                    + " run_id"))
        .containsExactly(
            "the key is null in 2 rows", "the key is null in 1 row", "the key is null in 1 row");
    assertThat(records()).isEqualTo("a=n3 b=n1");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theHighestSequenceWins(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "ORDER BY seq ON REMOVE DELETE");
    tell("update a n3 3", "insert a n1 1", "update a n2 2", "insert b n1 1", "delete b n1 2");
    vendor.tell("a failed VALIDATION 400 no");
    run("partial selected=1 added=1 failed=1");
    // Told late: the row that waits is the newer one.
    tell("update a n2 2", "delete a n0 0");
    clock.move(Duration.ofHours(1));
    run("succeeded selected=1 added=1 created=1");
    assertThat(records()).isEqualTo("a=n3");
    tell("update a n4 4", "update a n5 4", "delete a n3 4", "update a n3 3");
    run("succeeded selected=2 rejected=2");
    assertThat(backlog()).isEqualTo(2);
    // Told again, as by a log that nobody empties.
    tell("update a n5 4", "update a n4 4", "update a n5 4");
    run("succeeded selected=2 rejected=2");
    assertThat(backlog()).isEqualTo(2);
    tell("delete a n5 5");
    run("succeeded removed=1 deleted=1");
    assertThat(records()).isEmpty();
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void lookingConsumesNothing(String warehouse) throws SQLException {
    feed(warehouse, "ON REMOVE DELETE");
    tell("insert a n1", "insert b n1");
    run("succeeded selected=2 added=2 created=2");
    fixture.vendor().tell("b failed VALIDATION 400 no");
    tell("insert b n2");
    run("partial selected=1 changed=1 failed=1");
    tell("delete a n1", "insert a n2", "insert b n3", "delete c n1");
    assertThat(fixture.run(RUN + " DRY RUN")).isEqualTo("dry_run selected=2 changed=2 deferred=2");
    assertThat(fixture.ours("PREVIEW SYNC people").rows()).hasSize(2);
    assertThat(fixture.ours("EXPLAIN SYNC people").rows().toString())
        .contains("[rows, changed, 2]", "INSERT INTO", "DELETE FROM");
    assertThat(backlog()).isEqualTo(1);
    assertThat(fixture.query("SELECT COUNT(*) FROM feed")).containsExactly("4");
    run("succeeded selected=2 changed=2 updated=2");
    assertThat(records()).isEqualTo("a=n2 b=n3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anOperationThatIsNoneFailsTheRunAndConsumesNothing(String warehouse) throws SQLException {
    feed(warehouse, "");
    tell("insert a n1", "truncate b n1");
    for (String statement : Arrays.asList(RUN, RUN + " DRY RUN", "PREVIEW SYNC people")) {
      SQLException error = People.error(fixture, statement);
      assertThat(error.getMessage()).contains("has the operation \"truncate\"");
      assertThat(error.getSQLState()).isEqualTo("22023");
    }
    assertThat(People.newest(fixture)).isEqualTo("failed");
    assertThat(fixture.query("SELECT COUNT(*) FROM feed")).containsExactly("2");
    assertThat(backlog()).isZero();
    fixture.sql("DELETE FROM feed WHERE id = 'b'");
    run("succeeded selected=1 added=1 created=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatViolatesStaysInTheBacklogUntilALaterOneComes(String warehouse) throws SQLException {
    feed(
        warehouse,
        "ON REMOVE DELETE CONSTRAINT named EXPECT (name <> 'bad') ON VIOLATION DROP ROW"
            + " CONSTRAINT grows EXPECT (previous(name) IS NULL OR seq > 0) ON VIOLATION DROP ROW");
    tell("insert a n1", "insert b bad", "delete c bad");
    assertThat(fixture.run(RUN + " DRY RUN"))
        .isEqualTo("dry_run selected=2 added=1 rejected=1 deferred=1");
    run("succeeded selected=2 added=1 created=1 rejected=1");
    assertThat(backlog()).isEqualTo(1);
    run("succeeded selected=1 rejected=1");
    tell("insert a n2 0", "insert b n1 0");
    run("succeeded selected=2 added=1 created=1 rejected=1");
    assertThat(fixture.query("SELECT record_key, error_message FROM backfeed.sync_errors"))
        .containsExactly("a|constraint grows does not hold");
    assertThat(records()).isEqualTo("a=n1 b=n1");
    tell("insert a n3 1", "delete b bad");
    run("succeeded selected=1 changed=1 removed=1 updated=1 deleted=1");
    assertThat(records()).isEqualTo("a=n3");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsExpectedOfRowsThatWaitCanChange(String warehouse) throws SQLException {
    feed(warehouse, "CONSTRAINT c EXPECT (seq < 5) ON VIOLATION FAIL");
    tell("insert a n1 1", "insert b n1 7", "delete z n1 8");
    SQLException failed = People.error(fixture, RUN);
    assertThat(failed.getMessage()).contains("constraint c does not hold");
    assertThat(failed.getSQLState()).isEqualTo("XB002");
    assertThat(backlog()).isEqualTo(2);
    fixture.sql("ALTER TABLE feed ADD COLUMN later INTEGER");
    create("BY OPERATION op CONSTRAINT c EXPECT (seq < 7) ON VIOLATION WARN", "id, name, op, seq");
    run("succeeded selected=2 added=2 created=2");
    assertThat(backlog()).isZero();
    create("BY OPERATION op CONSTRAINT c EXPECT (seq < 7) ON VIOLATION DROP ROW", "*");
    fixture.sql("ALTER TABLE feed ADD COLUMN latest INTEGER");
    fixture.sql("INSERT INTO feed VALUES ('a', 'n2', 'update', 9, 1, 1)");
    run("succeeded selected=1 rejected=1");
    fixture.sql("ALTER TABLE feed ADD COLUMN last INTEGER");
    run("succeeded selected=1 rejected=1");
    assertThatThrownBy(
            () ->
                create(
                    "BY OPERATION op CONSTRAINT c EXPECT (seq < 7) ON VIOLATION WARN",
                    "id, name, op, seq"))
        .hasMessageContaining("the columns that it is kept in would change");
    create("BY OPERATION op", "*");
    run("succeeded selected=1 changed=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDeletionIsFoundInTheSpellingOfTheState(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE feed (id VARCHAR, name VARCHAR, op VARCHAR, seq INTEGER)");
    fixture.ours(
        "CREATE SYNC people TO crm.\"FoldedForm\" KEY (id) FIELDS (name) ON REMOVE DELETE DETECT CHANGES"
            + " BY OPERATION op AS SELECT * FROM feed");
    stream(Optional.empty());
    tell("insert a n1", "insert b n1", "insert c n1");
    run("succeeded selected=3 added=3 created=3");
    vendor.tell("a failed VALIDATION 400 no");
    tell("delete A n1", "delete C n1", "insert c n2", "delete Z n1");
    run("partial selected=1 changed=1 removed=1 updated=1 failed=1");
    assertThat(backlog()).isEqualTo(1);
    clock.move(Duration.ofHours(1));
    run("succeeded removed=1 deleted=1");
    assertThat(backlog()).isZero();
    assertThat(vendor.records("FoldedForm").keySet()).containsExactlyInAnyOrder("b", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDeletionIsARowThatLeft(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "");
    tell("insert a n1", "insert b n1");
    run("succeeded selected=2 added=2 created=2");
    tell("delete a n1");
    run("succeeded removed=1 skipped=1");
    tell("delete a n1");
    run("succeeded");
    tell("insert a n1");
    run("succeeded selected=1 unchanged=1");
    create("BY OPERATION op ON REMOVE SET (name = 'gone', status = 'left')", "id, name, op, seq");
    vendor.sent();
    tell("delete a n1");
    run("succeeded removed=1 updated=1");
    assertThat(vendor.sent().toString()).contains("\"name\":\"gone\"", "\"status\":\"left\"");
    tell("insert a n1");
    run("succeeded selected=1 changed=1 updated=1");
    create("BY OPERATION op ON REMOVE CLEAR", "id, name, op, seq");
    tell("delete b n1");
    run("succeeded removed=1 updated=1");
    assertThat(records()).isEqualTo("a=n1 b=null");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPlanThatIsHeldOrBlockedLeavesItsRowsWhereTheyAre(String warehouse) throws SQLException {
    feed(warehouse, "ON REMOVE DELETE LIMIT REMOVALS TO 1 ROWS");
    tell("insert a n1", "insert b n1", "insert c n1");
    run("succeeded selected=3 added=3 created=3");
    tell("delete a n1", "delete b n1", "insert c n2");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    assertThat(backlog()).isEqualTo(3);
    tell("insert a n3");
    assertThat(fixture.run(RUN + " FOR REVIEW"))
        .isEqualTo("held selected=2 changed=2 removed=1 deferred=3");
    String run = fixture.query("SELECT MAX(run_id) FROM backfeed.sync_runs").get(0);
    assertThat(fixture.run("APPROVE RUN '" + run + "'"))
        .isEqualTo("succeeded selected=2 changed=2 removed=1 updated=2 deleted=1");
    assertThat(records()).isEqualTo("a=n3 c=n2");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWaitsSurvivesOtherDefinitionsOrForbidsThem(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "");
    tell("insert a n1", "insert b n1");
    vendor.tell("a failed VALIDATION 400 no");
    run("partial selected=2 added=2 created=1 failed=1");
    fixture.ours("RESET SYNC people");
    assertThat(backlog()).isEqualTo(1);
    for (String other :
        new String[] {
          "BY OPERATION op2|id, name, op AS op2",
          "BY OPERATION op ORDER BY seq|id, name, op, seq",
          "BY DIFF|id, name, op"
        }) {
      String[] parts = other.split("[|]", 2);
      assertThatThrownBy(() -> create(parts[0], parts[1]))
          .hasMessageContaining("the backlog of sync \"people\" holds 1 row")
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("55000");
    }
    create("BY OPERATION op ON REMOVE DELETE", "id, lower(name) AS name, op");
    run("succeeded selected=1 added=1 created=1");
    assertThat(backlog()).isZero();
    create("BY OPERATION op ORDER BY seq", "id, name, op, seq");
    tell("insert c n1");
    run("succeeded selected=1 added=1 created=1");
    assertThat(People.error(fixture, "BASELINE SYNC people").getSQLState()).isEqualTo("22023");
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    fixture.ours("DROP SYNC people KEEP STATE");
    assertThat(
            fixture.query(
                "SELECT table_name FROM information_schema.tables WHERE table_name = '_backlog_"
                    + id
                    + "'"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theOrderInWhichFieldsCameIsNoneOfTheBacklog(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE feed (id VARCHAR, name VARCHAR, op VARCHAR, seq INTEGER)");
    stream(Optional.empty());
    for (String fields : new String[] {"seq", "name, seq", "seq, name", "name, seq"}) {
      fixture.ours(
          "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) FIELDS ("
              + fields
              + ") DETECT CHANGES BY OPERATION op AS SELECT * FROM feed");
      vendor.tell("a failed VALIDATION 400 no");
      if (fields.startsWith("name") && backlog() == 0) {
        tell("insert a n1");
        run("partial selected=1 added=1 failed=1");
      }
    }
    assertThat(backlog()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void undoingARunLeavesWhatWaits(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "ON REMOVE DELETE");
    tell("insert a n1");
    run("succeeded selected=1 added=1 created=1");
    tell("insert a n2");
    run("succeeded selected=1 changed=1 updated=1");
    String undone = fixture.query("SELECT MAX(run_id) FROM backfeed.sync_runs").get(0);
    vendor.tell("a failed VALIDATION 400 no");
    tell("insert a n3");
    run("partial selected=1 changed=1 failed=1");
    fixture.ours("UNDO RUN '" + undone + "'");
    assertThat(records()).isEqualTo("a=n1");
    assertThat(backlog()).isEqualTo(1);
    fixture.ours("RESUME SYNC people");
    clock.move(Duration.ofHours(1));
    run("succeeded selected=1 changed=1 updated=1");
    assertThat(records()).isEqualTo("a=n3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void typesThatWidenTakeWhatWaitsAlong(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE feed (id VARCHAR, name INTEGER, op VARCHAR)");
    fixture.sql("CREATE VIEW changes AS SELECT id, name, op FROM feed");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) DETECT CHANGES BY OPERATION op AS SELECT * FROM"
            + " changes");
    stream(Optional.empty());
    fixture.sql("INSERT INTO feed VALUES ('a', 1, 'insert')");
    vendor.tell("a failed VALIDATION 400 no");
    run("partial selected=1 added=1 failed=1");
    retyped("CAST(name AS VARCHAR)");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("55000");
    retyped("CAST(name AS BIGINT)");
    fixture.sql("INSERT INTO feed VALUES ('b', 2, 'insert')");
    clock.move(Duration.ofHours(1));
    run("succeeded selected=2 added=2 created=2");
    retyped("CAST(name AS VARCHAR)");
    fixture.sql("INSERT INTO feed VALUES ('b', 3, 'insert')");
    run("succeeded selected=1 changed=1 updated=1");
    assertThat(records()).isEqualTo("a=1 b=3");
  }

  private void retyped(String name) throws SQLException {
    fixture.sql("DROP VIEW changes");
    fixture.sql("CREATE VIEW changes AS SELECT id, " + name + " AS name, op FROM feed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void valuesThatHaveToHoldAndKeysThatAreMissingStay(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE feed (id VARCHAR, name VARCHAR, op VARCHAR, seq INTEGER)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE UPDATE FIELDS (name STABLE FOR 2 RUNS, seq)"
            + " DETECT CHANGES BY OPERATION op AS SELECT * FROM feed");
    stream(Optional.empty());
    vendor.tell("makes contacts a {\"id\":\"a\"}");
    tell("insert a n1 1", "insert b n1 1");
    run("succeeded selected=2 added=2 updated=1 skipped=1");
    assertThat(backlog()).isEqualTo(1);
    tell("update a n2 2");
    run("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(records()).isEqualTo("a=n1");
    run("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(records()).isEqualTo("a=n2");
    vendor.tell("makes contacts b {\"id\":\"b\"}");
    run("succeeded selected=1 unchanged=1");
    clock.move(Duration.ofDays(2));
    run("succeeded selected=1 added=1 updated=1");
    assertThat(records()).isEqualTo("a=n2 b=n1");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsAreAppendedOnce(String warehouse) throws SQLException {
    ScriptedVendor vendor = feed(warehouse, "MODE APPEND CHANGES");
    tell("insert a n1", "insert b n1", "delete c n1");
    vendor.tell("batch unknown_outcome the answer was lost");
    assertThat(People.error(fixture, RUN).getMessage()).contains("the answer was lost");
    assertThat(backlog()).isEqualTo(2);
    run("partial selected=2 added=2 deferred=2");
    fixture.ours("RESOLVE SYNC people IN DOUBT AS SENT");
    run("succeeded selected=2 unchanged=2");
    assertThat(backlog()).isZero();
    tell("delete a n1", "insert a n2", "delete b n1");
    run("succeeded selected=1 changed=1 created=1");
    assertThat(backlog()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBackfillAtAPaceWaitsThere(String warehouse) throws SQLException {
    feed(warehouse, "ON FIRST RUN BACKFILL AT 2 ROWS PER DAY");
    tell("insert a n1", "insert b n1", "insert c n1");
    run("succeeded selected=3 added=3 created=2 deferred=1");
    run("succeeded selected=1 added=1 deferred=1");
    clock.move(Duration.ofDays(1));
    run("succeeded selected=1 added=1 created=1");
    assertThat(backlog()).isZero();
  }
}
