package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One {@code SYNC NOW}: foretold, made, reviewed. */
final class Running {
  private final History history;
  private final Request request;
  private final List<SyncOracle> syncs;
  private final Instant now;

  /**
   * What is asked for.
   *
   * @param first of the syncs
   * @param both whether the other one is run as well
   * @param review whether the plan is to be held
   * @param limit most rows to be sent; 0 for any number
   * @param death where the run dies or is taken over: {@code die after WRITE 1}
   */
  record Request(
      int first,
      boolean both,
      Scope scope,
      boolean dry,
      boolean review,
      long limit,
      Optional<String> death) {
    static Request plain(int first) {
      return new Request(first, false, Scope.CHANGES, false, false, 0, Optional.empty());
    }

    static Request full(int first) {
      return new Request(first, false, Scope.FULL, false, false, 0, Optional.empty());
    }
  }

  Running(History history, Request request) {
    this.history = history;
    this.request = request;
    this.syncs = new ArrayList<>(List.of(history.sync(request.first())));
    if (request.both() && request.death().isEmpty() && history.syncs.size() > 1) {
      syncs.add(history.sync(request.first() + 1));
    }
    this.now = history.stage.clock().instant();
  }

  void run() throws SQLException {
    if (request.death().isPresent()) {
      history.stage.play(request.death().get());
    }
    Map<String, Map<String, ObjectNode>> records = new HashMap<>();
    Map<String, Map<String, Instant>> changed = new HashMap<>();
    for (SyncOracle sync : syncs) {
      changed.put(sync.object, history.stage.engine().vendor().changed(sync.object));
      records.put(sync.object, history.stage.engine().vendor().records(sync.object));
    }
    history.stage.engine().vendor().asked();
    Stage.Reply reply = history.stage.ours(statement());
    long reads = history.stage.engine().vendor().asked().size();
    for (int i = 0; i < syncs.size(); i++) {
      SyncOracle sync = syncs.get(i);
      List<Call> calls =
          reply.calls().stream().filter(call -> call.object().equals(sync.object)).toList();
      Optional<List<Object>> row = row(reply, i);
      boolean described = calls.stream().allMatch(call -> call.batch().isPresent());
      Forecast forecast = sync.forecast(history.rows, request.scope(), now, described);
      if (!request.dry() && !sync.paused) {
        sync.decide(forecast, records.get(sync.object), changed.get(sync.object));
      }
      if (request.dry()) {
        dry(sync, forecast, calls, row);
      } else if (sync.paused) {
        assertThat(row.orElseThrow().subList(2, 16)).as("paused").startsWith("paused", 0L, 0L);
        assertThat(calls).isEmpty();
      } else {
        long limit = request.limit() > 0 ? request.limit() : Long.MAX_VALUE;
        Judging.Asked asked =
            new Judging.Asked(
                limit, request.review(), Judging.What.PLANS, request.death().isPresent(), now);
        new Judging(history, sync, asked).judge(forecast, calls, i == 0 ? reads : 0, row, reply);
      }
    }
  }

  private String statement() {
    return "SYNC NOW "
        + String.join(", ", syncs.stream().map(s -> s.name).toList())
        + (request.scope() == Scope.CHANGES ? "" : " " + request.scope())
        + (request.dry() ? " DRY RUN" : "")
        + (request.review() ? " FOR REVIEW" : "")
        + (request.limit() > 0 ? " LIMIT " + request.limit() : "");
  }

  private static Optional<List<Object>> row(Stage.Reply reply, int number) {
    return reply.result().map(result -> result.rows().get(number));
  }

  private static void dry(
      SyncOracle sync, Forecast forecast, List<Call> calls, Optional<List<Object>> row) {
    if (!calls.isEmpty()) {
      // The destination could not be asked for its object.
      row.ifPresent(r -> assertThat(r.get(2)).isEqualTo("failed"));
      return;
    }
    assertThat(row).isPresent();
    assertThat(row.get().get(0)).as("run id of a dry run").isNull();
    assertThat(row.get().get(2)).isEqualTo("dry_run");
    if (sync.dead) {
      // It writes nothing, so it does not settle the run that died: it is unsure of fewer rows.
      return;
    }
    assertThat(row.get().subList(3, 9))
        .as("what a dry run foretells")
        .containsExactly(
            forecast.selected,
            forecast.unchanged(),
            forecast.count(Forecast.Op.ADDED),
            forecast.count(Forecast.Op.CHANGED),
            forecast.count(Forecast.Op.REMOVED),
            forecast.count(Forecast.Op.RESENT));
    assertThat(row.get().get(13)).as("rejected").isEqualTo(forecast.rejectedRows);
    String said = String.valueOf(row.get().get(19));
    assertThat(said.startsWith("would fail")).as("fails").isEqualTo(forecast.refused);
    assertThat(said.startsWith("would be blocked"))
        .as("blocked")
        .isEqualTo(!forecast.refused && forecast.blocked.isPresent());
  }
}
