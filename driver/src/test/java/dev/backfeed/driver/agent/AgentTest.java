package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.Connection;
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
      scene.sync("other", "");
      scene.run(
          "INSERT INTO backfeed.requests (id, statement, invocation) VALUES ('a1', 'SYNC NOW people',"
              + " 'i1'), ('a2', ' CREATE SYNC people TO hook.people KEY (id) WITH (shared_fields ="
              + " TRUE) AS SELECT id, name FROM people', 'i1'), ('a3', 'SYNC NOW people, other',"
              + " 'i1'), ('b', 'SYNC NOW people', 'i2')");
      scene.run("UPDATE backfeed.requests SET requested_at = now()");
      try (Connection agent =
          scene.agent("backfeed.agent.requests", "define", "backfeed.agent.define_to", "hook")) {
        assertThat(scene.answered("b")).isEqualTo("refused");
        assertThat(scene.answered("a1")).isEqualTo("succeeded");
        assertThat(scene.answered("a3")).isEqualTo("succeeded");
        assertThat(
                scene.text(
                    "SELECT string_agg(id, ' ' ORDER BY taken_at) FROM backfeed.requests WHERE"
                        + " invocation = 'i1'"))
            .isEqualTo("a2 a1 a3");
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
