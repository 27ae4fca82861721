package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of records whose rows leave the query, are flagged, and come back. */
class LeavingRowsTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  LeavingRowsTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, a VARCHAR, b VARCHAR, gone BOOLEAN)");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', FALSE), ('y', 'a1', NULL, NULL)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) FIELDS (* EXCEPT (gone)) "
            + clauses
            + " AS SELECT id, a, b, gone FROM people");
    return vendor;
  }

  private String record(String key) {
    return String.valueOf(fixture.vendor().records("contacts").get(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void fieldsAreClearedAndSetAgain(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "ON REMOVE CLEAR LIMIT REMOVALS TO 5 ROWS");
    fixture.run(RUN);
    vendor.sent();
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 updated=1");
    assertThat(vendor.sent())
        .containsExactly(
            "{\"op\":\"update\",\"object\":\"contacts\",\"kind\":\"removed\",\"key\":{\"id\":\"x\"},"
                + "\"fields\":{\"a\":null,\"b\":null}}");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', NULL, FALSE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(record("x")).contains("\"a\":\"a1\"", "\"b\":null");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people WHERE _removed_at IS NULL"))
        .containsExactlyInAnyOrder("x", "y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void fieldsAreSetAndPutBack(String warehouse) throws SQLException {
    people(
        warehouse,
        "ON REMOVE SET (status = 'left', a = 'none', n = 1.50) ON RETURN SET (status = 'here', n = NULL)"
            + " LIMIT REMOVALS TO 5 ROWS");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 updated=1");
    assertThat(record("x"))
        .contains("\"status\":\"left\"", "\"a\":\"none\"", "\"n\":1.50", "\"b\":\"b1\"");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', FALSE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(record("x")).contains("\"status\":\"here\"", "\"a\":\"a1\"", "\"n\":null");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aMissingRecordIsNotClearedAndNotMade(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "ON REMOVE CLEAR LIMIT REMOVALS TO 5 ROWS");
    fixture.run(RUN);
    vendor.lose("contacts", "x");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 skipped=1");
    assertThat(vendor.records()).containsExactly("contacts y");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', FALSE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 added=1 created=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void flaggedRowsAreDeletions(String warehouse) throws SQLException {
    ScriptedVendor vendor = people(warehouse, "DELETE WHEN (gone) LIMIT REMOVALS TO 5 ROWS");
    fixture.sql("INSERT INTO people VALUES ('z', 'a', 'b', TRUE), (NULL, 'a', 'b', TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    fixture.sql("UPDATE people SET gone = TRUE WHERE id = 'x'");
    fixture.sql("INSERT INTO people VALUES ('x', 'told', 'twice', TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    fixture.sql("DELETE FROM people WHERE id = 'y'");
    fixture.sql("INSERT INTO people VALUES ('v', 'a', 'b', FALSE)");
    assertThat(fixture.run(RUN))
        .as("leaving unflagged is KEEP")
        .isEqualTo("succeeded selected=1 added=1 removed=1 created=1 skipped=1");
    fixture.sql("INSERT INTO people VALUES ('y', 'a1', NULL, TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(vendor.records()).containsExactly("contacts v");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aResultWhoseRowsAreAllFlaggedIsNotEmpty(String warehouse) throws SQLException {
    people(warehouse, "DELETE WHEN (gone)");
    fixture.sql(
        "INSERT INTO people SELECT 'n' || n, 'a', 'b', FALSE FROM generate_series(1, 20) t(n)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=22 added=22 created=22");
    fixture.sql("UPDATE people SET gone = TRUE");
    SQLException blocked = People.error(fixture, RUN);
    assertThat(blocked.getMessage())
        .contains("22 of 22 rows would be removed, more than LIMIT REMOVALS TO 20 PERCENT allows");
    assertThat(blocked.getSQLState()).isEqualTo("XB003");
    fixture.sql("UPDATE people SET gone = FALSE WHERE id LIKE 'n%' AND id > 'n18'");
    assertThat(People.error(fixture, RUN).getMessage()).contains("rows would be removed");
    fixture.ours("ALTER SYNC people SET LIMIT REMOVALS TO 100 PERCENT");
    fixture.sql("UPDATE people SET gone = TRUE");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded removed=22 deleted=22");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded");
    fixture.sql("INSERT INTO people VALUES ('v', 'a', 'b', FALSE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 created=1");
    fixture.sql("DELETE FROM people WHERE id = 'v'");
    assertThat(fixture.run(RUN)).as("flagged rows are there").contains("removed=1 skipped=1");
    fixture.sql("DELETE FROM people");
    fixture.sql("INSERT INTO people VALUES ('v', 'a', 'b', FALSE)");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people");
    assertThat(People.error(fixture, RUN).getMessage()).contains("the query is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatLeaveAndAreKeptAreNotLimitedForThoseThatAreFlagged(String warehouse)
      throws SQLException {
    people(warehouse, "DELETE WHEN (gone)");
    fixture.sql(
        "INSERT INTO people SELECT 'n' || n, 'a', 'b', FALSE FROM generate_series(1, 20) t(n)");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id LIKE 'n%'");
    fixture.sql("UPDATE people SET gone = TRUE WHERE id = 'x'");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=1 unchanged=1 removed=21 deleted=1 skipped=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aFlaggedKeyIsFoundInTheSpellingOfTheState(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (email VARCHAR, a VARCHAR, gone BOOLEAN)");
    fixture.sql("INSERT INTO people VALUES ('x@a', 'a1', FALSE), ('y@a', 'a1', FALSE)");
    fixture.ours(
        "CREATE SYNC people TO crm.\"FoldedForm\" KEY (email AS id) FIELDS (a) DELETE WHEN (gone) AS"
            + " SELECT * FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    fixture.sql("UPDATE people SET email = 'X@A', gone = TRUE WHERE email = 'x@a'");
    fixture.sql("INSERT INTO people VALUES ('X@a', 'a1', TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    fixture.sql("INSERT INTO people VALUES ('Y@A', 'a1', TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 rejected=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowBesideADeletionOfItsKeyIsRejected(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(warehouse, "MODE MIRROR DELETE WHEN (gone) LIMIT REMOVALS TO 5 ROWS");
    fixture.run(RUN);
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', TRUE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
    assertThat(vendor.records()).containsExactly("contacts x", "contacts y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void flaggedRowsAreClearedOnce(String warehouse) throws SQLException {
    people(
        warehouse,
        "ON REMOVE DELETE DELETE WHEN (gone) SET (status = 'closed') LIMIT REMOVALS TO 5 ROWS");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET gone = TRUE WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 updated=1");
    assertThat(record("x")).contains("\"status\":\"closed\"", "\"a\":\"a1\"");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1");
    fixture.sql("UPDATE people SET gone = FALSE, a = 'a2' WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatALostCallMadeIsSetAndPutBackAsWell(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(
            warehouse,
            "ON REMOVE SET (status = 'left') ON RETURN SET (status = 'here') ALLOW EMPTY");
    vendor.tell("batch unknown_outcome gone");
    People.error(fixture, RUN);
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 added=1 removed=1 updated=2");
    assertThat(record("x")).contains("\"status\":\"left\"");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1', FALSE)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(record("x")).contains("\"status\":\"here\"", "\"a\":\"a1\"");
  }

  private ScriptedVendor with(String warehouse, String fields, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, a VARCHAR, b VARCHAR)");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1'), ('y', 'a1', NULL)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) FIELDS ("
            + fields
            + ") "
            + clauses
            + " LIMIT REMOVALS TO 5 ROWS AS SELECT id, a, b FROM people");
    fixture.run(RUN);
    return vendor;
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatIsBackHasItsPassiveAndStableFieldsAgainAtOnce(String warehouse) throws SQLException {
    with(warehouse, "a PASSIVE, b STABLE FOR 3 RUNS", "ON REMOVE SET (a = 'gone', b = 'gone')");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    fixture.run(RUN);
    assertThat(record("x")).contains("\"a\":\"gone\"", "\"b\":\"gone\"");
    fixture.sql("INSERT INTO people VALUES ('x', 'a1', 'b1')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(record("x")).contains("\"a\":\"a1\"", "\"b\":\"b1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatIsPassiveStaysSoWhereNothingWasDoneWithTheRecord(String warehouse) throws SQLException {
    with(warehouse, "a PASSIVE, b STABLE FOR 2 RUNS", "ON REMOVE KEEP");
    fixture.sql("DELETE FROM people WHERE id = 'x'");
    fixture.run(RUN);
    fixture.sql("INSERT INTO people VALUES ('x', 'a2', 'b2')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(record("x")).contains("\"a\":\"a2\"", "\"b\":\"b2\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anEditIsNotClearedThoughEveryRowIsSent(String warehouse) throws SQLException {
    ScriptedVendor vendor = with(warehouse, "a, b KEEP EDITS", "ON REMOVE CLEAR");
    vendor.tell("edits contacts y {\"b\":\"by hand\"}");
    fixture.sql("DELETE FROM people WHERE id = 'y'");
    fixture.run(RUN + " FULL");
    assertThat(record("y")).contains("\"a\":null", "\"b\":\"by hand\"");
  }
}
