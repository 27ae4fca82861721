package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.driver.shell.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several agents on one warehouse: each due run and each request is carried out once. */
class AgentsMeetTest {
  private static final String DUE = " SCHEDULE EVERY 100 DAYS";

  @TempDir Path folder;

  @Test
  void eachDueRunAndEachRequestIsTakenByOneAgent() throws Exception {
    try (AgentScene scene = AgentScene.on(Warehouses.POSTGRESQL, folder)) {
      syncs(scene, 8);
      makeDue(scene);
      for (int i = 0; i < 8; i++) {
        scene.request("SYNC NOW s" + i);
      }
      try (Connection one = scene.agent("backfeed.agent.runs", "2", "ApplicationName", "one");
          Connection two = scene.agent("backfeed.agent.runs", "2", "ApplicationName", "two")) {
        AgentScene.await(() -> ended(scene) >= 8);
        AgentScene.await(
            () ->
                scene.number("SELECT COUNT(*) FROM backfeed.requests WHERE status = 'succeeded'")
                    == 8);
        assertThat(scene.number("SELECT COUNT(*) FROM backfeed.agents")).isEqualTo(2);
        assertThat(one.isValid(1) && two.isValid(1)).isTrue();
      }
      assertThat(ended(scene)).isEqualTo(8);
      assertThat(runs(scene, "triggered_by = 'request'")).isEqualTo(8);
    }
  }

  /** Two of three agents are killed in the midst: the third does what they leave. */
  @Test
  @Tag("slow")
  void whatDeadAgentsLeaveIsDoneOnceByTheOther() throws Exception {
    try (AgentScene scene = AgentScene.on(Warehouses.POSTGRESQL, folder)) {
      syncs(scene, 50);
      List<Process> agents = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          agents.add(start(scene.url(), folder.resolve("agent" + i + ".txt")));
        }
        AgentScene.await(() -> scene.number("SELECT COUNT(*) FROM backfeed.agents") == 3);
        makeDue(scene);
        AgentScene.await(() -> ended(scene) >= 5);
        agents.get(0).destroyForcibly();
        AgentScene.await(() -> ended(scene) >= 10);
        agents.get(1).destroyForcibly();
        AgentScene.await(() -> ended(scene) >= 50);
        AgentScene.await(
            () ->
                scene.number("SELECT COUNT(*) FROM backfeed.schedules WHERE agent IS NOT NULL")
                    == 0);
      } finally {
        agents.forEach(Process::destroy);
        for (Process agent : agents) {
          agent.waitFor();
        }
      }
      assertThat(ended(scene)).isEqualTo(50);
      assertThat(runs(scene, "status NOT IN ('succeeded', 'interrupted')")).isZero();
      assertThat(
              scene.number(
                  "SELECT COUNT(DISTINCT sync) FROM backfeed.sync_runs WHERE status = 'succeeded'"))
          .isEqualTo(50);
      assertThat(
              scene.number(
                  "SELECT COUNT(*) FROM backfeed.agents WHERE seen_at > now() - "
                      + "INTERVAL '1 second'"))
          .isZero();
    }
  }

  private static void syncs(AgentScene scene, int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      scene.sync("s" + i, DUE);
    }
  }

  /** All at once, as if they had been taken long ago. */
  private static void makeDue(AgentScene scene) throws SQLException {
    scene.run("UPDATE backfeed.schedules SET last_due_at = '2020-01-01 00:00:00+00'");
  }

  private static long ended(AgentScene scene) throws SQLException {
    return runs(scene, "triggered_by = 'schedule' AND status = 'succeeded'");
  }

  private static long runs(AgentScene scene, String condition) throws SQLException {
    return scene.number("SELECT COUNT(*) FROM backfeed.sync_runs WHERE " + condition);
  }

  private static Process start(String url, Path output) throws Exception {
    Files.createFile(output);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "agent",
            url)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
