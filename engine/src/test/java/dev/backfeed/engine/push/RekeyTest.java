package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that get another key, by their ids. */
class RekeyTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";
  private static final String STATE =
      "SELECT code, _destination_id FROM backfeed.state_people WHERE _removed_at IS NULL ORDER BY 1";

  RekeyTest() {
    super("2026-03-01T12:00:00Z");
  }

  /** So many people {@code p1…} with codes {@code c1…}, all of them sent by the former key. */
  private ScriptedVendor people(String warehouse, int rows, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql(
        "CREATE TABLE people AS SELECT 'p' || g AS id, 'c' || g AS code, 'n' || g AS name FROM"
            + " generate_series(1, "
            + rows
            + ") AS t(g)");
    define("KEY (id AS ext) " + clauses);
    assertThat(fixture.run(RUN)).contains("created=" + rows);
    assertThat(vendor.sent()).hasSize(rows);
    return vendor;
  }

  private void define(String clauses) throws SQLException {
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts "
            + clauses
            + " FIELDS (name) AS SELECT * FROM people");
  }

  private void rekey(String clauses) throws SQLException {
    define("KEY (code) REKEY FROM (id) " + clauses);
  }

  private static List<String> moved(int rows) {
    return IntStream.rangeClosed(1, rows)
        .mapToObj(i -> "c" + i + "|rec-p" + i)
        .collect(Collectors.toList());
  }

  private long marked() throws SQLException {
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    return Long.parseLong(
        fixture.query("SELECT COUNT(_former_key) FROM backfeed.\"_state_" + id + "\"").get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void recordsGetTheirNewKeyByTheirId(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 100, "");
    rekey("");
    fixture.sql("UPDATE people SET name = 'New' WHERE id = 'p7'");
    assertThat(fixture.query("SELECT ext FROM backfeed.state_people WHERE ext = 'p1'"))
        .as("until the next run the state is as the destination is")
        .containsExactly("p1");
    assertThat(fixture.run(RUN + " DRY RUN")).contains("selected=100 changed=100");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=100 changed=100 updated=100");
    assertThat(vendor.sent())
        .hasSize(100)
        .contains(
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"changed\",\"id\":\"rec-p1\","
                + "\"key\":{\"code\":\"c1\"},\"fields\":{}}",
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"changed\",\"id\":\"rec-p7\","
                + "\"key\":{\"code\":\"c7\"},\"fields\":{\"name\":\"New\"}}");
    assertThat(fixture.query(STATE)).containsExactlyInAnyOrderElementsOf(moved(100));
    assertThat(vendor.records("contacts")).hasSize(100).containsKey("c100");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=100 unchanged=100");
    rekey("");
    fixture.sql("UPDATE people SET name = 'Newer' WHERE id = 'p7'");
    assertThat(fixture.run(RUN))
        .as("said again it asks for nothing")
        .isEqualTo("succeeded selected=100 unchanged=99 changed=1 updated=1");
    assertThat(vendor.sent()).singleElement().asString().doesNotContain("rec-");
    assertThat(fixture.query("SELECT next_key FROM backfeed.syncs")).containsExactly("null");
    assertThat(People.error(fixture, "ALTER SYNC people USE VERSION 1").getMessage())
        .contains("was moved to its key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatFailsIsMovedByALaterRun(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 5, "ON REMOVE DELETE");
    rekey("ON REMOVE DELETE");
    vendor.tell("c2 failed VALIDATION 400 no");
    vendor.tell("c4 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=5 changed=5 updated=3 failed=2");
    assertThat(marked()).isEqualTo(2);
    assertThat(fixture.ours("VERIFY SYNC people").rows().toString()).contains("3, 3, 0, 0");
    assertThat(fixture.ours("EXPLAIN SYNC people KEY ('c2')").rows().toString())
        .contains("former key, {\"ext\":\"p2\"}");
    fixture.sql("DELETE FROM people WHERE id = 'p4'");
    clock.move(Duration.ofMinutes(10));
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=4 unchanged=3 changed=1 removed=1 updated=1 deleted=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("c1", "c2", "c3", "c5");
    assertThat(marked()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatDiesLeavesTheRestToTheNext(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 5, "ON REMOVE CLEAR");
    rekey("ON REMOVE CLEAR");
    die(People.dyingBeforeCheckpoints());
    assertThat(vendor.records("contacts")).containsOnlyKeys("c1", "c2", "c3", "c4", "c5");
    fixture.sql("DELETE FROM people WHERE id = 'p4'");
    fixture.sql("INSERT INTO people VALUES ('p6', 'c6', 'n6')");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=5 added=1 changed=4 removed=1 created=1 updated=5");
    assertThat(vendor.sent()).filteredOn(line -> line.contains("rec-")).hasSize(10);
    assertThat(vendor.records("contacts")).hasSize(6);
    assertThat(fixture.query(STATE))
        .containsExactly("c1|rec-p1", "c2|rec-p2", "c3|rec-p3", "c5|rec-p5", "c6|rec-c6");
    assertThat(marked()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatDiesBeforeItSendsHasMovedTheState(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 3, "");
    rekey("");
    die(People.dyingAfter(Step.LEASE));
    assertThat(marked()).as("not even that").isZero();
    die(People.dyingAfter(Step.PLAN));
    assertThat(marked()).isEqualTo(3);
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 changed=3 updated=3");
    assertThat(fixture.query(STATE)).containsExactlyInAnyOrderElementsOf(moved(3));
  }

  private void die(Execution dying) throws SQLException {
    fixture.execution(dying);
    try {
      fixture.run(RUN);
    } catch (ThreadDeath e) {
      // As meant.
    }
    fixture.execution(Execution.PLAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatNobodyClaimsIsForgottenOrStopsTheMove(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 4, "MODE MIRROR");
    fixture.sql("DELETE FROM people WHERE id IN ('p2', 'p3')");
    rekey("MODE MIRROR");
    String why =
        "REKEY FROM moves nothing of sync \"people\": 2 records have a former key that no row of the"
            + " query has, such as the former key p2";
    assertThat(People.error(fixture, "EXPLAIN SYNC people").getMessage()).contains(why);
    assertThat(People.error(fixture, RUN).getMessage()).contains(why);
    assertThat(fixture.query("SELECT ext FROM backfeed.state_people")).hasSize(4);
    fixture.ours("ALTER SYNC people USE VERSION 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2 removed=2 deleted=2");
    fixture.ours("ALTER SYNC people USE VERSION 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 updated=2");
    assertThat(vendor.records("contacts")).containsOnlyKeys("c1", "c4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void underKeepWhatNobodyClaimsIsForgotten(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 4, "");
    fixture.sql("DELETE FROM people WHERE id = 'p2'");
    fixture.sql("INSERT INTO people VALUES (NULL, 'c5', 'n5'), ('p6', 'c6', 'n6')");
    rekey("");
    assertThat(fixture.run(RUN)).contains("added=2 changed=3 created=2 updated=3");
    assertThat(fixture.query(STATE)).hasSize(5);
    assertThat(vendor.records("contacts")).hasSize(6).containsKey("p2");
    fixture.sql("DELETE FROM people");
    define("KEY (name AS nick) REKEY FROM (code)");
    assertThat(People.error(fixture, RUN).getMessage()).contains("5 records have a former key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void nothingIsGuessed(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 4, "");
    fixture.sql("INSERT INTO people VALUES ('p2', 'c22', 'n')");
    rekey("");
    assertThat(People.error(fixture, RUN).getMessage())
        .contains("1 former keys are claimed by several rows of the query each")
        .contains("p2");
    fixture.sql("DELETE FROM people WHERE code = 'c22'");
    fixture.sql("UPDATE people SET code = NULL WHERE id = 'p3'");
    assertThat(People.error(fixture, RUN).getMessage())
        .contains("no new one, such as")
        .contains("p3");
    fixture.sql("UPDATE people SET code = 'c4' WHERE id = 'p3'");
    assertThat(People.error(fixture, RUN).getMessage()).contains("would be those of several");
    assertThat(vendor.sent()).isEmpty();
    fixture.sql("UPDATE people SET code = 'c3' WHERE id = 'p3'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 changed=4 updated=4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordWithoutIdIsLookedForByTheFormerKey(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    vendor.tell("makes contacts x {\"ext\":\"p1\",\"name\":\"n1\"}");
    vendor.tell("makes contacts y {\"ext\":\"p2\",\"name\":\"n2\"}");
    vendor.tell("makes contacts z {\"ext\":\"p2\",\"name\":\"n2\"}");
    fixture.sql(
        "CREATE TABLE people AS SELECT 'p' || g AS id, 'c' || g AS code, 'n' || g AS name FROM"
            + " generate_series(1, 3) AS t(g)");
    define("KEY (id AS ext)");
    fixture.ours("BASELINE SYNC people");
    rekey("");
    assertThat(People.error(fixture, "BASELINE SYNC people").getMessage()).contains("has to wait");
    assertThat(fixture.ours("PREVIEW SYNC people").rows().toString())
        .contains("rec-x")
        .contains("not sent: AMBIGUOUS_KEY: the former key finds several records: rec-y, rec-z");
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=3 changed=3 created=1 updated=1 failed=1");
    assertThat(fixture.query(STATE)).contains("c1|rec-x", "c3|rec-c3");
    assertThat(new TreeSet<>(vendor.records("contacts").keySet()))
        .containsExactly("c1", "c3", "y", "z");
    vendor.tell("loses contacts z");
    clock.move(Duration.ofMinutes(10));
    assertThat(fixture.run(RUN)).contains("updated=1");
    assertThat(fixture.query(STATE)).contains("c2|rec-y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void keysMoveWithinOneField(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 3, "");
    fixture.sql("UPDATE people SET code = id WHERE id = 'p1'");
    fixture.sql("UPDATE people SET code = 'p9' WHERE id = 'p3'");
    fixture.sql("INSERT INTO people VALUES (NULL, 'p3', 'fresh')");
    define("KEY (code AS ext) REKEY FROM (id)");
    assertThat(
            People.error(
                    fixture,
                    "CREATE OR REPLACE SYNC people TO crm.contacts KEY (code AS ext)"
                        + " FIELDS (name) AS SELECT * FROM people")
                .getMessage())
        .contains("keep REKEY FROM");
    assertThat(fixture.ours("EXPLAIN SYNC people KEY ('p3')").rows().toString())
        .contains("leave it to a later run: another record has not given up its key yet");
    assertThat(fixture.run(RUN))
        .as("who is new waits for the key that another still has")
        .isEqualTo("succeeded selected=4 unchanged=1 added=1 changed=2 updated=2 deferred=1");
    assertThat(fixture.run(RUN)).contains("created=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("p1", "c2", "p9", "p3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordThatIsGoneIsMadeAnew(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 2, "");
    vendor.tell("loses contacts p1");
    rekey("");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 changed=2 created=1 updated=1");
    assertThat(vendor.records("contacts").get("c1").get("name").asText()).isEqualTo("n1");
    assertThat(fixture.query(STATE)).containsExactly("c1|rec-c1", "c2|rec-p2");
    fixture.ours("ALTER SYNC people SET KEY (name AS nick) REKEY FROM (code)");
    assertThat(fixture.run(RUN)).contains("changed=2");
    String first = fixture.query("SELECT MIN(run_id) FROM backfeed.sync_runs").get(0);
    assertThat(People.error(fixture, "UNDO RUN '" + first + "'").getMessage())
        .contains("has changed since");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whoeverReturnsAndWhoeverIsFlaggedMovesToo(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, 4, "");
    fixture.sql("DELETE FROM people WHERE id = 'p1'");
    assertThat(fixture.run(RUN)).contains("removed=1");
    fixture.sql("INSERT INTO people VALUES ('p1', 'c1', 'n1')");
    rekey("DELETE WHEN (name = 'n2')");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=3 changed=3 removed=1 updated=3 deleted=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("c1", "c3", "c4");
  }
}
