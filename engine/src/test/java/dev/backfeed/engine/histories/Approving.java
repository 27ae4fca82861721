package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What somebody says about the plan of a run: that it is sent, or that it is not. */
final class Approving {
  private final History history;
  private final SyncOracle sync;
  private final Instant now;

  Approving(History history, SyncOracle sync) {
    this.history = history;
    this.sync = sync;
    this.now = history.stage.clock().instant();
  }

  /** {@code APPROVE RUN}: exactly that plan is sent, if it still fits. */
  void approve(Optional<String> death) throws SQLException {
    if (sync.lastRun.isEmpty()) {
      return;
    }
    Optional<Held> held = sync.held.filter(plan -> plan.fits(now));
    if (death.isPresent() && held.isPresent() && !sync.paused) {
      history.stage.play(death.get());
    }
    Map<String, ObjectNode> records = history.stage.engine().vendor().records(sync.object);
    Map<String, Instant> changed = history.stage.engine().vendor().changed(sync.object);
    history.stage.engine().vendor().asked();
    Stage.Reply reply = history.stage.ours("APPROVE RUN '" + run() + "'");
    long reads = history.stage.engine().vendor().asked().size();
    if (held.isEmpty()) {
      refused(reply);
      sync.held = sync.held.filter(plan -> now.isBefore(plan.until()));
      return;
    }
    if (sync.paused) {
      assertThat(reply.result().orElseThrow().rows().get(0).get(2)).isEqualTo("paused");
      assertThat(reply.calls()).isEmpty();
      return;
    }
    Forecast forecast = held.get().forecast();
    sync.decide(forecast, records, changed);
    Judging.Asked asked =
        new Judging.Asked(held.get().limit(), false, Judging.What.APPROVES, death.isPresent(), now);
    Optional<List<Object>> row = reply.result().map(result -> result.rows().get(0));
    new Judging(history, sync, asked).judge(forecast, reply.calls(), reads, row, reply);
  }

  /** {@code REJECT RUN}. */
  void reject() throws SQLException {
    if (sync.lastRun.isEmpty()) {
      return;
    }
    Stage.Reply reply = history.stage.ours("REJECT RUN '" + run() + "'");
    if (sync.held.filter(plan -> now.isBefore(plan.until())).isEmpty()) {
      refused(reply);
    } else {
      assertThat(reply.result()).isPresent();
    }
    sync.held = Optional.empty();
  }

  private String run() throws SQLException {
    return history.stage.nameOf(sync.lastRun, sync.name);
  }

  private static void refused(Stage.Reply reply) {
    assertThat(reply.error().map(e -> e.getSQLState())).contains("55000");
    assertThat(reply.calls()).as("calls of a refused statement").isEmpty();
  }
}
