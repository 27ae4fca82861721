package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields whose value is the key of another object's record. */
class LookupTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  LookupTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE firms (id INTEGER, name VARCHAR)");
    fixture.sql("CREATE TABLE people (id VARCHAR, firm VARCHAR, name VARCHAR)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) "
            + clauses
            + " FIELDS (firm AS firm_id LOOKUP companies BY ext, name) AS SELECT * FROM people");
    return vendor;
  }

  private void parents(String key) throws SQLException {
    fixture.ours(
        "CREATE SYNC firms TO crm.companies KEY (ext) AS SELECT "
            + key
            + " AS ext, name FROM firms");
  }

  private List<String> pending() throws SQLException {
    return fixture.query(
        "SELECT record_key, operation, reason FROM backfeed.sync_pending ORDER BY record_key");
  }

  private String firm(ScriptedVendor vendor, String key) {
    return vendor.records("contacts").get(key).path("firm_id").asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anIdComesFromTheStateOfTheParent(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    parents("id");
    fixture.sql("INSERT INTO firms VALUES (1, 'One')");
    fixture.sql("INSERT INTO people VALUES ('a', '1', 'Ann'), ('b', NULL, 'Bo')");
    fixture.run("SYNC NOW firms");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    assertThat(vendor.asked()).isEmpty();
    assertThat(firm(vendor, "a")).isEqualTo("rec-1");
    assertThat(vendor.records("contacts").get("b").get("firm_id").isNull()).isTrue();
    assertThat(fixture.query("SELECT firm_id FROM backfeed.state_people ORDER BY id"))
        .containsExactly("1", "null");
    assertThat(
            fixture.query(
                "SELECT CAST(changes AS VARCHAR) FROM backfeed.sync_log WHERE"
                    + " record_key = 'a'"))
        .singleElement()
        .asString()
        .contains("\"1\"");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    vendor.lose("contacts", "a");
    vendor.sent();
    fixture.sql("UPDATE people SET name = 'Anna' WHERE id = 'a'");
    fixture.run(RUN);
    assertThat(firm(vendor, "a")).as("a record made anew").isEqualTo("rec-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowWaitsForItsParent(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "MODE MIRROR");
    parents("CAST(id AS TEXT)");
    fixture.sql("INSERT INTO people VALUES ('a', '1', 'Ann'), ('b', '2', 'Bo')");
    fixture.sql("INSERT INTO firms VALUES (2, 'Two')");
    fixture.run("SYNC NOW firms");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 added=2 created=1 deferred=1");
    assertThat(pending()).containsExactly("a|added|PARENT_MISSING");
    assertThat(fixture.query("SELECT message FROM backfeed.sync_runs WHERE status = 'partial'"))
        .containsExactly(
            "PARENT_MISSING: 1 row refers to a record that is not there: SELECT * FROM"
                + " backfeed.sync_pending");
    clock.move(Duration.parse("PT1M"));
    String since = "SELECT first_at, attempts FROM backfeed.row_notes";
    List<String> noted = fixture.query(since);
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 unchanged=1 added=1 deferred=1");
    assertThat(fixture.query(since)).isEqualTo(noted);
    fixture.sql("INSERT INTO firms VALUES (1, 'One')");
    fixture.run("SYNC NOW firms");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 created=1");
    assertThat(firm(vendor, "a")).isEqualTo("rec-1");
    assertThat(pending()).isEmpty();
    fixture.sql("UPDATE people SET firm = '3' WHERE id = 'a'");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=2 unchanged=1 changed=1 deferred=1");
    assertThat(pending()).containsExactly("a|changed|PARENT_MISSING");
    assertThat(firm(vendor, "a")).isEqualTo("rec-1");
    fixture.sql("DELETE FROM people WHERE id = 'a'");
    assertThat(fixture.run(RUN + " ")).contains("deleted=1");
    assertThat(pending()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatNoStateKnowsIsAskedForOnce(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    vendor.tell("makes companies c1 {\"ext\":\"1\"}");
    fixture.sql(
        "INSERT INTO people VALUES ('a', '1', 'Ann'), ('b', '1', 'Bo'), ('c', '9', 'Cy'), ('d', NULL,"
            + " 'Di')");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=4 added=4 created=3 deferred=1");
    assertThat(vendor.asked())
        .containsExactly(
            "{\"op\":\"read\",\"object\":\"companies\",\"by\":[{\"ext\":\"1\"},{\"ext\":\"9\"}],"
                + "\"fields\":[]}");
    assertThat(firm(vendor, "b")).isEqualTo("rec-c1");
    fixture.sql("UPDATE people SET name = 'Anna' WHERE id = 'a'");
    assertThat(fixture.run(RUN + " LIMIT 1")).contains("updated=1").contains("deferred=1");
    vendor.tell("makes companies c9 {\"ext\":\"9\"}");
    vendor.tell("makes companies c8 {\"ext\":\"9\"}");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=4 unchanged=3 added=1 failed=1");
    assertThat(fixture.query("SELECT error_type, error_message FROM backfeed.sync_errors"))
        .containsExactly(
            "AMBIGUOUS_KEY|LOOKUP companies by ext finds several records: rec-c8, rec-c9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void waitingRowsTakeNoOthersPlace(String warehouse) throws SQLException {
    people(warehouse, "ON FIRST RUN BACKFILL AT 1 ROWS PER DAY");
    parents("CAST(id AS TEXT)");
    fixture.sql(
        "INSERT INTO people VALUES ('a', '1', 'Ann'), ('b', NULL, 'Bo'), ('c', NULL, 'Cy')");
    assertThat(fixture.run(RUN)).contains("deferred=3");
    assertThat(fixture.run(RUN)).contains("created=1 deferred=2");
    clock.move(Duration.parse("P1D"));
    assertThat(fixture.run(RUN + " LIMIT 1")).contains("created=1 deferred=1");
    assertThat(pending()).containsExactly("a|added|PARENT_MISSING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordMadeAnewRefersToItsParent(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    vendor.tell("makes companies c1 {\"ext\":\"1\"}");
    fixture.sql("INSERT INTO people VALUES ('a', '1', 'Ann')");
    fixture.run(RUN);
    vendor.lose("contacts", "a");
    fixture.sql("UPDATE people SET name = 'Anna'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 changed=1 created=1");
    assertThat(firm(vendor, "a")).isEqualTo("rec-c1");
    vendor.lose("contacts", "a");
    vendor.lose("companies", "c1");
    fixture.sql("UPDATE people SET name = 'Anne'");
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=1 changed=1 failed=1");
    clock.move(Duration.parse("PT10M"));
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=1 added=1 deferred=1");
    vendor.tell("makes companies c2 {\"ext\":\"1\"}");
    assertThat(fixture.run(RUN)).startsWith("succeeded selected=1 added=1");
    assertThat(firm(vendor, "a")).isEqualTo("rec-c2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPreviewShowsTheIdOrSaysThatItIsMissing(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "");
    vendor.tell("makes companies c1 {\"ext\":\"1\"}");
    fixture.sql("INSERT INTO people VALUES ('a', '1', 'Ann'), ('b', '2', 'Bo')");
    List<List<Object>> rows = fixture.ours("PREVIEW SYNC people").rows();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get(3).toString()).contains("\"firm_id\":\"rec-c1\"");
    assertThat(rows.get(1).get(3))
        .isEqualTo("not sent: PARENT_MISSING: LOOKUP companies by ext finds no record");
    assertThat(vendor.sent()).isEmpty();
    assertThat(fixture.ours("EXPLAIN SYNC people").rows()).isNotEmpty();
  }
}
