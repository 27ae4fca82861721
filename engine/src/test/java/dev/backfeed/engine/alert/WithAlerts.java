package dev.backfeed.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.MovableClock;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.push.People;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Ten people who are synced to {@code crm}, and {@code ops}, which is told of them. */
abstract class WithAlerts {
  static final String RUN = "SYNC NOW people";

  final MovableClock clock = new MovableClock("2026-03-01T10:00:00Z");
  EngineFixture fixture;
  ScriptedVendor crm;
  ScriptedVendor ops;

  final void open(String warehouse) throws SQLException {
    fixture = EngineFixture.on(TestWarehouse.named(warehouse), clock);
    crm = fixture.vendor();
    ops = fixture.vendor("ops");
    fixture.ours("CREATE DESTINATION ops TYPE scripted");
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR)");
    fixture.sql("INSERT INTO people SELECT g, 'n' || g FROM generate_series(1, 10) AS t(g)");
    fixture.ours("CREATE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT * FROM people");
  }

  /** An alert of all syncs, after which some time goes by. */
  final void alert(String conditions) throws SQLException {
    fixture.ours("CREATE SYNC ALERT w ON ALL SYNCS WHEN " + conditions + " NOTIFY ops.\"#oncall\"");
    clock.move(Duration.ofSeconds(1));
  }

  final void look() throws SQLException {
    look(fixture);
  }

  static void look(EngineFixture as) throws SQLException {
    AgentDesk desk = as.desk("agent");
    desk.watch(() -> false);
  }

  /** A run that fails: nothing answers. */
  final void fail() throws SQLException {
    crm.tell("batch always unreachable no one is there");
    fixture.sql("UPDATE people SET name = name || '!'");
    try {
      fixture.ours(RUN);
      throw new AssertionError("it did not fail");
    } catch (StatementException e) {
      assertThat(e.getSQLState()).isEqualTo("XB001");
    }
    crm.tell("reset");
    clock.move(Duration.ofMinutes(1));
  }

  final void succeed() throws SQLException {
    assertThat(fixture.run(RUN)).startsWith("succeeded");
    clock.move(Duration.ofMinutes(1));
  }

  final List<String> events() throws SQLException {
    return fixture.query(
        "SELECT COALESCE(sync, '-') || ' ' || condition || ' ' || state FROM backfeed.alert_events"
            + " ORDER BY event_id");
  }

  final List<String> notifications(String columns) throws SQLException {
    return fixture.query(
        "SELECT " + columns + " FROM backfeed.alert_notifications ORDER BY event_id, object");
  }

  final String message() throws SQLException {
    return fixture
        .query("SELECT message FROM backfeed.alert_events ORDER BY event_id DESC LIMIT 1")
        .get(0);
  }

  final String lastRun() throws SQLException {
    return fixture
        .query("SELECT run_id FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1")
        .get(0);
  }

  @AfterEach
  final void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }
}
