package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.Result;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected of a query's rows, and what a destination says of values. */
class ConstraintsTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  ConstraintsTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor people(String warehouse, String clauses) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score DOUBLE PRECISION)");
    fixture.sql("INSERT INTO people SELECT g, 'n' || g, g FROM generate_series(1, 20) AS t(g)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE MIRROR "
            + clauses
            + " AS SELECT id, name, score FROM people");
    return vendor;
  }

  private List<String> errors() throws SQLException {
    return fixture.query(
        "SELECT record_key, error_type, error_message FROM backfeed.sync_errors ORDER BY 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatViolatesIsRejectedAndItsRecordStays(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(
            warehouse,
            "CONSTRAINT named EXPECT (name <> '' -- never blank\n) ON VIOLATION DROP ROW"
                + " CONSTRAINT small EXPECT (score < 100) ON VIOLATION DROP ROW");
    fixture.sql("UPDATE people SET name = NULL WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=20 added=19 created=19 rejected=1");
    assertThat(errors()).containsExactly("1|CONSTRAINT|constraint named does not hold");
    fixture.sql("UPDATE people SET score = 100 WHERE id = 2");
    fixture.sql("DELETE FROM people WHERE id = 3");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=19 unchanged=17 removed=1 deleted=1 rejected=2");
    assertThat(vendor.records()).hasSize(18).contains("contacts 2");
    assertThat(errors())
        .containsExactly(
            "1|CONSTRAINT|constraint named does not hold",
            "2|CONSTRAINT|constraint small does not hold");
    assertThat(fixture.ours("EXPLAIN SYNC people KEY ('2')").rows())
        .contains(List.of("run", "would", "reject it: CONSTRAINT, small"));
    fixture.sql("UPDATE people SET name = 'n', score = 1 WHERE id < 3");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=19 unchanged=17 added=1 changed=1 created=1 updated=1");
    assertThat(errors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasSentBeforeCanBeAskedFor(String warehouse) throws SQLException {
    people(
        warehouse,
        "CONSTRAINT steady EXPECT (previous(score) IS NULL OR abs(score - previous(score)) < 5)"
            + " ON VIOLATION DROP ROW");
    assertThat(fixture.run(RUN)).contains("created=20");
    fixture.sql("UPDATE people SET score = score + 10 WHERE id = 1");
    fixture.sql("UPDATE people SET score = score + 4 WHERE id = 2");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=20 unchanged=18 changed=1 updated=1 rejected=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aWarningSendsAndAFailureDoesNot(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(
            warehouse,
            "CONSTRAINT warns EXPECT (score > 2) ON VIOLATION WARN"
                + " CONSTRAINT fails EXPECT (score < 50) ON VIOLATION FAIL");
    Result result = fixture.ours(RUN);
    assertThat(result.warnings())
        .extracting(Throwable::getMessage)
        .containsExactly("sync \"people\": constraint warns does not hold for 2 rows");
    vendor.sent();
    fixture.sql("UPDATE people SET score = 50 WHERE id > 18");
    fixture.sql("DELETE FROM people WHERE id = 5");
    assertThat(fixture.ours(RUN + " DRY RUN").rows().get(0).toString())
        .contains("constraint fails does not hold for 2 rows");
    assertThat(People.error(fixture, RUN).getMessage())
        .startsWith("constraint fails does not hold for 2 rows: nothing was sent (run ");
    assertThat(vendor.sent()).isEmpty();
    assertThat(People.newest(fixture)).isEqualTo("failed changed=2 removed=1 deferred=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theWholeResultIsJudged(String warehouse) throws SQLException {
    people(
        warehouse,
        "CONSTRAINT sane EXPECT OVERALL (avg(score) BETWEEN 5 AND 15) ON VIOLATION FAIL"
            + " CONSTRAINT calm EXPECT OVERALL (abs(drift(score)) < 1) ON VIOLATION PAUSE");
    assertThat(fixture.run(RUN)).contains("created=20");
    fixture.sql("UPDATE people SET score = score + 4");
    assertThat(fixture.run(RUN)).contains("updated=20");
    fixture.sql("UPDATE people SET score = 1");
    assertThat(People.error(fixture, RUN).getMessage())
        .startsWith("constraint sane does not hold: nothing was sent");
    fixture.sql("UPDATE people SET score = 6");
    assertThat(People.error(fixture, RUN).getMessage())
        .startsWith(
            "constraint calm does not hold: nothing was sent and the sync is paused; look at the"
                + " query, then RESUME SYNC people");
    assertThat(fixture.run(RUN)).startsWith("paused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aConditionThatTheWarehouseRefusesIsToldAtOnce(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR)");
    String create = "CREATE SYNC people TO crm.contacts KEY (id) ";
    String as = " AS SELECT id, name FROM people";
    assertThat(
            People.error(fixture, create + "CONSTRAINT c EXPECT (nam = 1) ON VIOLATION WARN" + as)
                .getMessage())
        .startsWith("the warehouse refuses constraint \"c\": ")
        .endsWith("(line 1, column 66)");
    assertThat(People.error(fixture, create + "DELETE WHEN (gone)" + as).getMessage())
        .startsWith("the warehouse refuses the condition of DELETE WHEN: ");
    assertThat(
            People.error(
                    fixture, create + "CONSTRAINT c EXPECT (drift(id) < 1) ON VIOLATION WARN" + as)
                .getMessage())
        .isEqualTo(
            "drift is about the whole result: EXPECT takes previous(column) (line 1, column 72)");
    assertThat(
            People.error(
                    fixture,
                    create
                        + "FIELDS (* EXCEPT (name)) CONSTRAINT c EXPECT (previous(nme) = 1) ON"
                        + " VIOLATION WARN"
                        + as)
                .getMessage())
        .contains("the query has no column \"nme\" for previous: did you mean \"name\"?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void valuesThatTheDestinationCannotTakeAreRejectedWithoutACall(String warehouse)
      throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, name VARCHAR, tier VARCHAR)");
    fixture.sql(
        "INSERT INTO people VALUES ('a', 'fits', 'gold'), ('b', repeat('x', 11), 'gold'), ('c',"
            + " 'fits', 'lead'), ('d', NULL, NULL)");
    fixture.ours(
        "CREATE SYNC people TO crm.Contact KEY (id AS \"Id\") FIELDS (name AS \"Name\","
            + " tier AS \"Tier\") AS SELECT id, name, tier FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 added=2 created=2 rejected=2");
    assertThat(errors())
        .containsExactly(
            "b|TOO_LONG|field \"Name\" takes 10 characters, this value has 11",
            "c|NOT_ALLOWED|field \"Tier\" does not allow this value");
    fixture.sql("UPDATE people SET tier = 'lead' WHERE id = 'a'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 unchanged=1 rejected=3");
    assertThat(vendor.records()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatViolatesMakesItsKeyRepeatedAllTheSame(String warehouse) throws SQLException {
    ScriptedVendor vendor =
        people(warehouse, "CONSTRAINT small EXPECT (score < 100) ON VIOLATION DROP ROW");
    fixture.run(RUN);
    fixture.sql("INSERT INTO people VALUES (21, 'good', 1), (21, 'bad', 100)");
    for (int i = 0; i < 2; i++) {
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=22 unchanged=20 rejected=2");
    }
    assertThat(vendor.records()).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasAppendedIsNotJudgedAgain(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v INTEGER)");
    fixture.sql("INSERT INTO people VALUES ('a', 1), ('b', 2), ('c', -1)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE APPEND CONSTRAINT c EXPECT (v > 0) ON VIOLATION DROP ROW"
            + " CONSTRAINT f EXPECT (v < 9) ON VIOLATION FAIL AS SELECT * FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=2 created=2 rejected=1");
    fixture.sql("UPDATE people SET v = -2 WHERE id = 'a'");
    fixture.sql("UPDATE people SET v = 10 WHERE id = 'b'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 rejected=1");
    fixture.sql("INSERT INTO people VALUES ('d', 10)");
    assertThat(People.error(fixture, RUN).getMessage())
        .contains("constraint f does not hold for 1 row");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVersionThatWasSentIsNotJudgedAgain(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v INTEGER, ok BOOLEAN)");
    fixture.sql("INSERT INTO people VALUES ('a', 1, TRUE), ('b', 2, TRUE)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE APPEND CHANGES FIELDS (v)"
            + " CONSTRAINT c EXPECT (ok) ON VIOLATION DROP ROW AS SELECT * FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    fixture.sql("UPDATE people SET ok = FALSE");
    fixture.sql("UPDATE people SET v = 3 WHERE id = 'b'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
  }

  @ParameterizedTest
  @CsvSource({"duckdb,UPSERT", "postgresql,UPSERT", "duckdb,APPEND", "postgresql,APPEND"})
  void aBaselineRecordsNoRowThatViolates(String warehouse, String mode) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v INTEGER)");
    fixture.sql("INSERT INTO people VALUES ('a', 1), ('b', 2)");
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE "
            + mode
            + " CONSTRAINT c EXPECT (v > 0) ON VIOLATION DROP ROW AS SELECT * FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    fixture.sql("UPDATE people SET v = -1 WHERE id = 'a'");
    fixture.sql("INSERT INTO people VALUES ('c', -1), ('d', 4)");
    assertThat(fixture.ours("BASELINE SYNC people").updateCount()).isEqualTo(2);
    assertThat(fixture.query("SELECT id, v FROM backfeed.state_people ORDER BY id"))
        .as("what is rejected is not forgotten for it")
        .containsExactly("a|1", "b|2", "d|4");
    fixture.sql("UPDATE people SET v = 3 WHERE id = 'c'");
    assertThat(fixture.run(RUN))
        .isEqualTo(
            mode.equals("APPEND")
                ? "succeeded selected=4 unchanged=3 added=1 created=1"
                : "succeeded selected=4 unchanged=2 added=1 created=1 rejected=1");
  }
}
