package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sqlline.SqlLine;

/** A command line that knows JDBC and nothing of us. */
class SqlLineTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void showsOurRowsAndErrors(Warehouses warehouse) throws IOException, SQLException {
    String script =
        """
        CREATE DESTINATION hooks TYPE webhook WITH (url = 'http://127.0.0.1:9/hook');
        CREATE SYNC s TO hooks.a KEY (id) AS SELECT 1 AS id, 'x' AS name;
        SHOW SYNCS;
        SYNC NOW t;
        SELECT name, destination FROM backfeed.syncs;
        SELECT 'a;b'
          AS "two ; lines"; -- SYNC NOW s;
        !set maxwidth 400
        !tables
        !columns sync_runs
        """;
    Path file = Files.writeString(folder.resolve("script.sql"), script);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SqlLine line = new SqlLine();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    line.setOutputStream(print);
    line.setErrorStream(print);
    String url = warehouse.fresh(folder);
    line.begin(
        new String[] {
          "--force=true", "-u", url, "-n", "postgres", "-p", "postgres", "-f", file.toString()
        },
        new ByteArrayInputStream(new byte[0]),
        false);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("| s    | hooks       | a      | UPSERT |")
        .contains("there is no sync \"t\"")
        .contains("42704")
        .contains("| s    | hooks       |\n")
        .contains("| a;b         |")
        .containsPattern("\\| backfeed +\\| sync_runs +\\| (BASE )?TABLE ")
        .containsPattern("\\| backfeed +\\| sync_health +\\| VIEW ")
        .containsPattern("\\| backfeed +\\| sync_runs +\\| api_calls +\\|");
  }
}
