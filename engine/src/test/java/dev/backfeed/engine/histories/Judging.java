package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What came of one statement about one sync is held against what was foretold. */
final class Judging {
  /** Calls without answer after which the breaker may be open, each with nine retries. */
  private static final int BREAKS = 2;

  /** So long a plan waits for somebody's word. */
  private static final Duration HELD_FOR = Duration.ofDays(3);

  private final History history;
  private final SyncOracle sync;
  private final Asked asked;

  /**
   * What was asked for.
   *
   * @param limit most rows to be sent
   * @param review whether the plan is to be held
   * @param what of a plan that is made now, one that was held, or one that undoes a run
   * @param mayDie whether the run may die on the way, or be taken over
   */
  record Asked(long limit, boolean review, What what, boolean mayDie, Instant now) {
    boolean plans() {
      return what == What.PLANS;
    }

    boolean undoes() {
      return what == What.UNDOES;
    }
  }

  /** Where a plan comes from. */
  enum What {
    PLANS,
    APPROVES,
    UNDOES
  }

  Judging(History history, SyncOracle sync, Asked asked) {
    this.history = history;
    this.sync = sync;
    this.asked = asked;
  }

  /**
   * Holds the run, if there was one.
   *
   * @param reads what the destination was asked for
   * @param row what the statement returned
   */
  void judge(
      Forecast forecast,
      List<Call> calls,
      long reads,
      Optional<List<Object>> row,
      Stage.Reply reply)
      throws SQLException {
    sync.backlog.consumed = false;
    review(forecast, calls, reads, row, reply);
    if (sync.backlog.consumed) {
      history.stage.play("sql DELETE FROM feed_" + sync.name);
    }
  }

  private void review(
      Forecast forecast,
      List<Call> calls,
      long reads,
      Optional<List<Object>> row,
      Stage.Reply reply)
      throws SQLException {
    Observed observed = new Observed(sync, forecast, calls);
    history.quota.count(
        asked.now(),
        reads + calls.stream().filter(c -> c.batch().isPresent()).count(),
        asked.mayDie());
    Optional<RunRecord> newest = RunRecord.newest(history.stage.engine(), sync.name);
    if (newest.isEmpty() || !isNew(newest.get())) {
      assertThat(reply.died()).as("died before it was a run").isTrue();
      assertThat(calls).isEmpty();
      return;
    }
    RunRecord run = newest.get();
    sync.lastRun = run.runId();
    sync.held = Optional.empty();
    boolean ended = reply.died() || history.stage.seized();
    sync.dead = ended && !run.ended();
    boolean spent = history.quota.mayBeUsedUp();
    boolean mayStop = spent || observed.unanswered >= BREAKS;
    RunReview review =
        new RunReview(
            sync,
            forecast,
            observed,
            run,
            new RunReview.Circumstances(asked.limit(), mayStop, spent, asked));
    if (sync.dead) {
      review.died();
      return;
    }
    if (review.ended()) {
      Instant until = asked.now().plus(HELD_FOR);
      sync.held = Optional.of(new Held(forecast, asked.limit(), until, false));
    }
    row.ifPresent(r -> run.expectRow(r));
    reply.error().ifPresent(e -> run.expectError(e));
  }

  private boolean isNew(RunRecord run) {
    boolean waits = run.status().equals("held") || run.status().equals("blocked");
    return asked.what() == What.APPROVES ? !waits : !run.runId().equals(sync.lastRun);
  }
}
