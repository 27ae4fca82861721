package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words about single fields: who wins, what nulls mean, when a value is sent. */
class FieldPoliciesTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  FieldPoliciesTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String fields) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, a VARCHAR, b VARCHAR, t TIMESTAMP)");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', TIMESTAMP '2026-03-01 10:00:00')");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) FIELDS ("
            + fields
            + ") AS SELECT id, a, b, t FROM people");
    return vendor;
  }

  private void set(String assignments) throws SQLException {
    fixture.sql("UPDATE people SET " + assignments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aNullThatIsIgnoredChangesNothing(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a IGNORE NULLS, b");
    fixture.run(RUN);
    vendor.sent();
    set("a = NULL");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    set("b = 'b2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.sent()).singleElement().asString().contains("\"fields\":{\"b\":\"b2\"}");
    fixture.run(RUN + " FULL");
    assertThat(vendor.sent()).singleElement().asString().contains("\"fields\":{\"b\":\"b2\"}");
    vendor.lose("contacts", "x");
    set("b = 'b3'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 created=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a1");
    fixture.sql("INSERT INTO people VALUES ('y', NULL, 'b', NULL)");
    fixture.run(RUN);
    assertThat(vendor.records("contacts").get("y").has("a")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPassiveFieldGoesAlongWithOthers(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a, b PASSIVE");
    fixture.run(RUN);
    vendor.sent();
    set("b = 'b2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    set("a = 'a2'");
    fixture.run(RUN);
    assertThat(vendor.sent())
        .singleElement()
        .asString()
        .contains("\"fields\":{\"a\":\"a2\",\"b\":\"b2\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aFieldForNewRecordsIsSetOnce(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a, b ON CREATE ONLY");
    fixture.sql("INSERT INTO people VALUES ('y', 'a', 'ours', NULL)");
    vendor.tell("makes contacts y {\"id\":\"y\",\"b\":\"theirs\"}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("b1");
    assertThat(vendor.records("contacts").get("y").get("b").asText()).isEqualTo("theirs");
    assertThat(fixture.query("SELECT b FROM backfeed.state_people ORDER BY id"))
        .containsExactly("b1", "theirs");
    set("b = 'other'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.run(RUN + " FULL");
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("b1");
    vendor.lose("contacts", "x");
    set("a = 'anew'");
    fixture.run(RUN);
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("b1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsThereAlreadyIsKept(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EXISTING, b");
    vendor.tell("makes contacts x {\"id\":\"x\",\"a\":\"theirs\"}");
    fixture.sql("INSERT INTO people VALUES ('y', 'ours', 'b', NULL)");
    fixture.run(RUN);
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("theirs");
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("b1");
    assertThat(vendor.records("contacts").get("y").get("a").asText()).isEqualTo("ours");
    assertThat(conflicts()).containsExactly("x|a|KEEP EXISTING|\"a1\"|\"theirs\"");
    vendor.asked();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    set("b = 'b2'");
    fixture.run(RUN);
    assertThat(vendor.asked()).as("nothing that asks has moved").isEmpty();
    vendor.tell("edits contacts x {\"a\":null}");
    set("a = 'a2'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 updated=1 skipped=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
    assertThat(vendor.records("contacts").get("y").get("a").asText()).isEqualTo("ours");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anEditSurvives(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS, b KEEP EDITS");
    fixture.run(RUN);
    vendor.tell("edits contacts x {\"a\":\"by hand\"}");
    set("a = 'a2', b = 'b2'");
    vendor.sent();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.sent()).singleElement().asString().contains("\"fields\":{\"b\":\"b2\"}");
    assertThat(conflicts()).containsExactly("x|a|KEEP EDITS|\"a2\"|\"by hand\"");
    assertThat(fixture.query("SELECT a, b FROM backfeed.state_people"))
        .containsExactly("by hand|b2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    set("a = 'a3'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 skipped=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("by hand");
    vendor.tell("edits contacts x {\"a\":\"a1\"}");
    set("a = 'a4'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a4");
    vendor.tell("edits contacts x {\"a\":\"again\"}");
    fixture.run(RUN + " FULL");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatTheVendorMadeOfOurValueIsNoEdit(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS, b");
    vendor.tell("stores contacts a trimmed");
    set("a = ' a1 '");
    fixture.run(RUN);
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a1");
    set("a = ' a2 '");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
    assertThat(fixture.query("SELECT a FROM backfeed.state_people")).containsExactly("a2");
    assertThat(conflicts()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aWriteWhoseAnswerGotLostIsNoEdit(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS, b");
    vendor.tell("stores contacts a trimmed");
    fixture.run(RUN);
    set("a = ' a2 '");
    vendor.tell("batch unknown_outcome gone");
    assertThat(People.error(fixture, RUN).getMessage()).contains("gone");
    set("a = ' a3 '");
    vendor.tell("batch unknown_outcome gone");
    assertThat(People.error(fixture, RUN).getMessage()).contains("gone");
    set("a = 'a4'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a4");
    assertThat(conflicts()).isEmpty();
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed." + doubts())).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aWriteOfARunThatDiedIsNoEditAndAnEditBesideItIs(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS, b KEEP EDITS");
    fixture.run(RUN);
    set("a = 'a2', b = 'b2'");
    dies();
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
    vendor.tell("edits contacts x {\"b\":\"by hand\"}");
    set("a = 'a3', b = 'b3'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a3");
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("by hand");
    assertThat(conflicts()).containsExactly("x|b|KEEP EDITS|\"b3\"|\"by hand\"");
  }

  private void dies() throws SQLException {
    fixture.execution(People.dyingBeforeCheckpoints());
    try {
      fixture.run(RUN);
    } catch (ThreadDeath e) {
      // As meant.
    }
    fixture.execution(Execution.PLAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theLaterChangeWins(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP LATEST BY t, b");
    fixture.run(RUN);
    vendor.tell("edits contacts x {\"a\":\"by hand\"}");
    set("a = 'earlier', t = TIMESTAMP '2026-03-01 11:59:59'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 skipped=1");
    assertThat(conflicts()).containsExactly("x|a|KEEP LATEST BY t|\"earlier\"|\"by hand\"");
    set("a = 'equal', t = TIMESTAMP '2026-03-01 12:00:00'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("equal");
    assertThat(vendor.records("contacts").get("x").has("t")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aValueHasToHoldForSomeRuns(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a STABLE FOR 2 RUNS, b");
    fixture.run(RUN);
    vendor.sent();
    set("a = 'a2'");
    assertThat(fixture.run(RUN + " DRY RUN")).contains("unchanged=1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    assertThat(fixture.query("SELECT record_key, reason FROM backfeed.sync_pending"))
        .containsExactly("x|UNSTABLE");
    set("a = 'a3', b = 'b3'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.sent()).singleElement().asString().contains("\"fields\":{\"b\":\"b3\"}");
    assertThat(fixture.run(RUN + " DRY RUN")).contains("changed=1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.sent()).singleElement().asString().contains("\"fields\":{\"a\":\"a3\"}");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    set("a = 'a4'");
    fixture.run(RUN);
    set("a = 'a3'");
    fixture.run(RUN);
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aValueHasToHoldForSomeTime(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a STABLE FOR 2 HOURS, b");
    fixture.run(RUN);
    set("a = 'a2'");
    fixture.run(RUN);
    clock.move(Duration.ofMinutes(119));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    clock.move(Duration.ofMinutes(1));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aValueThatHasHeldLongEnoughNeedNotBeginAgainWhereItsCallFails(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a STABLE FOR 2 RUNS, b");
    fixture.run(RUN);
    set("a = 'a2'");
    fixture.run(RUN);
    vendor.tell("x failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=1 changed=1 failed=1");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    clock.move(Duration.ofMinutes(2));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anEditIsKeptWhereARowIsSentWholeThoughANewValueHasToHold(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS STABLE FOR 3 RUNS, b");
    fixture.run(RUN);
    set("a = 'a2'");
    fixture.run(RUN);
    vendor.tell("edits contacts x {\"a\":\"by hand\"}");
    fixture.run(RUN + " FULL");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("by hand");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void noValueIsWaitedForOnceTheClauseIsGone(String warehouse) throws SQLException {
    people(warehouse, "a STABLE FOR 3 RUNS, b");
    fixture.run(RUN);
    set("a = 'a2'");
    fixture.run(RUN);
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) FIELDS (a, b) AS SELECT id, a, b"
            + " FROM people");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 updated=1");
  }

  private java.util.List<String> conflicts() throws SQLException {
    return fixture.query(
        "SELECT record_key, field, policy, ours, theirs FROM backfeed.sync_conflicts ORDER BY"
            + " occurred_at, record_key, field");
  }

  private String doubts() throws SQLException {
    return fixture.query("SELECT '_doubt_' || sync_id FROM backfeed.syncs").get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aNewRecordIsMadeThoughAllItsValuesAreNullsThatAreIgnored(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a IGNORE NULLS");
    set("a = NULL");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 created=1");
    assertThat(vendor.records()).containsExactly("contacts x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whereNothingKeepsItAnyMoreTheQuerysValueIsSentAndNotTheirs(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = people(warehouse, "a KEEP EDITS, b KEEP EXISTING");
    vendor.tell("makes contacts x {\"id\":\"x\",\"b\":\"theirs\"}");
    fixture.run(RUN);
    vendor.tell("edits contacts x {\"a\":\"by hand\"}");
    set("a = 'a2'");
    fixture.run(RUN);
    vendor.tell("edits contacts x {\"a\":\"a1\",\"b\":null}");
    assertThat(fixture.run(RUN + " FULL"))
        .isEqualTo("succeeded selected=1 unchanged=1 resent=1 updated=1");
    assertThat(vendor.records("contacts").get("x").get("a").asText()).isEqualTo("a2");
    assertThat(vendor.records("contacts").get("x").get("b").asText()).isEqualTo("b1");
    assertThat(fixture.query("SELECT a, b FROM backfeed.state_people")).containsExactly("a2|b1");
  }
}
