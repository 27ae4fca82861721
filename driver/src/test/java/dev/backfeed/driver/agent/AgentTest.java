package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentTest {
  private static final String REQUEST =
      "INSERT INTO backfeed.requests (id, statement) VALUES ('%s', 'SYNC NOW people')";

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

  @ParameterizedTest
  @EnumSource
  void whatAStoppedAgentLeavesIsTakenByTheNext(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.slow(warehouse, folder, 12)) {
      scene.sync("people", "SCHEDULE EVERY 100 DAYS");
      scene.run("UPDATE backfeed.schedules SET last_due_at = '2020-01-01 00:00:00+00'");
      try (Connection first = scene.agent()) {
        AgentScene.await(
            () ->
                scene.number("SELECT COUNT(*) FROM backfeed.sync_runs WHERE status = 'running'")
                    == 1);
        assertThat(first.isClosed()).isFalse();
      }
      assertThat(scene.text("SELECT status FROM backfeed.sync_runs")).isEqualTo("cancelled");
      assertThat(scene.number("SELECT COUNT(*) FROM backfeed.agents")).isZero();
      scene.run("ALTER DESTINATION hook UNSET (max_calls_per_second)");
      try (Connection second = scene.agent()) {
        AgentScene.await(
            () ->
                scene.number(
                        "SELECT COUNT(*) FROM backfeed.sync_runs WHERE status = 'succeeded' AND"
                            + " triggered_by = 'schedule'")
                    == 1);
        assertThat(second.isClosed()).isFalse();
      }
      assertThat(scene.number("SELECT SUM(created) FROM backfeed.sync_runs")).isEqualTo(12);
      assertThat(
              scene.number(
                  "SELECT COUNT(DISTINCT CAST(context AS VARCHAR)) FROM backfeed.sync_runs"))
          .isEqualTo(1);
    }
  }

  /** The clock that schedules look at says that the window closes in ten seconds. */
  @ParameterizedTest
  @EnumSource(names = "DUCKDB")
  void aRunStopsWhenItsWindowCloses(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.slow(warehouse, folder, 60)) {
      Instant now = Instant.now();
      Instant almostSix = now.truncatedTo(ChronoUnit.DAYS).plusSeconds(6 * 3600 - 10);
      Clock clock = Clock.offset(Clock.systemUTC(), Duration.between(now, almostSix));
      scene.sync("people", "SCHEDULE EVERY 100 DAYS WINDOW '20:00' TO '06:00'");
      scene.run("UPDATE backfeed.schedules SET last_due_at = '2020-01-01 00:00:00+00'");
      try (Connection agent = scene.agent(clock)) {
        AgentScene.await(
            () ->
                scene.number(
                        "SELECT COUNT(*) FROM backfeed.sync_runs WHERE finished_at IS NOT NULL")
                    == 1);
        assertThat(agent.isClosed()).isFalse();
      }
      assertThat(scene.number("SELECT deferred FROM backfeed.sync_runs")).isBetween(30L, 59L);
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

  @ParameterizedTest
  @EnumSource
  void aRequestIsSeenOnceItIsCommitted(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.sync("people", "");
      try (Connection agent = scene.agent()) {
        scene.run("BEGIN");
        scene.run("INSERT INTO people VALUES (3, 'Cleo')");
        scene.run(REQUEST.formatted("rolled back"));
        scene.run("ROLLBACK");
        scene.run("BEGIN");
        scene.run("INSERT INTO people VALUES (3, 'Cleo')");
        scene.run(REQUEST.formatted("committed"));
        TimeUnit.SECONDS.sleep(3);
        assertThat(scene.number("SELECT COUNT(*) FROM backfeed.sync_runs")).isZero();
        scene.run("COMMIT");

        assertThat(scene.answered("committed")).isEqualTo("succeeded");
        assertThat(scene.number("SELECT SUM(created) FROM backfeed.sync_runs")).isEqualTo(3);
        assertThat(scene.number("SELECT COUNT(*) FROM backfeed.requests")).isEqualTo(1);
        assertThat(agent.isClosed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOldRequestExpires(Warehouses warehouse) throws Exception {
    try (AgentScene scene = AgentScene.on(warehouse, folder)) {
      scene.sync("people", "");
      scene.run(
          "INSERT INTO backfeed.requests (id, statement, requested_at) VALUES ('old', 'SYNC NOW"
              + " people', CURRENT_TIMESTAMP - INTERVAL '61 minutes')");
      try (Connection agent = scene.agent()) {
        assertThat(scene.answered("old")).isEqualTo("expired");
        assertThat(scene.of("old", "error")).contains("within an hour");
        assertThat(agent.isClosed()).isFalse();
      }
      assertThat(scene.number("SELECT COUNT(*) FROM backfeed.sync_runs")).isZero();
    }
  }
}
