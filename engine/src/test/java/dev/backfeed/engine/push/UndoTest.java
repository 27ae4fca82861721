package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UNDO RUN: what a run has changed goes back to what it was, as far as nobody has changed it. */
class UndoTest extends WithPeople {
  UndoTest() {
    super("2026-03-01T10:00:00Z");
  }

  private String run(String statement) throws SQLException {
    return (String) fixture.row(statement).get("run_id");
  }

  private List<String> undo(String run, String how) throws SQLException {
    return fixture.ours("UNDO RUN '" + run + "'" + how).rows().stream()
        .map(r -> "%s %s %s [%s] %s".formatted(r.get(2), r.get(3), r.get(4), r.get(5), r.get(6)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void putsBackWhatNobodyHasChangedSince(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 10);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0, name = 'bad' WHERE id <= 4");
    fixture.sql("DELETE FROM people WHERE id = 10");
    People.add(fixture, 11, 11);
    String bad = run(RUN);
    vendor.tell("edits contacts 2 {\"name\":\"Eve\"}");
    fixture.sql("UPDATE people SET score = 3 WHERE id = 3");
    fixture.run(RUN);
    vendor.tell("loses contacts 4");
    vendor.sent();

    List<String> dry = undo(bad, " DRY RUN");
    assertThat(dry)
        .containsExactlyInAnyOrder(
            "1 changed would be sent [name, score] null",
            "2 changed would be sent [score] name was edited there since",
            "3 changed would be sent [name] score was written by a later run",
            "4 none left [] the record is gone",
            "10 added would be sent [name, score] created again from the values it had",
            "11 none left [] that run created it: DELETE CREATED deletes it");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.query("SELECT paused FROM backfeed.syncs")).doesNotContain("t", "true");

    assertThat(undo(bad, ""))
        .contains(
            "1 changed updated [name, score] null",
            "10 added created [name, score] created again from the values it had");
    assertThat(People.newest(fixture)).isEqualTo("succeeded added=1 changed=3 created=1 updated=3");
    assertThat(vendor.records("contacts").get("1").toString())
        .isEqualTo("{\"name\":\"n1\",\"score\":1}");
    assertThat(vendor.records("contacts").get("2").toString())
        .isEqualTo("{\"name\":\"Eve\",\"score\":2}");
    assertThat(vendor.records("contacts").get("3").toString())
        .isEqualTo("{\"name\":\"n3\",\"score\":3}");
    assertThat(vendor.records("contacts")).containsKeys("10", "11");
    assertThat(fixture.query("SELECT record_key, field, policy FROM backfeed.sync_conflicts"))
        .containsExactly("2|name|UNDO");
    assertThat(
            fixture.query(
                "SELECT triggered_by FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1"))
        .containsExactly("undo");
    assertThat(fixture.query("SELECT name, score FROM backfeed.state_people WHERE id = 1"))
        .containsExactly("n1|1");

    // Else the next run would do it all again.
    assertThat(fixture.run(RUN)).isEqualTo("paused");
    fixture.ours("RESUME SYNC people");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=10 unchanged=7 changed=3 removed=1 updated=3 deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasClearedOrSetIsPutBack(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score BIGINT)");
    People.add(fixture, 1, 4);
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) ON REMOVE SET (score = 0, status = 'left')"
            + " LIMIT REMOVALS TO 5 ROWS AS SELECT id, name, score FROM people");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id < 3");
    String bad = run(RUN);
    vendor.tell("edits contacts 2 {\"score\":7}");
    assertThat(undo(bad, ""))
        .containsExactlyInAnyOrder(
            "1 changed updated [score] status is not mapped, and what it was is not known",
            "2 none left [] score was edited there since; status is not mapped, and what it was is"
                + " not known");
    assertThat(vendor.records("contacts").get("1").get("score").asInt()).isEqualTo(1);
    assertThat(vendor.records("contacts").get("2").get("score").asInt()).isEqualTo(7);
    fixture.ours("RESUME SYNC people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2 removed=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void deletesWhatWasCreatedOnlyWhenTold(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 4);
    String first = run(RUN);
    vendor.tell("edits contacts 2 {\"name\":\"Eve\"}");
    fixture.ours("PAUSE SYNC people");
    assertThat(undo(first, "")).hasSize(4).allMatch(line -> line.contains("none left []"));
    assertThat(vendor.records("contacts")).hasSize(4);
    assertThat(undo(first, " DELETE CREATED"))
        .containsExactlyInAnyOrder(
            "1 removed deleted [] null",
            "2 none left [] name was edited there since",
            "3 removed deleted [] null",
            "4 removed deleted [] null");
    assertThat(vendor.records("contacts")).containsOnlyKeys("2");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people")).containsExactly("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordThatWasThereBeforeIsNotDeleted(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 2);
    vendor.tell("makes contacts 2 {\"id\":2,\"name\":\"Eve\"}");
    String first = run(RUN);
    assertThat(undo(first, " DELETE CREATED"))
        .containsExactlyInAnyOrder(
            "1 removed deleted [] null",
            "2 none left [] it was there before that run, and what it held is not known");
    assertThat(vendor.records("contacts")).containsOnlyKeys("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDeletedRecordThatSomebodyHasMadeAgainIsLeftAlone(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 5);
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id <= 2");
    String removing = run(RUN);
    vendor.tell("makes contacts 2 {\"id\":2,\"name\":\"Eve\"}");
    assertThat(undo(removing, ""))
        .containsExactlyInAnyOrder(
            "1 added created [name, score] created again from the values it had",
            "2 none left [] somebody has made such a record since");
    assertThat(vendor.records("contacts").get("2").get("name").asText()).isEqualTo("Eve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatOtherRowsAreOwedStaysNoted(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0");
    String first = run(RUN + " LIMIT 1");
    String owed = "SELECT record_key FROM backfeed.sync_pending ORDER BY 1";
    List<String> before = fixture.query(owed);
    assertThat(before).hasSize(2);
    undo(first, "");
    assertThat(fixture.query(owed)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void valuesOfEveryTypeComeBack(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql(
        "CREATE TABLE things (id BIGINT, d DECIMAL(9,4), f DOUBLE PRECISION, b BOOLEAN, t TIMESTAMP,"
            + " z TIMESTAMPTZ, day DATE, s VARCHAR, j JSON, n VARCHAR)");
    fixture.sql(
        "INSERT INTO things VALUES (1, 1.5, 0.1, TRUE, TIMESTAMP '2026-01-02 03:04:05', TIMESTAMPTZ"
            + " '2026-01-02 03:04:05+02', DATE '2026-01-02', 'it''s', '{\"x\": 1}', NULL)");
    fixture.ours(
        "CREATE SYNC people TO crm.things KEY (id) WITH (time_zone = 'Europe/Berlin') AS SELECT *"
            + " FROM things");
    fixture.run(RUN);
    String before = vendor.records("things").toString();
    fixture.sql(
        "UPDATE things SET d = 2, f = 2, b = FALSE, t = TIMESTAMP '2020-01-01 00:00:00', z ="
            + " TIMESTAMPTZ '2020-01-01 00:00:00+00', day = DATE '2020-01-01', s = '', j = '[1]', n"
            + " = 'x'");
    String bad = run(RUN);
    assertThat(undo(bad, ""))
        .containsExactly("1 changed updated [d, f, b, t, z, day, s, j, n] null");
    assertThat(vendor.records("things").toString()).isEqualTo(before);
    assertThat(fixture.query("SELECT CAST(t AS VARCHAR), n FROM backfeed.state_people"))
        .containsExactly("2026-01-02 03:04:05|null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsNotInTheLogCannotBePutBack(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 2, "WITH (log_values = FALSE)");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0 WHERE id = 1");
    String bad = run(RUN);
    assertThat(undo(bad, ""))
        .containsExactly("1 none left [] the values before are not in the log: log_values = FALSE");
    assertThat(People.error(fixture, "UNDO RUN 'x'").getSQLState()).isEqualTo("42704");
    fixture.ours("CREATE SYNC log TO crm.log KEY (id) MODE APPEND AS SELECT id, name FROM people");
    String sent = run("SYNC NOW log");
    assertThat(People.error(fixture, "UNDO RUN '" + sent + "'").getSQLState()).isEqualTo("55000");
    fixture.sql("BEGIN");
    fixture.sql("SELECT 1");
    assertThat(People.error(fixture, "UNDO RUN '" + bad + "'").getSQLState()).isEqualTo("XB006");
    assertThat(undo(bad, " DRY RUN")).hasSize(1);
    fixture.sql("ROLLBACK");
  }

  @Test
  void anUndoingThatDiesIsSettledAndCanBeDoneAgain() throws SQLException {
    ScriptedVendor vendor = open("duckdb");
    People.create(fixture, 3);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0");
    String bad = run(RUN);
    for (Step step : List.of(Step.LEASE, Step.PLAN)) {
      fixture.execution(People.dyingAfter(step));
      try {
        fixture.ours("UNDO RUN '" + bad + "'");
      } catch (ThreadDeath e) {
        fixture.execution(Execution.PLAIN);
      }
    }
    assertThat(fixture.query("SELECT paused FROM backfeed.syncs")).containsExactly("true");
    fixture.ours("RESUME SYNC people");
    fixture.run(RUN);
    assertThat(undo(bad, "")).hasSize(3);
    assertThat(vendor.records("contacts")).hasSize(3);
  }
}
