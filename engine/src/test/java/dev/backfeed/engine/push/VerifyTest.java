package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VERIFY SYNC reads back what is there, SYNC NOW … REPAIR puts it right. */
class VerifyTest extends WithPeople {
  private static final String VERIFY = "VERIFY SYNC people";
  private static final String REPAIR = RUN + " REPAIR";

  VerifyTest() {
    super("2026-03-01T10:00:00Z");
  }

  private String verify(String statement) throws SQLException {
    Map<String, Object> row = fixture.row(statement);
    return "checked=%s matched=%s differs=%s missing=%s"
        .formatted(row.get("checked"), row.get("matched"), row.get("differs"), row.get("missing"));
  }

  private List<String> findings() throws SQLException {
    return fixture
        .query(
            "SELECT record_key, verdict, CAST(fields AS VARCHAR) FROM backfeed.sync_verifications"
                + " ORDER BY 1")
        .stream()
        .map(line -> line.replace(" ", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void findsWhatOthersHaveChangedAndRepairsThatAlone(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 250);
    fixture.run(RUN);
    assertThat(verify(VERIFY)).isEqualTo("checked=250 matched=250 differs=0 missing=0");
    vendor.tell("loses contacts 7");
    vendor.tell("edits contacts 9 {\"name\":\"Eve\"}");
    assertThat(verify(VERIFY)).isEqualTo("checked=250 matched=248 differs=1 missing=1");
    assertThat(findings()).containsExactly("7|missing|{}", "9|differs|{\"name\":[\"n9\",\"Eve\"]}");
    assertThat(verify(VERIFY + " SAMPLE 20")).startsWith("checked=20 ");
    assertThat(verify(VERIFY)).isEqualTo("checked=250 matched=248 differs=1 missing=1");

    fixture.sql("UPDATE people SET score = 0 WHERE id IN (9, 11)");
    fixture.sql("DELETE FROM people WHERE id = 12");
    vendor.sent();
    assertThat(fixture.run(REPAIR))
        .isEqualTo(
            "succeeded selected=249 unchanged=247 changed=2 removed=1 resent=1 created=1 updated=1"
                + " deferred=2");
    assertThat(vendor.sent()).hasSize(2).allMatch(s -> s.contains("\"name\":\"n"));
    assertThat(findings()).isEmpty();
    assertThat(fixture.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    assertThat(verify(VERIFY)).isEqualTo("checked=250 matched=250 differs=0 missing=0");
    assertThat(fixture.run(REPAIR))
        .isEqualTo("succeeded selected=249 unchanged=248 changed=1 removed=1 deferred=2");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=249 unchanged=248 changed=1 removed=1 updated=1 deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void repairCanBeCountedAndReviewedBefore(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 20);
    fixture.run(RUN);
    vendor.tell("loses contacts 7");
    verify(VERIFY);
    assertThat(fixture.run(REPAIR + " DRY RUN"))
        .isEqualTo("dry_run selected=20 unchanged=20 resent=1 deferred=1");
    String run = (String) fixture.row(REPAIR + " FOR REVIEW").get("run_id");
    assertThat(fixture.ours("PREVIEW RUN '" + run + "'").rows()).hasSize(1);
    // Looking does not change the state the plan was made from.
    verify(VERIFY);
    assertThat(fixture.run("APPROVE RUN '" + run + "'"))
        .isEqualTo("succeeded selected=20 unchanged=20 resent=1 created=1");
    assertThat(findings()).isEmpty();
    assertThat(vendor.records("contacts")).hasSize(20);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=20 unchanged=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void valuesAreComparedByWhatTheyMean(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql(
        "CREATE TABLE things (id BIGINT, d DECIMAL(9,4), f DOUBLE PRECISION, b BOOLEAN, t"
            + " TIMESTAMP, day DATE, s VARCHAR, j JSON)");
    fixture.sql(
        "INSERT INTO things VALUES (1, 1.5, 0.1, TRUE, TIMESTAMP '2026-01-02 03:04:05', DATE"
            + " '2026-01-02', 'a', '{\"x\": 1}')");
    fixture.ours("CREATE SYNC people TO crm.things KEY (id) AS SELECT * FROM things");
    fixture.run(RUN);
    vendor.tell(
        "edits things 1 {\"d\":1.50,\"f\":0.10000000000000001,\"t\":\"2026-01-02T04:04:05.000+0100\","
            + "\"b\":\"true\",\"j\":{\"x\":1.0}}");
    assertThat(verify(VERIFY)).isEqualTo("checked=1 matched=1 differs=0 missing=0");
    vendor.tell("edits things 1 {\"d\":1.51,\"s\":\"a \",\"b\":null}");
    assertThat(verify(VERIFY)).isEqualTo("checked=1 matched=0 differs=1 missing=0");
    assertThat(findings().get(0))
        .contains("\"d\":[1.5000,1.51]", "\"b\":[true,null]")
        .doesNotContain("\"day\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void callsThatAreUsedUpCutItShort(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_calls_per_day = 5)");
    People.create(fixture, 300);
    fixture.run(RUN);
    assertThat(verify(VERIFY)).isEqualTo("checked=200 matched=200 differs=0 missing=0");
    assertThat(fixture.row(VERIFY).get("message").toString())
        .startsWith("0 of 300 records were checked: the calls allowed");
    assertThat(fixture.query("SELECT calls, quota FROM backfeed.api_usage")).containsExactly("5|5");
    assertThat(vendor.sent()).hasSize(300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void isRefusedWhereItCannotBe(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    assertThat(People.error(fixture, "VERIFY SYNC nobody").getSQLState()).isEqualTo("42704");
    fixture.ours("CREATE SYNC log TO crm.log KEY (id) MODE APPEND AS SELECT id, name FROM people");
    assertThat(People.error(fixture, "VERIFY SYNC log").getSQLState()).isEqualTo("22023");
    fixture.ours("PAUSE SYNC people");
    assertThat(People.error(fixture, VERIFY).getSQLState()).isEqualTo("55000");
    fixture.ours("RESUME SYNC people");
    fixture.sql("BEGIN");
    fixture.sql("SELECT 1");
    assertThat(People.error(fixture, VERIFY).getSQLState()).isEqualTo("XB006");
    fixture.sql("ROLLBACK");
    assertThat(verify(VERIFY)).isEqualTo("checked=0 matched=0 differs=0 missing=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatOtherRowsAreOwedStaysNoted(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id INTEGER, name VARCHAR, t TIMESTAMP)");
    fixture.sql("INSERT INTO people VALUES (1, 'n1', TIMESTAMP '2026-01-01 00:00:00')");
    fixture.sql("INSERT INTO people VALUES (2, 'n2', TIMESTAMP '2026-01-01 00:00:00')");
    fixture.sql("INSERT INTO people VALUES (3, 'n3', TIMESTAMP '2026-01-01 00:00:00')");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) DETECT CHANGES BY COLUMN t AS SELECT id, name,"
            + " t FROM people");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET name = 'new', t = TIMESTAMP '2026-02-01 00:00:00' WHERE id < 3");
    assertThat(fixture.run(RUN + " LIMIT 1")).contains("changed=2", "deferred=1");
    fixture.sql("UPDATE people SET name = 'n3b', t = TIMESTAMP '2026-03-01 00:00:00' WHERE id = 3");
    fixture.run(RUN + " LIMIT 1");
    String owed = "SELECT record_key FROM backfeed.sync_pending ORDER BY 1";
    List<String> before = fixture.query(owed);
    assertThat(before).hasSize(1);
    vendor.tell("loses contacts 1");
    verify(VERIFY);
    fixture.run(REPAIR);
    assertThat(fixture.query(owed)).isEqualTo(before);
    fixture.run(RUN);
    assertThat(fixture.query(owed)).isEmpty();
    assertThat(verify(VERIFY)).isEqualTo("checked=3 matched=3 differs=0 missing=0");
    assertThat(vendor.records("contacts").get("2").get("name").asText()).isEqualTo("new");
    assertThat(vendor.records("contacts").get("3").get("name").asText()).isEqualTo("n3b");
  }
}
