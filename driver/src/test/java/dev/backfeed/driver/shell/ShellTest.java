package dev.backfeed.driver.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.RunListener.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell with -f and -c, as a user sees it. Durations are shown as {@code (…)}. */
class ShellTest {
  private static final String URL = "jdbc:backfeed:duckdb:";

  @TempDir private Path dir;
  private String out;
  private String err;

  @Test
  void statementsOfTheCommandLineArePrintedAsTables() {
    int status =
        run("-c", "SELECT 1 AS n, 'a' AS text, true AS flag, NULL AS nothing; SELECT 12345 AS n");
    assertThat(out)
        .isEqualTo(
            """
             n | text | flag | nothing
            ---+------+------+---------
             1 | a    | true | null
            1 row (…)

                 n
            -------
             12345
            1 row (…)
            """);
    assertThat(err).isEmpty();
    assertThat(status).isZero();
  }

  @Test
  void aScriptIsEchoedWithItsComments() throws IOException {
    Path script = dir.resolve("shop.sql");
    Files.writeString(
        script,
        """
        -- Two customers.
        CREATE TABLE customers AS
          SELECT * FROM (VALUES (1, 'Ann;'), (2, '')) t(id, name);
        SELECT * FROM customers -- both
        ORDER BY id;
        \\x on
        SELECT id, repeat('x', 30) AS long FROM customers WHERE id = 1;
        """);
    assertThat(run("-f", script.toString())).isZero();
    assertThat(out)
        .isEqualTo(
            """
            -- Two customers.
            > CREATE TABLE customers AS
                SELECT * FROM (VALUES (1, 'Ann;'), (2, '')) t(id, name)
            2 rows affected (…)

            > SELECT * FROM customers -- both
              ORDER BY id
             id | name
            ----+------
              1 | Ann;
              2 |
            2 rows (…)

            > SELECT id, repeat('x', 30) AS long FROM customers WHERE id = 1
            %s
            id   1
            long xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
            1 row (…)
            """
                .formatted("-[ 1 ]" + "-".repeat(104)));
  }

  @Test
  void theFirstErrorEndsAScriptAndIsMarked() throws IOException {
    Path script = dir.resolve("bad.sql");
    Files.writeString(script, "SELECT 1;\n\nSYNC NOW health\n  FULLY;\nSELECT 3;\n");
    assertThat(run("-f", script.toString())).isEqualTo(1);
    assertThat(out).contains("> SELECT 1").doesNotContain("SELECT 3");
    assertThat(err.lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("ERROR 42601 (" + script + " line 3): ")
        .contains("FULL");
    assertThat(err).endsWith("    FULLY\n    ^\n");
  }

  @Test
  void anErrorOfTheWarehouseIsPassedOn() {
    assertThat(run("-c", "SELECT nothing FROM nowhere")).isEqualTo(1);
    assertThat(err).startsWith("ERROR").contains("nowhere").contains("^");
  }

  @Test
  void argumentsThatMakeNoSenseAreExplained() {
    assertThat(call("shell")).isEqualTo(2);
    assertThat(err).startsWith("the URL is missing").contains("shell <url>");
    assertThat(call("shell", "jdbc:duckdb:")).isEqualTo(2);
    assertThat(err).contains("must begin with jdbc:backfeed:");
    assertThat(run("-f", "a", "-c", "b")).isEqualTo(2);
    assertThat(run("--nonsense")).isEqualTo(2);
    assertThat(run("-c")).isEqualTo(2);
    assertThat(call("dance")).isEqualTo(2);
    assertThat(call("help")).isZero();
  }

  @Test
  void whatCannotBeOpenedIsNamed() {
    assertThat(run("-f", "/nowhere/x.sql")).isEqualTo(1);
    assertThat(err).startsWith("ERROR").contains("/nowhere/x.sql");
    assertThat(call("shell", "jdbc:backfeed:nodb://x", "-c", "SELECT 1")).isEqualTo(1);
    assertThat(err).startsWith("ERROR 08001: ").hasLineCount(1);
    assertThat(run("-c", "SELECT 1", "--config", "/nowhere/x.properties")).isEqualTo(1);
    assertThat(err).startsWith("ERROR 22023: ").contains("/nowhere/x.properties");
  }

  @Test
  void theProgressLineTellsRateAndTimeLeft() {
    assertThat(ProgressLine.text(new Progress("health", 2_000, 500, 0, 3, 1_000, false)))
        .isEqualTo("health: 500 of 2,000 rows, 500 rows/s, 3 calls, 3 s left");
    assertThat(ProgressLine.text(new Progress("health", 100_000, 1_000, 7, 5, 2_000, false)))
        .isEqualTo("health: 1,000 of 100,000 rows, 500 rows/s, 5 calls, 7 failed, 3 min 18 s left");
    assertThat(ProgressLine.text(new Progress("health", 10, 0, 0, 0, 0, false)))
        .isEqualTo("health: 0 of 10 rows, 0 rows/s, 0 calls");
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("shell", URL));
    all.addAll(List.of(args));
    return call(all.toArray(String[]::new));
  }

  private int call(String... args) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(args),
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    out = outBytes.toString(StandardCharsets.UTF_8).replaceAll("\\(\\d+[.\\d]* m?s\\)", "(…)");
    err = errBytes.toString(StandardCharsets.UTF_8);
    return status;
  }
}
