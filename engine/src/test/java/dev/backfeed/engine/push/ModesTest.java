package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MODE UPDATE, which never creates, and MODE INSERT, which never touches what is there. */
class ModesTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  ModesTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, a VARCHAR)");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1'), ('y', 'a1')");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) " + clauses + " AS SELECT id, a FROM people");
    return vendor;
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsMissingIsSkippedAndAskedForAgain(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE UPDATE ON REMOVE DELETE");
    vendor.tell("makes contacts x {\"id\":\"x\"}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 updated=1 skipped=1");
    assertThat(vendor.records()).containsExactly("contacts x");
    assertThat(
            fixture.query(
                "SELECT record_key, outcome, error_type FROM backfeed.sync_log ORDER BY record_key"))
        .containsExactly("x|updated|null", "y|skipped|UNKNOWN_KEY");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people")).containsExactly("x");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("UPDATE people SET a = 'a2' WHERE id = 'y'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 skipped=1");
    vendor.tell("makes contacts y {\"id\":\"y\"}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    clock.move(Duration.ofHours(24));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 updated=1");
    assertThat(vendor.records("contacts").get("y").get("a").asText()).isEqualTo("a2");
    vendor.lose("contacts", "x");
    fixture.sql("UPDATE people SET a = 'a3' WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 skipped=1");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN))
        .as("it is not there")
        .isEqualTo("succeeded selected=1 unchanged=1");
    assertThat(vendor.records()).containsExactly("contacts y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsThereIsNeverTouched(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(warehouse, "MODE INSERT ON REMOVE DELETE LIMIT REMOVALS TO 9 ROWS ALLOW EMPTY");
    vendor.tell("makes contacts x {\"id\":\"x\",\"a\":\"theirs\"}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=1 skipped=1");
    fixture.sql("UPDATE people SET a = 'a2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("theirs");
    assertThat(vendor.records("contacts").get("y").get("a").asText()).isEqualTo("a1");
    fixture.sql("DELETE FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded removed=1 deleted=1");
    assertThat(vendor.records()).containsExactly("contacts x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anInsertWhoseAnswerGotLostWasOurs(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE INSERT");
    vendor.tell("batch unknown_outcome gone");
    assertThat(People.error(fixture, RUN).getMessage()).contains("gone");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasMadeStaysOursWhateverIsAskedFor(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(warehouse, "MODE INSERT ON REMOVE DELETE LIMIT REMOVALS TO 9 ROWS");
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("UPDATE people SET a = 'a2'");
    assertThat(fixture.run(RUN + " FULL")).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(vendor.records()).containsExactly("contacts y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsMadeOnlyIsNotChangedWhenItsRowIsBack(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE INSERT");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 skipped=1");
    fixture.sql("INSERT INTO people VALUES ('x', 'a2')");
    vendor.calls();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    assertThat(vendor.calls()).isEmpty();
    assertThat(fixture.query("SELECT id FROM backfeed.state_people WHERE _removed_at IS NULL"))
        .containsExactlyInAnyOrder("x", "y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anotherModeTakesWhatWasPassedOverForNew(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE UPDATE");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 skipped=2");
    become("MODE UPSERT");
    assertThat(fixture.run(RUN + " RETRY"))
        .as("nothing has failed")
        .isEqualTo("succeeded selected=2 added=2 deferred=2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    fixture.ours("RESET SYNC people");
    become("MODE INSERT");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 skipped=2");
    become("MODE MIRROR");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN))
        .as("what was there already is not ours to delete")
        .isEqualTo("succeeded selected=1 added=1 updated=1");
    assertThat(vendor.records()).containsExactly("contacts x", "contacts y");
  }

  private void become(String clauses) throws SQLException {
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) "
            + clauses
            + " AS SELECT id, a FROM people");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aMissingRecordOfWhichNothingIsToBeSaidIsStillMissing(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, a VARCHAR)");
    fixture.sql("INSERT INTO people VALUES ('x', NULL)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE UPDATE FIELDS (a IGNORE NULLS)"
            + " AS SELECT id, a FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 skipped=1");
    assertThat(fixture.run(RUN + " FULL"))
        .isEqualTo("succeeded selected=1 unchanged=1 resent=1 skipped=1");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people")).isEmpty();
  }
}
