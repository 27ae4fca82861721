package dev.backfeed.driver.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a case can fail, and that rewriting makes it pass. */
class CaseRunnerTest {
  @TempDir private Path dir;

  @Test
  void aCaseFailsWhereExpectationAndTruthDiffer() throws IOException {
    assertFails("statement ok\nSELECT nothing FROM nowhere\n", "nowhere");
    assertFails("statement error 42601\nSELECT 1\n", "it worked");
    assertFails("statement error 42704\nSYNC NOW\n", "42601");
    assertFails("statement error 42601 no such words\nSYNC NOW\n", "42601");
    assertFails("statement count 3\nCREATE TABLE t AS SELECT 1 AS a\n", "but was: 1");
    assertFails("statement warning 01000\nSELECT 1\n", "no warning");
    assertFails("query\nSELECT 1 AS a\n----\n2\n", "but was:\n1");
    assertFails("query\nSELECT 1 AS a\n", "are missing");
    assertFails("sent crm\n----\n{}\n", "but was:");
    assertFails("dance\n", "no directive");
  }

  @Test
  void aRewrittenFileKeepsAllButItsExpectations() throws IOException, SQLException {
    Path file = dir.resolve("some.slt");
    Files.writeString(
        file,
        """
        # A comment.

        # Another.
        query b a
        SELECT 1 AS a,
          NULL AS b
        ----
        wrong

        onlyif postgresql
        query
        SELECT 1
        ----
        left alone
        """);
    new CaseRunner(file, Warehouses.DUCKDB, true).run();
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            # A comment.

            # Another.
            query b a
            SELECT 1 AS a,
              NULL AS b
            ----
            NULL | 1

            onlyif postgresql
            query
            SELECT 1
            ----
            left alone
            """);
    new CaseRunner(file, Warehouses.DUCKDB, false).run();
  }

  private void assertFails(String text, String words) throws IOException {
    Path file = dir.resolve("failing.slt");
    Files.writeString(file, text);
    assertThatThrownBy(() -> new CaseRunner(file, Warehouses.DUCKDB, false).run())
        .as(text)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failing.slt:1 on DUCKDB")
        .hasMessageContaining(words);
  }
}
