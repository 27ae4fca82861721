package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key in another case, at a destination that takes both for one. */
class RespelledKeysTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  RespelledKeysTest() {
    super("2026-03-01T12:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRejectedRowKeepsTheOtherSpellingFromBeingRemoved(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v DOUBLE PRECISION)");
    fixture.sql("INSERT INTO people VALUES ('a', 1), ('b', 2)");
    fixture.ours(
        "CREATE SYNC people TO crm.FoldedForm KEY (id) MODE MIRROR AS SELECT id, v FROM people");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET id = 'B', v = CAST('NaN' AS DOUBLE PRECISION) WHERE id = 'b'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=1 rejected=1");
    assertThat(fixture.query("SELECT id FROM backfeed.state_people ORDER BY id"))
        .containsExactly("a", "b");
    fixture.sql("DELETE FROM people WHERE id = 'B'");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 deleted=1");
    assertThat(fixture.vendor().records()).containsExactly("FoldedForm a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aSpellingThatIsBackBesideTheOtherIsRepeated(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v DOUBLE PRECISION)");
    fixture.sql("INSERT INTO people VALUES ('a', 1)");
    fixture.ours("CREATE SYNC people TO crm.FoldedForm KEY (id) AS SELECT id, v FROM people");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET id = 'A'");
    fixture.run(RUN);
    fixture.sql("INSERT INTO people VALUES ('a', 2)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 rejected=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordThatWentToAnotherSpellingIsComparedAnew(String warehouse) throws SQLException {
    open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, v BIGINT)");
    fixture.sql("INSERT INTO people VALUES ('a', 1)");
    fixture.ours("CREATE SYNC people TO crm.FoldedForm KEY (id) AS SELECT id, v FROM people");
    fixture.run("SYNC NOW people");
    fixture.sql("UPDATE people SET id = 'A', v = 2");
    fixture.run("SYNC NOW people");
    fixture.sql("UPDATE people SET id = 'a', v = 1");
    fixture.run("SYNC NOW people");
    assertThat(fixture.vendor().records("FoldedForm").get("a").get("v").asInt()).isEqualTo(1);
  }
}
