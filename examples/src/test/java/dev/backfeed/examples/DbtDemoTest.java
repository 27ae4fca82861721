package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The demo's files, in the order of its README. */
class DbtDemoTest {
  private static final Path DEMO = Path.of("dbt/demo");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void sendsWhatItHasBuilt() throws SQLException, IOException {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
      String inner = server.getJdbcUrl("postgres", "postgres");
      String outer = "jdbc:backfeed:" + inner.substring("jdbc:".length());
      Properties settings = new Properties();
      settings.setProperty("backfeed.agent", "true");
      settings.setProperty("backfeed.config", DEMO.resolve("agent.properties").toString());
      Dbt dbt = new Dbt("postgres", inner);
      JsonNode project = YAML.readTree(DEMO.resolve("dbt_project.yml").toFile());
      try (Connection connection = DriverManager.getConnection(outer)) {
        SqlFile.read(DEMO.resolve("setup.sql").toString()).run(connection);
        try (Connection agent = DriverManager.getConnection(outer, settings)) {
          for (int i = 0; i < 2; i++) {
            dbt.run(hooks(project, "on-run-start"), models(dbt), hooks(project, "on-run-end"));
          }
          assertThat(agent.isClosed()).isFalse();
        }
        assertThat(dbt.statuses()).containsValue("success").hasSize(2);
        assertThat(
                rows(
                    connection,
                    "SELECT sync || ' ' || status || ' ' || created || ' ' || unchanged"
                        + " FROM backfeed.sync_runs ORDER BY 1, run_id"))
            .containsExactly(
                "account_health succeeded 0 3",
                "account_health succeeded 3 0",
                "trials succeeded 0 2",
                "trials succeeded 2 0");
        assertThat(
                rows(
                    connection,
                    "SELECT field || ' ' || tags FROM backfeed.sync_fields WHERE tags IS NOT NULL"
                        + " ORDER BY field"))
            .containsExactly("Name contact", "email pii");
        assertThat(rows(connection, "SELECT count(*) FROM backfeed.sync_versions"))
            .containsExactly("2");
      }
    }
  }

  private static List<String> hooks(JsonNode project, String when) {
    List<String> hooks = new ArrayList<>();
    project.get(when).forEach(hook -> hooks.add(hook.asText()));
    return hooks;
  }

  @SuppressWarnings("unchecked")
  private static List<Dbt.Model> models(Dbt dbt) throws IOException {
    List<Dbt.Model> models = new ArrayList<>();
    for (JsonNode described :
        YAML.readTree(DEMO.resolve("models/models.yml").toFile()).get("models")) {
      String name = described.get("name").asText();
      dbt.configuration().clear();
      String sql =
          dbt.render(
              null,
              Files.readString(DEMO.resolve("models/" + name + ".sql")),
              dbt.values(true, Map.of("resource_type", "model", "unique_id", name)));
      Object hook = dbt.configuration().get("post_hook");
      Map<String, Object> columns = new LinkedHashMap<>();
      described
          .get("columns")
          .forEach(
              column ->
                  columns.put(
                      column.get("name").asText(),
                      new JsonMapper().convertValue(column, Map.class)));
      Map<String, Object> meta =
          new JsonMapper().convertValue(described.at("/config/meta"), Map.class);
      models.add(
          new Dbt.Model(
              name,
              sql,
              hook == null ? List.of() : List.of(hook.toString()),
              List.of(),
              meta == null ? Map.of() : meta,
              columns));
    }
    return models;
  }

  private static List<String> rows(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (results.next()) {
        rows.add(results.getString(1));
      }
      return rows;
    }
  }
}
