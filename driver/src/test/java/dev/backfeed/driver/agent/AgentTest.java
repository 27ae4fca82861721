package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentTest {
  /** Messages of the sandbox that are like a pattern. */
  private static final String TOLD =
      "SELECT COUNT(*) FROM backfeed.sandbox_records WHERE object = '#oncall' AND"
          + " replace(CAST(record AS VARCHAR), ' ', '') LIKE ";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void answersARequest(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.sync("people", "");
      try (Connection agent = scene.agent()) {
        scene.run(
            "INSERT INTO backfeed.requests (id, statement, context) VALUES ('r1', 'SYNC NOW people;',"
                + " '{\"node\": \"model.people\"}')");

        assertThat(scene.answered("r1")).isEqualTo("succeeded");
        String run = scene.of("r1", "run_id");
        assertThat(
                scene.text(
                    "SELECT triggered_by || ' ' || created FROM backfeed.sync_runs WHERE run_id = '"
                        + run
                        + "'"))
            .isEqualTo("request 2");
        assertThat(
                scene.text(
                    "SELECT CAST(context AS VARCHAR) FROM backfeed.sync_runs WHERE run_id = '"
                        + run
                        + "'"))
            .contains("model.people", "r1");
        assertThat(scene.of("r1", "result")).contains("\"created\"", "succeeded");
        assertThat(agent.isClosed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void runsWhatIsDue(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.sync("people", "SCHEDULE EVERY 1 SECONDS");
      scene.sync("followers", "SCHEDULE AFTER people");
      try (Connection agent = scene.agent()) {
        AgentScene.await(
            () ->
                scene.number(
                        "SELECT COUNT(*) FROM backfeed.sync_runs WHERE status = 'succeeded' AND"
                            + " triggered_by = 'schedule' AND sync = 'people'")
                    >= 2);
        AgentScene.await(
            () ->
                scene.number(
                        "SELECT COUNT(*) FROM backfeed.sync_runs WHERE status = 'succeeded' AND"
                            + " triggered_by = 'after' AND sync = 'followers'")
                    >= 1);
        scene.run("PAUSE SYNC people");
        assertThat(agent.isClosed()).isFalse();
      }
      assertThat(scene.number("SELECT COUNT(*) FROM backfeed.agents")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsOfAlerts(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.sync("people", "");
      scene.run("CREATE SYNC ALERT watch ON ALL SYNCS WHEN BLOCKED NOTIFY hook.\"#oncall\"");
      scene.run("SYNC NOW people");
      scene.run("DELETE FROM people");
      try (Connection agent = scene.agent()) {
        String request = scene.request("SYNC NOW people");
        assertThat(scene.answered(request)).isEqualTo("failed");
        AgentScene.await(() -> scene.number(TOLD + "'%\"state\":\"violated\"%'") == 1);
        scene.run("INSERT INTO people VALUES (1, 'Ada')");
        assertThat(scene.answered(scene.request("SYNC NOW people"))).isEqualTo("succeeded");
        AgentScene.await(() -> scene.number(TOLD + "'%\"state\":\"recovered\"%'") == 1);
        assertThat(scene.number(TOLD + "'%'")).isEqualTo(2);
        assertThat(
                scene.text("SELECT record FROM backfeed.sandbox_records WHERE object = '#oncall'"))
            .contains("[watch]", "people", "BLOCKED");
        assertThat(agent.isClosed()).isFalse();
      }
      assertThat(
              scene.number(
                  "SELECT COUNT(*) FROM backfeed.alert_notifications WHERE status = 'sent'"))
          .isEqualTo(2);
    }
  }
}
