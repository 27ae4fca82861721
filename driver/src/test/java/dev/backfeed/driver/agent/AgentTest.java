package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentTest {
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
  void definesBeforeItRunsWhatOneInvocationHasRequested(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.run(
          "INSERT INTO backfeed.requests (id, statement, invocation) SELECT 'a' || n, CASE n WHEN 3"
              + " THEN ' CREATE SYNC people TO hook.people KEY (id) AS SELECT id, name FROM people'"
              + " ELSE 'SYNC NOW people' END, 'i1' FROM generate_series(1, 4) AS g (n)");
      scene.run("UPDATE backfeed.requests SET requested_at = now()");
      scene.run(
          "INSERT INTO backfeed.requests (id, statement, invocation) VALUES ('b', 'SYNC NOW people',"
              + " 'i2')");
      try (Connection agent =
          scene.agent("backfeed.agent.requests", "define", "backfeed.agent.define_to", "hook")) {
        assertThat(scene.answered("b")).isEqualTo("refused");
        for (String id : List.of("a1", "a2", "a3", "a4")) {
          assertThat(scene.answered(id)).as(id).isEqualTo("succeeded");
        }
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
}
