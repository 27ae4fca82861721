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

/** That a page can fail, and that rewriting makes it pass. */
class PageRunnerTest {
  private static final String PAGE =
      """
      # A page

      ```sql
      SELECT 1 AS a;
      SYNC NOW;
      ```

      ```output
      %s
      ```

      ```sql postgresql
      SELECT nothing FROM nowhere;
      ```
      """;
  private static final String TRUTH =
      """
       a
      ---
       1
      1 row (12 ms)

      ERROR 42601: expected the name of a sync, found the end of the statement (line 1, column 9)
        SYNC NOW
                ^""";

  @TempDir private Path dir;

  @Test
  void aPageFailsWhereItAndTheTruthDiffer() throws IOException {
    assertFails(PAGE.formatted(TRUTH.replace(" 1\n", " 2\n")), "page.md:4 on DUCKDB");
    assertFails(PAGE.formatted(TRUTH + "\nmore"), "more");
    assertFails(PAGE.formatted(" a\n…\n 1"), "42601");
    assertFails(PAGE.formatted("…\n a\n---"), "42601");
    assertFails("```sql\nSELECT nothing FROM nowhere\n```\n", "nothing of this is on the page");
    assertFails("```slt\nstatement ok\nSELECT nothing FROM nowhere\n```\n", "nowhere");
  }

  @Test
  void aRewrittenPageKeepsAllButItsOutput() throws IOException, SQLException {
    Path file = Files.writeString(dir.resolve("page.md"), PAGE.formatted("wrong"));
    new PageRunner(ManualPage.read(file), Warehouses.DUCKDB, true).run();
    assertThat(Files.readString(file)).isEqualTo(PAGE.formatted(TRUTH));
    new PageRunner(ManualPage.read(file), Warehouses.DUCKDB, false).run();
  }

  @Test
  void whateverLinesMayStandForOthers() throws IOException, SQLException {
    String some = " a\n…\n  SYNC NOW\n          ^";
    Path file = Files.writeString(dir.resolve("page.md"), PAGE.formatted(some));
    new PageRunner(ManualPage.read(file), Warehouses.DUCKDB, true).run();
    assertThat(Files.readString(file)).isEqualTo(PAGE.formatted(some));
  }

  private void assertFails(String text, String words) throws IOException {
    Path file = Files.writeString(dir.resolve("page.md"), text);
    assertThatThrownBy(() -> new PageRunner(ManualPage.read(file), Warehouses.DUCKDB, false).run())
        .as(text)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(words);
  }
}
