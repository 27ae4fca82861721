package dev.backfeed.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told, how often it is tried, and that several agents tell once. */
class NotificationsTest extends WithAlerts {
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void appendsOneRecord(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILED");
    fail();
    look();
    look();
    String event = fixture.query("SELECT event_id FROM backfeed.alert_events").get(0);
    String head = "[w] sync \\\"people\\\": FAILED (run " + lastRun() + ")";
    assertThat(ops.sent())
        .singleElement()
        .asString()
        .startsWith(
            "{\"op\":\"append\",\"object\":\"#oncall\",\"kind\":\"added\",\"key\":{\"event_id\":\""
                + event
                + "\"},\"fields\":{\"text\":\""
                + head
                + "\\n")
        .endsWith(
            "\"subject\":\""
                + head
                + "\",\"alert\":\"w\",\"sync\":\"people\",\"condition\":\"FAILED\",\"state\":"
                + "\"violated\",\"run_id\":\""
                + lastRun()
                + "\",\"occurred_at\":\"2026-03-01T10:00:01Z\"}}");
    assertThat(notifications("destination, object, status, attempts, error"))
        .containsExactly("ops|#oncall|sent|1|null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void triesAgainLaterAndLater(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILED");
    ops.tell("batch always unreachable no one is there");
    fail();
    look();
    look();
    assertThat(notifications("status, attempts, error"))
        .containsExactly("pending|1|no one is there");
    clock.move(Duration.ofSeconds(61));
    look();
    clock.move(Duration.ofSeconds(61));
    look();
    assertThat(notifications("status, attempts")).containsExactly("pending|2");
    clock.move(Duration.ofMinutes(3));
    ops.tell("reset");
    look();
    assertThat(notifications("status, attempts, error")).containsExactly("sent|3|null");
    assertThat(ops.sent()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void givesUpInTheEnd(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILED");
    ops.tell("batch always refused PERMISSION 403 not in this channel");
    fail();
    for (int i = 0; i < 8; i++) {
      look();
      clock.move(Duration.ofHours(2));
    }
    assertThat(notifications("status, attempts, error"))
        .containsExactly("failed|5|PERMISSION 403 not in this channel");
    succeed();
    ops.tell("reset");
    look();
    assertThat(notifications("status")).containsExactly("failed", "sent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aClaimOfADeadAgentIsTakenOver(String warehouse) throws SQLException {
    open(warehouse);
    alert("FAILED");
    fail();
    ops.beforeWrite(
        () -> {
          throw new ThreadDeath();
        });
    try {
      look();
    } catch (ThreadDeath e) {
      ops.beforeWrite(() -> {});
    }
    look();
    assertThat(notifications("status, attempts")).containsExactly("pending|1");
    clock.move(Duration.ofMinutes(5));
    look();
    assertThat(notifications("status, attempts")).containsExactly("sent|2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void saysWhyNobodyCanBeTold(String warehouse) throws SQLException {
    open(warehouse);
    fixture.ours("CREATE SYNC ALERT w ON SYNC people WHEN FAILED NOTIFY ops.\"Contact\", ops.x");
    clock.move(Duration.ofSeconds(1));
    fail();
    look();
    assertThat(notifications("object, error"))
        .containsExactly(
            "Contact|object \"Contact\" has none of the fields of a notification: text, subject,"
                + " alert, sync, condition, state, run_id, occurred_at",
            "x|null");
    fixture.ours("PAUSE DESTINATION ops");
    clock.move(Duration.ofMinutes(2));
    look();
    assertThat(notifications("object, error"))
        .contains("Contact|destination \"ops\" is paused: RESUME DESTINATION it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void severalAgentsTellOnce(String warehouse) throws Exception {
    open(warehouse);
    alert("FAILED OR BLOCKED");
    int agents = 3;
    ExecutorService threads = Executors.newFixedThreadPool(agents);
    List<EngineFixture> others = new ArrayList<>();
    for (int i = 0; i < agents; i++) {
      others.add(fixture.another());
    }
    try {
      for (int round = 1; round <= 4; round++) {
        if (round % 2 == 1) {
          fail();
        } else {
          succeed();
        }
        CyclicBarrier start = new CyclicBarrier(agents);
        List<Future<?>> looks = new ArrayList<>();
        for (EngineFixture each : others) {
          looks.add(threads.submit(() -> lookAtOnce(each, start)));
        }
        for (Future<?> each : looks) {
          each.get(60, TimeUnit.SECONDS);
        }
        look();
      }
      assertThat(events())
          .containsExactly(
              "people FAILED violated",
              "people FAILED recovered",
              "people FAILED violated",
              "people FAILED recovered");
      assertThat(ops.sent()).hasSize(4);
      assertThat(notifications("status, attempts")).hasSize(4).containsOnly("sent|1");
      assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.alert_states")).containsExactly("2");
    } finally {
      threads.shutdownNow();
      for (EngineFixture each : others) {
        each.close();
      }
    }
  }

  private static Void lookAtOnce(EngineFixture as, CyclicBarrier start) throws Exception {
    start.await(30, TimeUnit.SECONDS);
    look(as);
    return null;
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void statesGoWithTheirAlertsAndSyncs(String warehouse) throws SQLException {
    open(warehouse);
    fixture.ours("CREATE SYNC ALERT one ON SYNC people WHEN FAILED OR BLOCKED NOTIFY ops.x");
    clock.move(Duration.ofSeconds(1));
    fail();
    look();
    assertThat(fixture.row("SHOW SYNC ALERTS").toString())
        .contains("state=violated", "violations=people: FAILED");
    fixture.ours("ALTER SYNC people RENAME TO persons");
    assertThat(fixture.row("SHOW SYNC ALERTS").toString())
        .contains("on_sync=persons", "violations=persons: FAILED");
    assertThat(fixture.query("SELECT definition FROM backfeed.alerts"))
        .containsExactly(
            "CREATE SYNC ALERT \"one\" ON SYNC \"persons\" WHEN FAILED OR BLOCKED NOTIFY"
                + " \"ops\".\"x\"");
    fixture.ours("CREATE OR REPLACE SYNC ALERT one ON SYNC persons WHEN BLOCKED NOTIFY ops.x");
    assertThat(fixture.row("SHOW SYNC ALERTS").get("state")).isEqualTo("ok");
    look();
    assertThat(fixture.query("SELECT condition FROM backfeed.alert_states"))
        .containsExactly("BLOCKED");
    fixture.ours("DROP SYNC persons");
    assertThat(fixture.row("SHOW SYNC ALERTS").get("state")).isEqualTo("no sync");
    look();
    assertThat(fixture.query("SELECT condition FROM backfeed.alert_states")).isEmpty();
    fixture.ours("DROP SYNC ALERT one");
    look();
    assertThat(events()).hasSize(1);
  }
}
