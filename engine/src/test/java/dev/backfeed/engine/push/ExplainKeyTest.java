package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXPLAIN SYNC … KEY: what is known of one row. */
class ExplainKeyTest extends WithPeople {
  ExplainKeyTest() {
    super("2026-03-01T10:00:00Z");
  }

  /** Sections, items and values, but for ids. */
  private List<String> explain(String key) throws SQLException {
    return fixture.ours("EXPLAIN SYNC people KEY (" + key + ")").rows().stream()
        .filter(row -> !String.valueOf(row.get(1)).matches("_run_id|run_id|_synced_at|since"))
        .map(row -> row.get(0) + " " + row.get(1) + "=" + row.get(2))
        .map(line -> line.replaceAll("0[0-9a-z]{25}", "R"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void tellsTheStoryOfARow(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 3);
    assertThat(explain("'1'"))
        .containsExactly(
            "key record_key=1",
            "query rows=1",
            "query name=n1",
            "query score=1",
            "state record=none",
            "run would=send it: it is new");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0 WHERE id = 1");
    vendor.tell("1 failed VALIDATION E7 no");
    fixture.run(RUN);
    assertThat(explain("'1'"))
        .contains(
            "query score=0",
            "state record=there",
            "state score=1",
            "state _destination_id=rec-1",
            "run would=hold it back: BACK_OFF",
            "note reason=FAILED",
            "note why=VALIDATION: E7: no",
            "note attempts=1",
            "log run R=2026-03-01T10:00:00.000Z: changed, failed: {\"score\":[1,0]}: VALIDATION: E7: no");
    fixture.sql("UPDATE people SET name = 'x', score = 5 WHERE id = 1");
    assertThat(explain("'01'")).contains("run would=send it: name, score differ");
    fixture.sql("DELETE FROM people WHERE id = 2");
    fixture.run(RUN + " FOR REVIEW");
    assertThat(explain("'2'"))
        .contains(
            "query rows=0",
            "run would=remove it: it has left the query",
            "plan of R would=remove it: it has left the query");
    assertThat(explain("'3'"))
        .contains("run would=do nothing: the destination holds it as the query says");
    assertThat(explain("'9'"))
        .contains("run would=do nothing: neither the query nor the state has this key");
    fixture.sql("INSERT INTO people VALUES (3, 'again', 1)");
    assertThat(explain("'3'")).contains("query rows=2", "run would=reject it: REPEATED_KEY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aKeyHasAsManyPartsAsTheSyncHasKeyColumns(String warehouse) throws SQLException {
    open(warehouse);
    People.create(fixture, 1);
    assertThat(People.error(fixture, "EXPLAIN SYNC people KEY ('1', '2')").getSQLState())
        .isEqualTo("22023");
    assertThat(People.error(fixture, "EXPLAIN SYNC people KEY ('x')").getSQLState())
        .isEqualTo("22023");
    fixture.ours(
        "CREATE SYNC pairs TO crm.pairs KEY (id, name) AS SELECT id, name, score FROM people");
    fixture.ours("PAUSE SYNC pairs");
    assertThat(fixture.ours("EXPLAIN SYNC pairs KEY ('1', 'n1')").rows())
        .contains(List.of("key", "record_key", "[\"1\",\"n1\"]"))
        .contains(List.of("run", "would", "do nothing: the sync is paused"));
  }
}
