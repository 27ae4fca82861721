package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dbt package on real warehouses, with an agent beside it. */
class DbtPackageTest {
  private static final String HEALTH =
      "select 1 as id, cast('Ada' as varchar(20)) as name union all select 2, 'Ben'";
  private static final String WAIT = "{{ backfeed.wait(timeout=60) }}";

  private static EmbeddedPostgres server;

  @TempDir private Path folder;
  private String inner;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "duckdb"})
  void runsWhatModelsAskForOnceTheyAreCommitted(String adapter) throws SQLException {
    Dbt dbt = dbt(adapter).with("GITHUB_SHA", "5f1c");
    dbt.run(
        List.of(),
        List.of(
            new Dbt.Model("health", HEALTH),
            new Dbt.Model("broken", HEALTH, "{{ backfeed.sync_now('health') }}", "select 1/x")),
        List.of(WAIT));
    assertThat(dbt.statuses().get("broken")).isNotEqualTo("success");
    assertThat(rows("SELECT * FROM backfeed.requests")).isEmpty();
    define("health", "");
    define("\"it's \"\"people\"\"\"", "");
    try (Connection agent = agent()) {
      dbt.run(
          List.of(),
          List.of(
              new Dbt.Model("health", HEALTH, "{{ backfeed.sync_now('health') }}"),
              new Dbt.Model("people", HEALTH, "{{ backfeed.sync_now('it\\'s \"people\"') }}")
                  .afterCommit("{{ backfeed.wait(timeout=60, after_commit=true) }}")),
          List.of(
              "{{ backfeed.sync_now('health') }}",
              "{{ backfeed.sync_now(['health', 'it\\'s \"people\"'], full=true) }}",
              WAIT));
      assertThat(agent.isClosed()).isFalse();
    }
    assertThat(dbt.statuses())
        .containsEntry("health", "success")
        .containsEntry("people", "success");
    assertThat(dbt.said())
        .contains("log: backfeed: 2 requests answered", "log: backfeed: 4 requests answered");
    assertThat(
            rows("SELECT statement || ': ' || status FROM backfeed.requests ORDER BY requested_at"))
        .containsExactly(
            "SYNC NOW \"health\": succeeded",
            "SYNC NOW \"it's \"\"people\"\"\": succeeded",
            "SYNC NOW \"health\": succeeded",
            "SYNC NOW \"health\", \"it's \"\"people\"\"\" FULL: succeeded");
    assertThat(rows("SELECT CAST(context AS VARCHAR) FROM backfeed.sync_runs ORDER BY run_id"))
        .hasSize(5)
        .allSatisfy(context -> assertThat(context).contains(dbt.invocation(), "5f1c", "request_id"))
        .anySatisfy(context -> assertThat(context).contains("model.shop.people"));
    assertThat(rows("SELECT CAST(count(*) AS VARCHAR) FROM backfeed.sandbox_records"))
        .containsExactly("4");
  }

  @Test
  void failsWithWhatItHasAskedFor() throws SQLException {
    Dbt dbt = dbt("postgres");
    dbt.run(List.of(), List.of(new Dbt.Model("health", HEALTH)), List.of());
    define("never", "CONSTRAINT none EXPECT (id > 9) ON VIOLATION FAIL");
    backfeed(
        "CREATE DESTINATION nowhere TYPE webhook WITH (url = 'http://127.0.0.1:9/', max_retries = 0)");
    backfeed("CREATE SYNC lost TO nowhere.people KEY (id) AS TABLE analytics.health");
    try (Connection agent = agent()) {
      assertThatThrownBy(
              () ->
                  dbt.run(
                      List.of(),
                      List.of(
                          new Dbt.Model(
                              "health",
                              HEALTH,
                              "{{ backfeed.sync_now('never') }}",
                              "{{ backfeed.sync_now('nobody') }}",
                              "{{ backfeed.sync_now('lost') }}",
                              "{{ backfeed.run('DROP SYNC never') }}")),
                      List.of(WAIT)))
          .isInstanceOf(Dbt.CompilationError.class)
          .hasMessageContaining("4 of 4 requests did not succeed")
          .hasMessageContaining("SYNC NOW \"never\": failed: XB002")
          .hasMessageContaining("SYNC NOW \"nobody\": refused: 42704")
          .hasMessageContaining("SYNC NOW \"lost\": failed: XB001")
          .hasMessageContaining("DROP SYNC never: refused: 42501");
      backfeed("PAUSE SYNC lost");
      assertThatThrownBy(
              () ->
                  dbt.run(
                      List.of(),
                      asking("lost"),
                      List.of(WAIT, "{{ backfeed.wait(fail_on=['failed', 'partial']) }}")))
          .hasMessageContaining("SYNC NOW \"lost\": partial");
      assertThat(dbt.said()).anySatisfy(said -> assertThat(said).contains("warning", "partial"));
      assertThat(agent.isClosed()).isFalse();
    }
    assertThatThrownBy(
            () -> dbt.run(List.of(), asking("lost"), List.of("{{ backfeed.wait(timeout=1) }}")))
        .hasMessageContaining("requested: no agent has taken it within 1 seconds");
  }

  private static List<Dbt.Model> asking(String sync) {
    return List.of(new Dbt.Model("health", HEALTH, "{{ backfeed.sync_now('" + sync + "') }}"));
  }

  /** The demo's test does the same on PostgreSQL. */
  @Test
  void definesSyncsWithTheirModels() throws SQLException {
    Dbt dbt = dbt("duckdb");
    Map<String, Object> meta =
        Map.of(
            "destination", "hook",
            "object", "people",
            "key", "id",
            "fields", Map.of("name", Map.of("as", "Name", "rule", "ignore nulls")),
            "mode", "mirror",
            "tags", List.of("gtm", "health"),
            "description", "who's healthy",
            "options", Map.of("batch_size", 50, "log_values", false));
    List<Dbt.Model> models =
        List.of(
            new Dbt.Model(
                    "health", HEALTH, "{{ backfeed.create_sync() }}", "{{ backfeed.sync_now() }}")
                .meta(meta)
                .columns(Map.of("name", Map.of("name", "name", "tags", List.of("pii")))),
            new Dbt.Model("other", HEALTH)
                .meta(Map.of("destination", "hook", "object", "others", "key", "id")));
    List<String> end = List.of("{{ backfeed.create_syncs(sync_now=true) }}", WAIT);
    try (Connection agent = agent("backfeed.agent.requests", "define")) {
      dbt.run(List.of("{{ backfeed.column_tags() }}"), models, end);
      dbt.run(List.of("{{ backfeed.column_tags() }}"), models, end);
      assertThat(agent.isClosed()).isFalse();
    }
    assertThat(
            rows(
                "SELECT head || ' ' || count(*) FROM (SELECT replace(substr(statement, 1, 31), chr(10), '')"
                    + " AS head FROM backfeed.requests WHERE status = 'succeeded') r GROUP BY head"
                    + " ORDER BY head"))
        .containsExactly(
            "CREATE OR REPLACE SYNC \"health\" 1",
            "CREATE OR REPLACE SYNC \"other\" 1",
            "SYNC NOW \"health\" 2",
            "SYNC NOW \"other\" 2");
    assertThat(rows("SELECT tags || ' ' || description FROM backfeed.syncs WHERE name = 'health'"))
        .containsExactly("gtm,health who's healthy");
    assertThat(rows("SELECT field || ' ' || tags FROM backfeed.sync_fields WHERE tags IS NOT NULL"))
        .containsExactly("Name pii");
    dbt.run(
        List.of("{{ backfeed.column_tags() }}"),
        List.of(
            new Dbt.Model("health", HEALTH)
                .columns(
                    Map.of(
                        "id", Map.of("name", "id", "meta", Map.of("person", true, "note", "x"))))),
        List.of());
    assertThat(
            rows("SELECT relation || '.' || column_name || ' ' || tag FROM backfeed.column_tags"))
        .containsExactly("analytics.health.id person");
  }

  @Test
  void seesThatWhatItWouldWaitForIsNotCommitted() throws SQLException {
    Dbt dbt = dbt("postgres");
    dbt.run(
        List.of(),
        List.of(
            new Dbt.Model(
                "health",
                HEALTH,
                "{{ backfeed.sync_now('health') }}",
                "{{ backfeed.wait(timeout=5, after_commit=true) }}"),
            new Dbt.Model("people", HEALTH, "{{ backfeed.wait() }}")),
        List.of());

    assertThat(dbt.statuses().get("health")).contains("not committed yet");
    assertThat(dbt.statuses().get("people")).contains("put it into on-run-end");
  }

  /** A fresh warehouse with a destination. */
  private Dbt dbt(String adapter) throws SQLException {
    if (adapter.equals("duckdb")) {
      inner = "jdbc:duckdb:" + folder.resolve("shop.duckdb");
    } else {
      String name = "dbt_" + System.nanoTime();
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      inner = server.getJdbcUrl("postgres", name);
    }
    backfeed("CREATE DESTINATION hook TYPE webhook WITH (sandbox = TRUE)");
    return new Dbt(adapter, inner);
  }

  private void define(String name, String clause) throws SQLException {
    backfeed(
        "CREATE SYNC "
            + name
            + " TO hook."
            + name
            + " KEY (id) "
            + clause
            + " AS TABLE analytics.health");
  }

  private void backfeed(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(outer());
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private String outer() {
    return "jdbc:backfeed:" + inner.substring("jdbc:".length());
  }

  private Connection agent(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("backfeed.agent", "true");
    properties.setProperty("backfeed.agent.define_to", "hook");
    properties.setProperty("backfeed.egress.allow", "127.0.0.1");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection(outer(), properties);
  }

  private List<String> rows(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(inner);
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (results.next()) {
        rows.add(results.getString(1));
      }
      return rows;
    }
  }
}
