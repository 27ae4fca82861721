package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedConnector;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a key that was erased: nothing, in whatever state it was. */
class EraseTest extends WithPeople {
  EraseTest() {
    super("2026-03-01T10:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theNextRunComparesWithWhatIsLeft(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 50);
    assertThat(fixture.run(People.RUN)).isEqualTo("succeeded selected=50 added=50 created=50");
    assertThat(fixture.run(People.RUN)).isEqualTo("succeeded selected=50 unchanged=50");
    fixture.sql("DELETE FROM people WHERE id = 7");
    assertThat(fixture.ours("ERASE SYNC people KEY ('7')").updateCount()).isEqualTo(2);
    assertThat(fixture.query("SELECT rows_in_state FROM backfeed.control")).containsExactly("49");
    assertThat(fixture.run(People.RUN)).isEqualTo("succeeded selected=49 unchanged=49");
    People.add(fixture, 7, 7);
    assertThat(fixture.run(People.RUN))
        .isEqualTo("succeeded selected=50 unchanged=49 added=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatIsOwedIsForgotten(String warehouse) throws SQLException {
    open(warehouse).tell("7 always failed VALIDATION E7 n7 is too short");
    People.create(fixture, 10);
    assertThat(fixture.run(People.RUN))
        .startsWith("partial selected=10 added=10 created=9 failed=1");
    fixture.sql("DELETE FROM people WHERE id = 7");
    assertThat(fixture.ours("ERASE SYNC people KEY ('7')").updateCount()).isEqualTo(2);
    assertThat(fixture.query("SELECT * FROM backfeed.row_notes")).isEmpty();
    assertThat(
            fixture.query(
                "SELECT record_key, outcome, error_code FROM backfeed.sync_log WHERE outcome ="
                    + " 'failed' AND changes IS NULL AND error_message IS NULL"))
        .containsExactly("(erased)|failed|E7");
    assertThat(fixture.run(People.RUN)).isEqualTo("succeeded selected=9 unchanged=9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowInDoubtIsForgotten(String warehouse) throws SQLException {
    open(warehouse, ScriptedConnector.unrepeatable()).tell("batch unknown_outcome the line broke");
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR)");
    fixture.sql("INSERT INTO people VALUES (1, 'Ann'), (2, 'Bo')");
    fixture.ours("CREATE SYNC people TO crm.people KEY (id) MODE APPEND AS SELECT * FROM people");
    People.error(fixture, People.RUN);
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_pending ORDER BY 1"))
        .containsExactly("1", "2");
    fixture.sql("DELETE FROM people WHERE id = 1");
    assertThat(fixture.ours("ERASE SYNC people KEY ('1')").updateCount()).isEqualTo(2);
    assertThat(fixture.query("SELECT record_key FROM backfeed.sync_pending")).containsExactly("2");
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    assertThat(fixture.query("SELECT record_key FROM backfeed._doubt_" + id)).containsExactly("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anotherSyncKeepsItsKey(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 2);
    fixture.ours("CREATE SYNC others TO crm.others KEY (id) AS SELECT id, name FROM people");
    fixture.ours("SYNC NOW people, others");
    fixture.sql("DELETE FROM people WHERE id = 1");
    fixture.ours("ALTER SYNC people RENAME TO persons");
    assertThat(fixture.ours("ERASE SYNC persons KEY ('1')").updateCount()).isEqualTo(2);
    assertThat(
            fixture.query(
                "SELECT sync, record_key FROM backfeed.sync_log ORDER BY sync, record_key"))
        .containsExactly("others|1", "others|2", "people|(erased)", "people|2");
    assertThat(fixture.query("SELECT id FROM backfeed.state_others ORDER BY id"))
        .containsExactly("1", "2");
  }

  /**
   * Plans that are held, and whatever a sync has of its own, by record_key or by the key's columns.
   */
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void everyTableOfTheSyncIsLookedAt(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 2);
    fixture.run(People.RUN);
    String plan = "backfeed._plan_" + fixture.query("SELECT run_id FROM backfeed.sync_runs").get(0);
    String own = "backfeed._backlog_" + fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    fixture.sql("CREATE TABLE " + plan + " AS SELECT '1' AS record_key UNION ALL SELECT '2'");
    fixture.sql("CREATE TABLE " + own + " AS SELECT 1 AS k1 UNION ALL SELECT 2");
    fixture.sql("DELETE FROM people WHERE id = 1");
    assertThat(fixture.ours("ERASE SYNC people KEY ('1')").updateCount()).isEqualTo(4);
    assertThat(fixture.query("SELECT * FROM " + plan)).containsExactly("2");
    assertThat(fixture.query("SELECT * FROM " + own)).containsExactly("2");
    fixture.sql("DROP TABLE " + plan);
    fixture.sql("DROP TABLE " + own);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theDestinationIsCalledWithinTheCallsOfTheDay(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 3);
    fixture.run(People.RUN);
    fixture.sql("DELETE FROM people WHERE id IN (2, 3)");
    fixture.ours("ALTER DESTINATION crm SET (max_calls_per_day = 1)");
    fixture.ours("ERASE SYNC people KEY ('3') AND DESTINATION");
    assertThat(fixture.query("SELECT calls FROM backfeed.quota_claims")).containsExactly("1");
    SQLException spent = People.error(fixture, "ERASE SYNC people KEY ('2') AND DESTINATION");
    assertThat(spent.getSQLState()).isEqualTo("XB001");
    assertThat(fixture.vendor().records("contacts")).containsOnlyKeys("1", "2");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people ORDER BY id"))
        .containsExactly("1", "2");
    clock.move(Duration.ofDays(1));
    fixture.ours("ERASE SYNC people KEY ('2') AND DESTINATION");
    assertThat(fixture.vendor().records("contacts")).containsOnlyKeys("1");
  }
}
