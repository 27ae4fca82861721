package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New keys whose records are looked for at the destination. */
class MatchTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  MatchTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, email VARCHAR, phone VARCHAR, name VARCHAR)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id AS ext) MATCH (email AS mail), (phone AS tel) "
            + clauses
            + " FIELDS (name) AS SELECT * FROM people");
    return vendor;
  }

  private void add(String... rows) throws SQLException {
    for (String row : rows) {
      fixture.sql("INSERT INTO people VALUES " + row);
    }
  }

  private List<String> errors() throws SQLException {
    return fixture.query(
        "SELECT record_key, error_type, error_message FROM backfeed.sync_errors ORDER BY record_key");
  }

  private List<String> state() throws SQLException {
    return fixture.query("SELECT ext, _destination_id FROM backfeed.state_people ORDER BY ext");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordThatMatchesIsTakenByItsId(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\",\"name\":\"old\"}");
    vendor.tell("makes contacts m2 {\"tel\":\"22\"}");
    add("('a', 'ann@x', NULL, 'Ann')", "('b', 'bo@x', '22', 'Bo')", "('c', ' ', NULL, 'Cy')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=1 updated=2");
    assertThat(vendor.sent())
        .containsExactly(
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"added\",\"id\":\"rec-m1\","
                + "\"key\":{\"ext\":\"a\"},\"fields\":{\"name\":\"Ann\"}}",
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"added\",\"id\":\"rec-m2\","
                + "\"key\":{\"ext\":\"b\"},\"fields\":{\"name\":\"Bo\"}}",
            "{\"op\":\"upsert\",\"object\":\"contacts\",\"kind\":\"added\",\"key\":{\"ext\":\"c\"},"
                + "\"fields\":{\"name\":\"Cy\"}}");
    assertThat(vendor.asked())
        .as("a blank stands for nobody, and who was found is not asked for again")
        .containsExactly(
            "{\"op\":\"read\",\"object\":\"contacts\",\"by\":[{\"mail\":\"ann@x\"},{\"mail\":\"bo@x\"}],"
                + "\"fields\":[]}",
            "{\"op\":\"read\",\"object\":\"contacts\",\"by\":[{\"tel\":\"22\"}],\"fields\":[]}");
    assertThat(state()).containsExactly("a|rec-m1", "b|rec-m2", "c|rec-c");
    fixture.sql("UPDATE people SET name = 'Anna' WHERE id = 'a'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 changed=1 updated=1");
    assertThat(vendor.asked()).as("its key is known now").isEmpty();
    assertThat(vendor.sent()).singleElement().asString().doesNotContain("rec-m1");
    assertThat(vendor.records("contacts").get("a").get("name").asText()).isEqualTo("Anna");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void severalRecordsFailARowUntilAListFindsOne(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\",\"tel\":\"11\"}");
    vendor.tell("makes contacts m2 {\"mail\":\"ann@x\"}");
    add("('a', 'ann@x', NULL, 'Ann')", "('b', 'ann@x', '11', 'Bo')");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 added=2 updated=1 failed=1");
    assertThat(errors())
        .containsExactly("a|AMBIGUOUS_KEY|MATCH by mail finds several records: rec-m1, rec-m2");
    assertThat(state()).containsExactly("b|rec-m1");
    assertThat(fixture.run(RUN)).as("it backs off").contains("deferred=1");
    vendor.tell("loses contacts m2");
    clock.move(Duration.parse("PT10M"));
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 unchanged=1 added=1 failed=1");
    assertThat(errors())
        .containsExactly(
            "a|AMBIGUOUS_KEY|MATCH by mail finds record rec-m1, which belongs to key b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordBelongsToTheFirstKeyThatMatchesIt(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE MIRROR");
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\"}");
    add("('b', 'ann@x', NULL, 'Bo')", "('a', 'ann@x', NULL, 'Ann')");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 added=2 updated=1 failed=1");
    assertThat(errors())
        .containsExactly(
            "b|AMBIGUOUS_KEY|MATCH by mail finds record rec-m1, which belongs to key a");
    fixture.sql("DELETE FROM people WHERE id = 'a'");
    add("('c', NULL, NULL, 'Cy')", "('d', NULL, NULL, 'Di')", "('e', NULL, NULL, 'Ed')");
    clock.move(Duration.parse("PT10M"));
    assertThat(fixture.run(RUN + " RETRY")).contains("updated=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("b");
    assertThat(fixture.run(RUN)).contains("removed=1").contains("skipped=1");
    assertThat(vendor.records("contacts"))
        .as("the record has another key now, and is not removed with the former one")
        .containsKey("b");
    assertThat(state()).contains("b|rec-m1").noneMatch(row -> row.startsWith("a|"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasFoundIsNotInsertedOrIsUpdatedOnly(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE INSERT");
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\"}");
    add("('a', 'ann@x', NULL, 'Ann')", "('b', 'bo@x', NULL, 'Bo')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=1 skipped=1");
    assertThat(
            fixture.query(
                "SELECT record_key, error_type, destination_id FROM backfeed.sync_log"
                    + " WHERE outcome = 'skipped'"))
        .containsExactly("a|EXISTS|rec-m1");
    fixture.ours(
        "CREATE SYNC others TO crm.contacts KEY (id AS ext) MATCH (email AS mail) MODE UPDATE FIELDS"
            + " (name AS other) AS SELECT * FROM people");
    add("('c', 'cy@x', NULL, 'Cy')");
    assertThat(fixture.run("SYNC NOW others"))
        .isEqualTo("succeeded selected=3 added=3 updated=2 skipped=1");
    assertThat(vendor.records("contacts").get("a").get("other").asText()).isEqualTo("Ann");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aLostAnswerIsMatchedAgain(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE MIRROR");
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\"}");
    add("('a', 'ann@x', NULL, 'Ann')");
    vendor.tell("batch unknown_outcome gone");
    assertThat(People.error(fixture, RUN).getMessage()).contains("gone");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 updated=1");
    assertThat(state()).containsExactly("a|rec-m1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("a");
    add("('b', 'bo@x', NULL, 'Bo')");
    vendor.tell("makes contacts m2 {\"mail\":\"bo@x\"}");
    fixture.execution(People.dyingBeforeCheckpoints());
    try {
      fixture.run(RUN);
    } catch (ThreadDeath e) {
      // As meant.
    }
    fixture.execution(Execution.PLAIN);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 updated=1");
    assertThat(vendor.records("contacts")).containsOnlyKeys("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatCannotBeReadIsOwed(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    add("('a', 'ann@x', NULL, 'Ann')");
    vendor.tell("read unreachable no way");
    assertThat(People.error(fixture, RUN).getMessage()).contains("no way");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.query("SELECT record_key, reason FROM backfeed.sync_pending"))
        .containsExactly("a|NO_ANSWER");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 created=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aMatchedRecordKeepsWhatItsFieldsSay(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    vendor.tell("makes contacts m1 {\"mail\":\"ann@x\",\"name\":\"theirs\"}");
    fixture.sql(
        "CREATE TABLE people AS SELECT 'a' AS id, 'ann@x' AS email, 'ours' AS name, 1 AS n");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MATCH (email AS mail) FIELDS (name KEEP"
            + " EXISTING, n) AS SELECT * FROM people");
    assertThat(fixture.ours("PREVIEW SYNC people").rows().toString()).contains("rec-m1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 updated=1");
    assertThat(vendor.records("contacts").get("a").get("name").asText()).isEqualTo("theirs");
    assertThat(vendor.records("contacts").get("a").get("n").asInt()).isEqualTo(1);
  }
}
