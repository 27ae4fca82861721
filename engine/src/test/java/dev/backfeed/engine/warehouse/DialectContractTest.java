package dev.backfeed.engine.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every warehouse must do with values, keys and columns. A warehouse is a subclass that names
 * it and spells a few types.
 */
abstract class DialectContractTest {
  private static final String SYNC = "CREATE SYNC s TO crm.things KEY (id) ";
  protected EngineFixture engine;

  abstract String warehouse();

  /** A type for doubles, for JSON, for zoned timestamps. */
  abstract String type(String name);

  @BeforeEach
  void open() throws SQLException {
    engine = EngineFixture.on(TestWarehouse.named(warehouse()));
  }

  @AfterEach
  void close() throws SQLException {
    engine.close();
  }

  private void table(String columns, String... rows) throws SQLException {
    engine.sql("CREATE TABLE t (" + columns + ")");
    for (String row : rows) {
      engine.sql("INSERT INTO t VALUES (" + row + ")");
    }
  }

  private List<String> fields() {
    List<String> fields = new ArrayList<>();
    for (String line : engine.vendor().sent()) {
      fields.add(line.substring(line.indexOf("\"key\":")));
    }
    return fields;
  }

  @Test
  void nullIsNotEmptyText() throws SQLException {
    table("id VARCHAR, a VARCHAR, b VARCHAR", "'1', 'x', NULL");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly("\"key\":{\"id\":\"1\"},\"fields\":{\"a\":\"x\",\"b\":null}}");
    engine.sql("UPDATE t SET a = NULL, b = 'x'");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
    engine.sql("UPDATE t SET a = ''");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(fields())
        .containsExactly(
            "\"key\":{\"id\":\"1\"},\"fields\":{\"a\":null,\"b\":\"x\"}}",
            "\"key\":{\"id\":\"1\"},\"fields\":{\"a\":\"\"}}");
  }

