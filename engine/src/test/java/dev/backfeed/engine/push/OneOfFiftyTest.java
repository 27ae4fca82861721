package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One bad row among fifty: it is rejected, its record stays, and nothing else suffers. */
class OneOfFiftyTest extends WithPeople {
  private static final String RUN = "SYNC NOW people";

  OneOfFiftyTest() {
    super("2026-03-01T12:00:00Z");
  }

  private ScriptedVendor fifty(String warehouse) throws SQLException {
    ScriptedVendor vendor = open(warehouse);
    fixture.sql("CREATE TABLE people (id VARCHAR, name VARCHAR, score BIGINT)");
    fixture.sql(
        "INSERT INTO people SELECT 'c' || g, 'n' || g, g FROM generate_series(1, 50) AS t(g)");
    fixture.ours(
        "CREATE SYNC people TO crm.Contact KEY (id) MODE MIRROR"
            + " CONSTRAINT positive EXPECT (\"Score\" > 0) ON VIOLATION DROP ROW"
            + " AS SELECT id, name AS \"Name\", score AS \"Score\" FROM people");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=50 added=50 created=50");
    vendor.sent();
    return vendor;
  }

  private void staysAndHeals(ScriptedVendor vendor, String bad, String heals) throws SQLException {
    for (String run : new String[] {RUN, RUN + " FULL", RUN + " RETRY"}) {
      assertThat(fixture.run(run)).startsWith("succeeded").contains(bad).doesNotContain("removed");
    }
    assertThat(vendor.records()).hasSize(50);
    assertThat(vendor.sent())
        .noneMatch(line -> line.contains("\"delete\"") || line.contains("c7\""));
    fixture.sql("DELETE FROM people WHERE id = 'c8'");
    assertThat(fixture.run(RUN)).contains("removed=1 deleted=1").contains(bad);
    assertThat(vendor.records()).hasSize(49).contains("Contact c7").doesNotContain("Contact c8");
    fixture.sql(heals);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=49 unchanged=49");
    assertThat(fixture.query("SELECT * FROM backfeed.sync_errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRepeatedKey(String warehouse) throws SQLException {
    ScriptedVendor vendor = fifty(warehouse);
    fixture.sql("INSERT INTO people VALUES ('c7', 'twin', 7)");
    staysAndHeals(vendor, "rejected=2", "DELETE FROM people WHERE name = 'twin'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aBrokenConstraint(String warehouse) throws SQLException {
    ScriptedVendor vendor = fifty(warehouse);
    fixture.sql("UPDATE people SET score = NULL WHERE id = 'c7'");
    staysAndHeals(vendor, "rejected=1", "UPDATE people SET score = 7 WHERE id = 'c7'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aValueThatTheDestinationCannotTake(String warehouse) throws SQLException {
    ScriptedVendor vendor = fifty(warehouse);
    fixture.sql("UPDATE people SET name = 'longer than ten' WHERE id = 'c7'");
    staysAndHeals(vendor, "rejected=1", "UPDATE people SET name = 'n7' WHERE id = 'c7'");
  }
}
