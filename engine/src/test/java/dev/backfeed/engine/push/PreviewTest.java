package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PREVIEW SYNC and PREVIEW RUN: the rows as they would be sent, and nothing written or called. */
class PreviewTest extends WithPeople {
  PreviewTest() {
    super("2026-03-01T10:00:00Z");
  }

  private List<String> preview(String statement) throws SQLException {
    return fixture.ours(statement).rows().stream().map(PreviewTest::line).toList();
  }

  private static String line(List<Object> row) {
    return "%s %s %s".formatted(row.get(0), row.get(1), row.get(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void showsWhatIsThenSent(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 12);
    assertThat(preview("PREVIEW SYNC people LIMIT 2"))
        .containsExactly(
            "added 1 {\"name\":[null,\"n1\"],\"score\":[null,1]}",
            "added 2 {\"name\":[null,\"n2\"],\"score\":[null,2]}");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0 WHERE id = 3");
    fixture.sql("DELETE FROM people WHERE id = 5");
    fixture.sql("INSERT INTO people VALUES (NULL, 'x', 0)");
    assertThat(preview("PREVIEW SYNC people"))
        .containsExactly(
            "changed 3 {\"score\":[3,0]}", "removed 5 {\"name\":[\"n5\",null],\"score\":[5,null]}");
    List<String> requests =
        fixture.ours("PREVIEW SYNC people").rows().stream().map(r -> (String) r.get(3)).toList();
    vendor.sent();
    fixture.run(RUN);
    assertThat(vendor.sent()).isEqualTo(requests);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void showsAPlanThatIsHeldAsItWasMade(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    People.create(fixture, 12);
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 0 WHERE id IN (3, 4)");
    vendor.sent();
    String run = (String) fixture.row(RUN + " FULL FOR REVIEW LIMIT 3").get("run_id");
    fixture.sql("UPDATE people SET score = 7");
    String preview = "PREVIEW RUN '" + run + "'";
    fixture.sql("BEGIN");
    List<String> requests =
        fixture.ours(preview).rows().stream().map(r -> (String) r.get(3)).toList();
    assertThat(preview(preview + " LIMIT 1")).hasSize(1);
    fixture.sql("ROLLBACK");
    assertThat(vendor.sent()).isEmpty();
    fixture.run("APPROVE RUN '" + run + "'");
    assertThat(requests).hasSize(3).isEqualTo(vendor.sent());
    assertThat(People.error(fixture, preview).getSQLState()).isEqualTo("55000");
    assertThat(People.error(fixture, "PREVIEW RUN 'x'").getSQLState()).isEqualTo("42704");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatWaitOrAreOnlyRememberedAreNotShown(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score BIGINT)");
    People.add(fixture, 1, 12);
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) AS SELECT id, name, score FROM people ORDER BY"
            + " score DESC");
    vendor.tell("2 failed VALIDATION 400 no");
    fixture.run(RUN);
    fixture.sql("DELETE FROM people WHERE id = 5");
    assertThat(preview("PREVIEW SYNC people")).isEmpty();
    fixture.sql("UPDATE people SET name = 'x' WHERE id > 10");
    assertThat(preview("PREVIEW SYNC people"))
        .containsExactly(
            "changed 12 {\"name\":[\"n12\",\"x\"]}", "changed 11 {\"name\":[\"n11\",\"x\"]}");
  }
}