  @Test
  void decimalsKeepTheirDigitsAndScaleIsNoChange() throws SQLException {
    table("id INTEGER, d DECIMAL(30,10)", "1, 12345678901234567890.1234567890");
    engine.ours(SYNC + "AS SELECT id, d FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly("\"key\":{\"id\":1},\"fields\":{\"d\":12345678901234567890.1234567890}}");
    engine.ours(
        "CREATE OR REPLACE SYNC s TO crm.things KEY (id) AS SELECT id, CAST(d AS DECIMAL(38,12)) AS d FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @Test
  void floatsWithinTheToleranceAreEqual() throws SQLException {
    table("id INTEGER, f " + type("double"), "1, 0.1", "2, 1e300", "3, 0");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET f = f * (1 + 1e-13)");
    engine.sql("UPDATE t SET f = -0.0 WHERE id = 3");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=3 unchanged=3");
    engine.sql("UPDATE t SET f = f * (1 + 1e-10) WHERE id < 3");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=3 unchanged=1 changed=2 updated=2");
  }

  @Test
  void driftIsMeasuredAgainstWhatTheDestinationHolds() throws SQLException {
    table("id INTEGER, f " + type("double"), "1, 1");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    int changed = 0;
    for (int i = 0; i < 15; i++) {
      engine.sql("UPDATE t SET f = f + 1e-12");
      changed += engine.run("SYNC NOW s").contains(" changed=1") ? 1 : 0;
    }
    assertThat(changed).isEqualTo(1);
  }

  @Test
  void notANumberIsRejectedAndFrozen() throws SQLException {
    table("id INTEGER, f " + type("double"), "1, 1", "2, 2");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET f = CAST('NaN' AS " + type("double") + ") WHERE id = 1");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
    assertThat(
            engine.query(
                "SELECT record_key, error_type FROM backfeed.sync_log WHERE outcome = 'rejected'"))
        .containsExactly("1|NOT_FINITE");
    assertThat(engine.query("SELECT record_key, reason FROM backfeed.sync_errors"))
        .containsExactly("1|REJECTED");
    engine.sql("UPDATE t SET f = 3 WHERE id = 1");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(engine.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
  }

  @Test
  void timestampsTravelInUtcWhateverTheSession() throws SQLException {
    table(
        "id INTEGER, z " + type("timestamptz") + ", l TIMESTAMP, d DATE",
        "1, '2026-01-02 03:04:05.678901+02:00', '2026-01-02 03:04:05.678901', '2026-01-02'");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly(
            "\"key\":{\"id\":1},\"fields\":{\"z\":\"2026-01-02T01:04:05.678Z\",\"l\":\"2026-01-02T03:04:05.678Z\",\"d\":\"2026-01-02\"}}");
    try (EngineFixture other = engine.another()) {
      other.sql("SET TimeZone = 'Asia/Tokyo'");
      other.sql("CREATE SCHEMA elsewhere");
      other.sql("SET search_path = 'elsewhere'");
      assertThat(other.run("SYNC NOW s")).isEqualTo("succeeded selected=1 unchanged=1");
      assertThat(other.query("SELECT current_setting('TimeZone')")).containsExactly("Asia/Tokyo");
      assertThat(other.query("SELECT current_schema()")).containsExactly("elsewhere");
    }
  }

  @Test
  void zonelessTimesMayBeOfAnotherZone() throws SQLException {
    table("id INTEGER, l TIMESTAMP", "1, '2026-07-01 12:00:00'");
    engine.ours(SYNC + "WITH (time_zone = 'Europe/Berlin') AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly("\"key\":{\"id\":1},\"fields\":{\"l\":\"2026-07-01T10:00:00.000Z\"}}");
  }

  @Test
  void jsonIsNested() throws SQLException {
    table("id INTEGER, j " + type("json"), "1, '{\"a\": [1, 2.50], \"b\": null}'");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly("\"key\":{\"id\":1},\"fields\":{\"j\":{\"a\":[1,2.50],\"b\":null}}}");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @Test
  void everyKindOfValueTravels() throws SQLException {
    table(
        "id INTEGER, b BOOLEAN, s SMALLINT, l BIGINT, r REAL, x "
            + type("binary")
            + ", u UUID, arr INTEGER[]",
        "1, TRUE, -5, 9223372036854775807, 0.5, "
            + type("binary literal")
            + ", 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', "
            + type("array literal"));
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly(
            "\"key\":{\"id\":1},\"fields\":{\"b\":true,\"s\":-5,\"l\":9223372036854775807,\"r\":0.5,\"x\":\"AQL/\",\"u\":\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\",\"arr\":[1,2]}}");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 unchanged=1");
  }

  @Test
  void keysOfSeveralColumnsAndDecimalKeysHaveOneText() throws SQLException {
    table(
        "a VARCHAR, b DECIMAL(10,2), v INTEGER", "'x', 1.50, 1", "'x', 2.00, 2", "'y\"', 1.50, 3");
    engine.ours("CREATE SYNC s TO crm.things KEY (a, b AS bee) AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(engine.query("SELECT record_key FROM backfeed.sync_log ORDER BY record_key"))
        .containsExactly("[\"x\",\"1.5\"]", "[\"x\",\"2\"]", "[\"y\\\"\",\"1.5\"]");
    engine.sql("UPDATE t SET v = 9 WHERE b = 2");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=3 unchanged=2 changed=1 updated=1");
  }

  @Test
  void nullAndRepeatedKeysAreRejectedAndNothingOfThemIsRemoved() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'b', 1", "'c', 1");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("INSERT INTO t VALUES (NULL, 1), (NULL, 2), ('b', 1)");
    engine.sql("UPDATE t SET v = 5 WHERE id = 'c'");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=6 unchanged=1 changed=1 updated=1 rejected=4");
    assertThat(
            engine.query(
                "SELECT record_key, error_type, error_message FROM backfeed.sync_errors ORDER BY 1"))
        .containsExactly(
            "|NULL_KEY|the key is null in 2 rows", "b|REPEATED_KEY|the key stands in 2 rows");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=6 unchanged=2 rejected=4");
    assertThat(engine.query("SELECT COUNT(*) FROM backfeed.sync_log WHERE outcome = 'rejected'"))
        .containsExactly("2");
  }

  @Test
  void aKeyThatOnlyTheDestinationTakesForRepeatedSaysSo() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'A', 2", "NULL, 1");
    engine.ours("CREATE SYNC s TO crm.Folded KEY (id) MODE MIRROR AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=3 rejected=3");
    String takenForOne =
        "another row spells this key otherwise, and the destination takes both for one";
    assertThat(engine.query("SELECT record_key, error_message FROM backfeed.sync_errors"))
        .containsExactlyInAnyOrder(
            "|the key is null in 1 row", "A|" + takenForOne, "a|" + takenForOne);
  }

  @Test
  void repeatedKeysInAFirstRunAreRejected() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'a', 1", "'b', 1", "NULL, 1");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=4 added=1 created=1 rejected=3");
  }

  @Test
  void repeatedKeysThatAreNewAreRejectedThoughTheirRowsDiffer() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'b', 1", "'c', 1");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("INSERT INTO t VALUES ('d', 1), ('d', 2), ('e', 1)");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=6 unchanged=3 added=1 created=1 rejected=2");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=6 unchanged=4 rejected=2");
  }

  @Test
  void numbersThatDifferInTheirHalvesOnlyAreTold() throws SQLException {
    table("id INTEGER, n BIGINT, seen TIMESTAMP", "1, 1, TIMESTAMP '2000-01-01 00:00:00.000001'");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET n = 4294967296");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
    engine.sql("UPDATE t SET seen = TIMESTAMP '2000-01-01 01:11:34.967296'");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
  }

  @Test
  void notANumberWhereNothingWasIsNoticed() throws SQLException {
    table("id INTEGER, f " + type("double"), "1, NULL");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET f = CAST('NaN' AS " + type("double") + ")");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 rejected=1");
    engine.sql("UPDATE t SET f = 0");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
  }

  @Test
  void aRowRejectedForAnotherReasonHasThatReasonAlone() throws SQLException {
    table("id VARCHAR, v DOUBLE PRECISION", "'a', 1", "'b', 'NaN'");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("INSERT INTO t VALUES ('b', 1)");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=3 unchanged=1 rejected=2");
    assertThat(engine.query("SELECT record_key, error_type FROM backfeed.sync_errors"))
        .containsExactly("b|REPEATED_KEY");
  }

  @Test
  void aRowThatIsRejectedNowIsNotPending() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'b', 1");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s LIMIT 1");
    assertThat(engine.query("SELECT record_key FROM backfeed.sync_pending")).containsExactly("b");
    engine.sql("INSERT INTO t VALUES ('b', 1)");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=3 unchanged=1 rejected=2");
    assertThat(engine.query("SELECT record_key FROM backfeed.sync_pending")).isEmpty();
  }

  @Test
  void aBaselineLeavesOutWhatARunWouldReject() throws SQLException {
    table("id VARCHAR, v DOUBLE PRECISION", "'a', 1", "'b', 'NaN'");
    engine.ours(SYNC + "AS SELECT * FROM t");
    assertThat(engine.ours("BASELINE SYNC s").updateCount()).isEqualTo(1);
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
  }

  @Test
  void repeatedKeysAmongNewRowsAreRejected() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("INSERT INTO t VALUES ('b', 1), ('b', 2), ('c', 1)");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=4 unchanged=1 added=1 created=1 rejected=2");
  }

  @Test
  void aKeySpelledOtherwiseIsNotRemovedInALaterRunEither() throws SQLException {
    table("id VARCHAR, v INTEGER", "'a', 1", "'b', 1");
    engine.ours("CREATE SYNC s TO crm.Folded KEY (id) MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET id = 'A' WHERE id = 'a'");
    assertThat(engine.run("SYNC NOW s LIMIT 1"))
        .isEqualTo("succeeded selected=2 unchanged=1 added=1 removed=1 updated=1 deferred=1");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=2 removed=1 skipped=1");
    assertThat(engine.vendor().records("Folded")).containsOnlyKeys("a", "b");
    engine.sql("DELETE FROM t WHERE id = 'A'");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
  }

  @Test
  void keysThatDifferInCaseAreDifferentToTheWarehouse() throws SQLException {
    table("id VARCHAR, v INTEGER", "'abc', 1", "'ABC', 2");
    engine.ours(SYNC + "AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 added=2 created=2");
  }

  @Test
  void oddNamesOfColumnsAndFields() throws SQLException {
    table("\"select\" VARCHAR, \"Mixed Case\" INTEGER, \"quo\"\"te\" INTEGER", "'k', 1, 2");
    engine.ours(
        "CREATE SYNC \"odd; DROP TABLE t\" TO crm.things KEY (\"select\" AS \"a.b\") AS SELECT * FROM t");
    engine.run("SYNC NOW \"odd; DROP TABLE t\"");
    assertThat(fields())
        .containsExactly("\"key\":{\"a.b\":\"k\"},\"fields\":{\"Mixed Case\":1,\"quo\\\"te\":2}}");
    assertThat(engine.query("SELECT COUNT(*) FROM t")).containsExactly("1");
  }

  @Test
  void pathsAreNested() throws SQLException {
    table("id INTEGER, risk VARCHAR, score INTEGER", "1, 'high', 5");
    engine.ours(
        SYNC
            + "FIELDS (risk AS custom_attributes.risk, score AS custom_attributes.score) AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly(
            "\"key\":{\"id\":1},\"fields\":{\"custom_attributes\":{\"risk\":\"high\",\"score\":5}}}");
    engine.sql("UPDATE t SET score = 6");
    engine.run("SYNC NOW s");
    assertThat(fields())
        .containsExactly("\"key\":{\"id\":1},\"fields\":{\"custom_attributes\":{\"score\":6}}}");
  }

  /** Hashes of several columns are linear in some of them, which a sum would not survive. */
  @Test
  void sumsOfRowHashesShowWhatRowsSwapOrChangeAlike() throws SQLException {
    table("id BIGINT, a VARCHAR, b INTEGER");
    engine.sql("INSERT INTO t SELECT g, 'x' || g, g FROM generate_series(1, 300) AS s(g)");
    String asTheyAre = sum(rowHash("l.id", "l.a", "l.b"), rowHash("r.id", "r.a", "r.b"));
    String swapped = sum(rowHash("l.id", "l.a", "r.b"), rowHash("r.id", "r.a", "l.b"));
    String before = sum(rowHash("l.id", "'silver'", "0"), rowHash("r.id", "'silver'", "0"));
    String after = sum(rowHash("l.id", "'silver'", "1"), rowHash("r.id", "'silver'", "1"));
    String pairs = "SELECT COUNT(*) FROM t l JOIN t r ON l.id < r.id WHERE ";
    assertThat(engine.query(pairs + asTheyAre + " = " + swapped)).containsExactly("0");
    assertThat(engine.query(pairs + before + " = " + after)).containsExactly("0");
    assertThat(engine.query("SELECT COUNT(DISTINCT " + rowHash("id", "NULL", "NULL") + ") FROM t"))
        .as("rows without a value")
        .containsExactly("300");
  }

  private static String sum(String left, String right) {
    return "CAST(" + left + " AS DECIMAL(38,0)) + CAST(" + right + " AS DECIMAL(38,0))";
  }

  /** Of a row with a number as key and two fields. */
  private String rowHash(String key, String a, String b) throws SQLException {
    WarehouseDialect dialect = Dialects.of(engine.connection());
    ColumnType text = new ColumnType(ColumnType.Kind.TEXT, "VARCHAR");
    ColumnType number = new ColumnType(ColumnType.Kind.INTEGER, "INTEGER");
    Sql hash =
        dialect.rowHash(
            dialect.hash(List.of(Sql.name("KEY")), List.of(number)),
            List.of(Sql.name("A"), Sql.name("B")),
            List.of(text, number));
    return hash.render(dialect)
        .text()
        .replace("\"KEY\"", key)
        .replace("\"A\"", "CAST(" + a + " AS VARCHAR)")
        .replace("\"B\"", "CAST(" + b + " AS INTEGER)");
  }

  @Test
  void threeHundredColumns() throws SQLException {
    StringBuilder columns = new StringBuilder("id INTEGER");
    StringBuilder row = new StringBuilder("1");
    for (int i = 1; i <= 300; i++) {
      columns.append(", c").append(i).append(" INTEGER");
      row.append(", ").append(i);
    }
    table(columns.toString(), row.toString());
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.vendor().sent();
    engine.sql("UPDATE t SET c300 = 0");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 changed=1 updated=1");
    assertThat(fields()).containsExactly("\"key\":{\"id\":1},\"fields\":{\"c300\":0}}");
  }

  @Test
  void anEmptyResultOverAStateIsBlocked() throws SQLException {
    table("id INTEGER", "1");
    engine.ours(SYNC + "MODE MIRROR AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 added=1 created=1");
    engine.sql("DELETE FROM t");
    assertThatThrownBy(() -> engine.run("SYNC NOW s"))
        .hasMessageContaining("ALLOW EMPTY")
        .hasFieldOrPropertyWithValue("SQLState", "XB003");
    assertThat(
            engine.query(
                "SELECT status, deferred FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1"))
        .containsExactly("blocked|1");
    engine.ours(
        "CREATE OR REPLACE SYNC s TO crm.things KEY (id) MODE MIRROR ALLOW EMPTY AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded removed=1 deleted=1");
  }

  @Test
  void fieldsAddedDroppedAndWidened() throws SQLException {
    table("id INTEGER, a INTEGER, b INTEGER", "1, 10, NULL", "2, 20, 5");
    engine.ours(SYNC + "AS SELECT id, a FROM t");
    engine.run("SYNC NOW s");
    fields();
    engine.ours("CREATE OR REPLACE SYNC s TO crm.things KEY (id) AS SELECT id, a, b FROM t");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(fields()).containsExactly("\"key\":{\"id\":2},\"fields\":{\"b\":5}}");
    engine.ours("CREATE OR REPLACE SYNC s TO crm.things KEY (id) AS SELECT id, b FROM t");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=2");
    engine.sql("ALTER TABLE t ALTER COLUMN b TYPE BIGINT");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=2");
    engine.sql("ALTER TABLE t ALTER COLUMN b TYPE VARCHAR");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(fields()).containsExactly("\"key\":{\"id\":2},\"fields\":{\"b\":\"5\"}}");
  }

  @Test
  void keptRowsAreTombstonesAndComeBack() throws SQLException {
    table("id INTEGER, v INTEGER", "1, 1", "2, 2");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("DELETE FROM t WHERE id = 2");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=1 unchanged=1 removed=1 skipped=1");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=1 unchanged=1");
    assertThat(engine.query("SELECT id, _removed_at IS NULL FROM backfeed.state_s ORDER BY id"))
        .hasSize(2);
    engine.sql("INSERT INTO t VALUES (2, 2)");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=2");
    engine.sql("DELETE FROM t WHERE id = 2");
    engine.run("SYNC NOW s");
    engine.sql("INSERT INTO t VALUES (2, 3)");
    fields();
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=1 changed=1 updated=1");
    assertThat(fields()).containsExactly("\"key\":{\"id\":2},\"fields\":{\"v\":3}}");
  }

  @Test
  void pushOrderIsTheQuerysOwn() throws SQLException {
    table("id INTEGER, v INTEGER, rank INTEGER", "1, 1, 5", "2, 1, 9", "3, 1, NULL", "4, 1, 7");
    engine.ours(SYNC + "FIELDS (* EXCEPT (rank)) AS SELECT * FROM t ORDER BY rank DESC NULLS LAST");
    assertThat(engine.run("SYNC NOW s LIMIT 2"))
        .isEqualTo("succeeded selected=4 added=4 created=2 deferred=2");
    assertThat(fields())
        .containsExactly(
            "\"key\":{\"id\":2},\"fields\":{\"v\":1}}", "\"key\":{\"id\":4},\"fields\":{\"v\":1}}");
    assertThat(engine.query("SELECT record_key, reason FROM backfeed.sync_pending ORDER BY 1"))
        .containsExactly("1|LIMIT", "3|LIMIT");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=4 unchanged=2 added=2 created=2");
    assertThat(engine.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
  }

  @Test
  void fullSendsEveryRowWhole() throws SQLException {
    table("id INTEGER, v INTEGER, w INTEGER", "1, 1, 1", "2, 2, 2");
    engine.ours(SYNC + "AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.sql("UPDATE t SET v = 7 WHERE id = 1");
    fields();
    assertThat(engine.run("SYNC NOW s FULL"))
        .isEqualTo("succeeded selected=2 unchanged=1 changed=1 resent=1 updated=2");
    assertThat(fields())
        .containsExactlyInAnyOrder(
            "\"key\":{\"id\":1},\"fields\":{\"v\":7,\"w\":1}}",
            "\"key\":{\"id\":2},\"fields\":{\"v\":2,\"w\":2}}");
  }

  @Test
  void baselineAndReset() throws SQLException {
    table("id INTEGER, v INTEGER", "1, 1", "2, 2", "2, 3", "NULL, 4");
    engine.ours(SYNC + "AS SELECT * FROM t");
    assertThat(engine.ours("BASELINE SYNC s").updateCount()).isEqualTo(1);
    engine.sql("DELETE FROM t WHERE id IS NULL OR v = 3");
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=1 added=1 created=1");
    assertThat(engine.ours("RESET SYNC s").updateCount()).isEqualTo(2);
    assertThat(engine.run("SYNC NOW s")).startsWith("succeeded selected=2 added=2");
  }

  @Test
  void aDryRunWritesNothing() throws SQLException {
    table("id INTEGER, v INTEGER", "1, 1", "2, 2");
    engine.ours(SYNC + "AS SELECT * FROM t");
    assertThat(engine.run("SYNC NOW s DRY RUN")).isEqualTo("dry_run selected=2 added=2 deferred=2");
    assertThat(engine.query("SELECT * FROM backfeed.sync_runs")).isEmpty();
    engine.run("SYNC NOW s");
    engine.sql("DELETE FROM t WHERE id = 1");
    assertThat(engine.run("SYNC NOW s DRY RUN"))
        .isEqualTo("dry_run selected=1 unchanged=1 removed=1 deferred=1");
    assertThat(engine.ours("EXPLAIN SYNC s").rows())
        .anySatisfy(row -> assertThat(row).containsExactly("rows", "removed", "1"));
  }
}
