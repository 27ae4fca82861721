package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MODE APPEND: what a key, or a version of it, is sent as, how often, and after a lost answer. */
class AppendTest extends WithPeople {
  private static final String RUN = "SYNC NOW events";
  private static final String LOST = "batch unknown_outcome the line broke";

  AppendTest() {
    super("2026-03-01T12:00:00Z");
  }

  private void open(String warehouse, ScriptedConnector connector, String mode)
      throws SQLException {
    open(warehouse, connector);
    fixture.sql("CREATE TABLE e (id BIGINT, v VARCHAR, ref VARCHAR)");
    fixture.sql("INSERT INTO e VALUES (1, 'a', 'r1'), (2, 'b', 'r2'), (3, 'c', NULL)");
    fixture.ours("CREATE SYNC events TO crm.log KEY (id) MODE " + mode + " AS SELECT * FROM e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void eachKeyIsSentOnceForEver(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND FIELDS (v)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=3");
    assertThat(fixture.vendor().sent().get(0)).startsWith("{\"op\":\"append\"");
    fixture.sql("UPDATE e SET v = 'x' WHERE id = 1");
    fixture.sql("DELETE FROM e WHERE id = 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("INSERT INTO e VALUES (2, 'back', 'r2'), (4, 'd', 'r4')");
    assertThat(fixture.run(RUN + " FULL"))
        .isEqualTo("succeeded selected=4 unchanged=3 added=1 created=1");
    assertThat(fixture.vendor().events())
        .containsExactly(
            "1 {\"v\":\"a\"}", "2 {\"v\":\"b\"}", "3 {\"v\":\"c\"}", "4 {\"v\":\"d\"}");
    assertThat(fixture.query("SELECT rows_in_state FROM backfeed.sync_state")).containsExactly("4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void eachVersionIsSentWhole(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND CHANGES");
    fixture.run(RUN);
    fixture.sql("UPDATE e SET v = 'x' WHERE id = 1");
    fixture.sql("DELETE FROM e WHERE id = 3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 changed=1 created=1");
    assertThat(fixture.run(RUN + " FULL")).isEqualTo("succeeded selected=2 unchanged=2");
    fixture.sql("INSERT INTO e VALUES (3, 'c', NULL)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3");
    assertThat(fixture.vendor().events())
        .hasSize(4)
        .last()
        .isEqualTo("1 {\"v\":\"x\",\"ref\":\"r1\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void underOneKeyARowIsSentAgainWhateverItsValues(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.keyed(), "APPEND");
    lose();
    fixture.sql("UPDATE e SET v = 'later' WHERE id <> 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=3");
    assertThat(fixture.vendor().events()).hasSize(3).first().asString().contains("\"v\":\"a\"");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3");
    assertThat(pending()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVersionIsNotDroppedForTheOneBeforeIt(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.keyed(), "APPEND CHANGES");
    lose();
    fixture.sql("UPDATE e SET v = 'later' WHERE id <> 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 added=3 created=3");
    assertThat(fixture.vendor().events())
        .hasSize(5)
        .filteredOn(event -> event.startsWith("1 "))
        .satisfiesExactly(
            event -> assertThat(event).contains("\"v\":\"a\""),
            event -> assertThat(event).contains("\"v\":\"later\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theKeyOutlivesARunThatDiedAndARowThatLeft(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.keyed(), "APPEND");
    die(Step.WRITE);
    fixture.sql("DELETE FROM e WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    assertThat(pending()).containsExactly("1|IN_DOUBT");
    fixture.sql("INSERT INTO e VALUES (1, 'other', 'r9')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
    assertThat(fixture.vendor().events()).hasSize(3);
    assertThat(pending()).isEmpty();
    assertThat(doubtRows()).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatWereNeverSentKeepTheirKeyToo(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.keyed(), "APPEND");
    assertThat(fixture.run(RUN + " LIMIT 2"))
        .isEqualTo("succeeded selected=3 added=3 created=2 deferred=1");
    List<String> key = fixture.query("SELECT intent FROM backfeed.row_notes");
    assertThat(key).singleElement().asString().matches("[0-9a-f]{32}");
    fixture.sql("UPDATE e SET v = 'later' WHERE id = 3");
    assertThat(fixture.run(RUN + " LIMIT 0"))
        .isEqualTo("succeeded selected=3 unchanged=2 added=1 deferred=1");
    assertThat(fixture.query("SELECT intent FROM backfeed.row_notes")).isEqualTo(key);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 added=1 created=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aColumnNamesTheKeyAndIsNotSent(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.keyed(), "APPEND WITH (idempotency_key = REF)");
    fixture.sql("INSERT INTO e VALUES (4, 'd', 'r1')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 added=4 created=4");
    assertThat(fixture.vendor().events())
        .as("what has one key is appended once; a null is no key")
        .containsExactly("1 {\"v\":\"a\"}", "2 {\"v\":\"b\"}", "3 {\"v\":\"c\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void withoutKeysADoubtWaitsForAPersonsWord(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND");
    lose();
    assertThat(fixture.run(RUN)).isEqualTo("partial selected=3 added=3 deferred=3");
    assertThat((String) fixture.row(RUN).get("message"))
        .isEqualTo(
            "3 rows are in doubt: find out whether they were sent, then RESOLVE SYNC events IN"
                + " DOUBT AS SENT or UNSENT");
    fixture.sql("DELETE FROM e WHERE id = 1");
    fixture.sql("UPDATE e SET v = 'later' WHERE id = 2");
    assertThat(pending()).containsExactly("1|IN_DOUBT", "2|IN_DOUBT", "3|IN_DOUBT");
    assertThat(resolve("SENT")).isEqualTo(3);
    assertThat(fixture.query("SELECT id, v FROM backfeed.state_events ORDER BY id"))
        .containsExactly("1|a", "2|b", "3|c");
    fixture.sql("INSERT INTO e VALUES (1, 'back', 'r1')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3");
    assertThat(fixture.vendor().events()).hasSize(3);
    assertThat(resolve("UNSENT")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatWasNotSentIsSent(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND");
    die(Step.WRITE);
    fixture.sql("DELETE FROM e WHERE id = 1");
    assertThat(resolve("UNSENT")).isEqualTo(3);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 created=2");
    assertThat(doubtRows()).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aVersionInDoubt(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND CHANGES");
    fixture.run(RUN);
    fixture.sql("UPDATE e SET v = 'x' WHERE id <= 2");
    lose();
    assertThat(resolve("SENT")).isEqualTo(2);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3");
    fixture.sql("UPDATE e SET v = 'y' WHERE id <= 2");
    lose();
    assertThat(resolve("UNSENT")).isEqualTo(2);
    fixture.sql("UPDATE e SET v = 'x' WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=2 changed=1 created=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBaselineForgetsNoKey(String warehouse) throws SQLException {
    open(warehouse, new ScriptedConnector(), "APPEND");
    fixture.run(RUN);
    fixture.sql("INSERT INTO e VALUES (4, 'd', 'r4')");
    lose();
    fixture.sql("DELETE FROM e WHERE id = 1 OR id = 4");
    fixture.sql("INSERT INTO e VALUES (5, 'e', 'r5')");
    assertThat(fixture.ours("BASELINE SYNC events").updateCount()).isEqualTo(3);
    fixture.sql("INSERT INTO e VALUES (1, 'a', 'r1'), (4, 'd', 'r4')");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=5 unchanged=5");
  }

  private long resolve(String as) throws SQLException {
    return fixture.ours("RESOLVE SYNC events IN DOUBT AS " + as).updateCount();
  }

  private List<String> pending() throws SQLException {
    return fixture.query(
        "SELECT record_key, reason FROM backfeed.sync_pending ORDER BY record_key");
  }

  private List<String> doubtRows() throws SQLException {
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    return fixture.query("SELECT COUNT(*) FROM backfeed.\"_doubt_" + id + "\"");
  }

  private void lose() {
    fixture.vendor().tell(LOST);
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("the line broke");
  }

  private void die(Step last) {
    fixture.execution(People.dyingAfter(last));
    assertThatThrownBy(() -> fixture.ours(RUN)).isInstanceOf(ThreadDeath.class);
    fixture.execution(Execution.PLAIN);
  }
}
