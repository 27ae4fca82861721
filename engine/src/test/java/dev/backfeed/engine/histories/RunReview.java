package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.histories.Clauses.Expected;
import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.histories.SyncOracle.Note;
import dev.backfeed.parser.command.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds what a run reports and writes down against the forecast and what the destination saw. */
final class RunReview {
  private final SyncOracle sync;
  private final Forecast forecast;
  private final Observed observed;
  private final RunRecord run;
  private final Circumstances circumstances;
  private final Map<String, String> answers;
  private final Outcomes outcomes;

  /**
   * Under what a run was made.
   *
   * @param limit most rows to be sent
   * @param mayStop whether quota or breaker may have ended it
   * @param spent whether there may have been no calls left
   */
  record Circumstances(long limit, boolean mayStop, boolean spent, Judging.Asked asked) {
    Instant now() {
      return asked.now();
    }
  }

  RunReview(
      SyncOracle sync,
      Forecast forecast,
      Observed observed,
      RunRecord run,
      Circumstances circumstances) {
    this.sync = sync;
    this.forecast = forecast;
    this.observed = observed;
    this.run = run;
    this.circumstances = circumstances;
    this.answers = new TreeMap<>(observed.answers);
    this.outcomes = new Outcomes(sync, forecast, observed, run, circumstances.now(), answers);
  }

  /** A run that came to its end, whatever that was; whether its plan waits for a word. */
  boolean ended() {
    boolean spent = observed.undescribed.filter("quota"::equals).isPresent();
    if (observed.undescribed.isPresent() && !spent) {
      assertThat(run.status()).isEqualTo("failed");
      assertThat(run.counters()).allSatisfy((name, count) -> assertThat(count).as(name).isZero());
      return false;
    }
    boolean sends = !forecast.sendable().isEmpty();
    boolean review = circumstances.asked().review() && sends;
    boolean stays = forecast.refused || forecast.blocked.isPresent() || review;
    if (stays && circumstances.asked().plans()) {
      assertThat(run.status())
          .as(forecast.blocked.orElse("a constraint does not hold, or it is to be held"))
          .isEqualTo(
              forecast.refused ? "failed" : forecast.blocked.isPresent() ? "blocked" : "held");
      assertThat(observed.sent).as("sent by a blocked run").isEmpty();
      sync.paused |= forecast.refused && sync.definition.clauses().expected() == Expected.STOPPING;
      checkPlanCounters();
      checkAnswerCounters();
      plannedOnly();
      return !forecast.refused && sends;
    }
    if (spent && sends) {
      observed.stopped("quota");
    }
    expectSkips();
    expectReached();
    checkPlanCounters();
    checkAnswerCounters();
    assertThat(run.answers()).as("answers in sync_log").isEqualTo(logged());
    assertThat(run.status()).as("status of " + run.counters()).isIn(statuses());
    plannedOnly();
    outcomes.fold();
    if (!circumstances.asked().undoes()) {
      sync.notes.entrySet().removeIf(n -> !n.getValue().failed() && !waits(n.getKey()));
    }
    for (String key : forecast.sendable()) {
      if (!answers.containsKey(key)) {
        sync.notes.putIfAbsent(
            key,
            new Note(false, forecast.planned.get(key).removal(), List.of(), 0, Optional.empty()));
      }
    }
    outcomes.doubt(observed.doubtful);
    outcomes.through(circumstances.asked().undoes());
    return false;
  }

  /** A run that died: what its log has counts, of all else nobody is sure. */
  void died() {
    if (run.status().equals("planning")) {
      assertThat(observed.sent).as("sent without a plan").isEmpty();
      return;
    }
    plannedOnly();
    run.answers().keySet().stream()
        .filter(key -> isSkippedWithoutCall(key))
        .forEach(key -> answers.put(key, "skipped"));
    answers.keySet().retainAll(run.answers().keySet());
    assertThat(run.answers()).as("answers in sync_log").isEqualTo(logged());
    outcomes.fold();
    Set<String> rest = forecast.sendable();
    rest.removeAll(answers.keySet());
    outcomes.doubt(rest);
  }

  private boolean isSkippedWithoutCall(String key) {
    Planned planned = forecast.planned.get(key);
    return planned != null && !planned.held() && (isPassedBy(key) || planned.isEmpty());
  }

  /** A removal that concerns nobody at the destination. */
  private boolean isPassedBy(String key) {
    Planned planned = forecast.planned.get(key);
    return planned.removal()
        && (planned.leave().equals(Optional.of(Leave.KEEP)) || forecast.superseded.contains(key));
  }

  /** Rows that need no call are answered all the same; removals when all writes are. */
  private void expectSkips() {
    Set<String> skips = new TreeSet<>(forecast.sendable());
    skips.removeIf(key -> !isSkippedWithoutCall(key));
    Set<String> done = new TreeSet<>(run.answers().keySet());
    done.retainAll(skips);
    done.removeAll(answers.keySet());
    Set<String> passedBy = new TreeSet<>(skips);
    passedBy.removeIf(key -> !isPassedBy(key));
    if (circumstances.limit() == Long.MAX_VALUE && !stoppedWriting()) {
      assertThat(done).as("removals without a call").containsAll(passedBy);
      if (observed.stop.isEmpty() && !circumstances.mayStop()) {
        assertThat(done).as("rows without a call").isEqualTo(skips);
      }
    }
    if (stoppedWriting()) {
      assertThat(done).as("removals after a stop").noneMatch(passedBy::contains);
    }
    done.forEach(key -> answers.put(key, "skipped"));
  }

  private boolean stoppedWriting() {
    boolean writesLeft =
        forecast.sendable().stream()
            .filter(k -> !isSkippedWithoutCall(k))
            .anyMatch(k -> !forecast.planned.get(k).removal() && !observed.sent.contains(k));
    return observed.stoppedWriting || (writesLeft && circumstances.limit() == Long.MAX_VALUE);
  }

  /** Every row that could be sent was, unless something kept it from that. */
  private void expectReached() {
    Set<String> reached = new TreeSet<>(observed.sent);
    reached.addAll(answers.keySet());
    Set<String> left = forecast.sendable();
    long most = Math.min(circumstances.limit(), left.size());
    assertThat((long) reached.size()).as("rows sent").isLessThanOrEqualTo(most);
    left.removeAll(reached);
    boolean stopped = observed.stop.isPresent() || circumstances.mayStop();
    if (!stopped) {
      assertThat((long) reached.size()).as("rows sent; not sent are " + left).isEqualTo(most);
    }
    inPushOrder(left);
  }

  /** What was left has no better place than what was sent. */
  private void inPushOrder(Set<String> left) {
    long last = Long.MIN_VALUE;
    for (String key : observed.sent) {
      long place = place(key);
      assertThat(place).as("push order " + observed.sent).isGreaterThanOrEqualTo(last);
      last = place;
    }
    for (String key : left) {
      assertThat(place(key))
          .as(key + " waits, " + observed.sent + " went")
          .isGreaterThanOrEqualTo(last);
    }
  }

  private long place(String key) {
    Planned planned = forecast.planned.get(key);
    if (planned.removal()) {
      // What is changed and what is deleted goes in calls of its own.
      return mixedRemovals() || planned.owed() ? 1_000_000 : 1_000_001;
    }
    long rank =
        !sync.definition.ordered()
            ? 0
            : planned.rank() == null ? 900 : 800 - ((Number) planned.rank()).longValue();
    return 2 * rank + (planned.owed() ? 0 : 1);
  }

  private boolean mixedRemovals() {
    return forecast.planned.values().stream()
            .filter(Planned::removal)
            .map(Planned::deletion)
            .distinct()
            .count()
        > 1;
  }

  private void checkPlanCounters() {
    run.expect("selected", forecast.selected);
    run.expect("unchanged", forecast.unchanged());
    run.expect("added", forecast.count(Op.ADDED));
    run.expect("changed", forecast.count(Op.CHANGED));
    run.expect("removed", forecast.count(Op.REMOVED));
    run.expect("resent", forecast.count(Op.RESENT));
    run.expect("rejected", forecast.rejectedRows);
  }

  private void checkAnswerCounters() {
    for (String outcome : List.of("created", "updated", "deleted", "skipped", "failed")) {
      run.expect(outcome, answers.values().stream().filter(outcome::equals).count());
    }
    run.expect("deferred", (long) forecast.planned.size() - answers.size());
  }

  private Map<String, String> logged() {
    Map<String, String> logged = new TreeMap<>();
    answers.forEach(
        (key, outcome) ->
            logged.put(
                key,
                forecast.planned.get(key).op().name().toLowerCase(java.util.Locale.ROOT)
                    + " "
                    + outcome));
    return logged;
  }

  private Set<String> statuses() {
    if (observed.stop.isPresent()) {
      return Set.of("credentials", "misconfigured").contains(observed.stop.get())
          ? Set.of("failed")
          : Set.of("partial");
    }
    boolean waiting = answers.size() < Math.min(circumstances.limit(), forecast.sendable().size());
    if (observed.unanswered > 0) {
      // Of several calls at once, either the breaker or the quota may have ended the run.
      return !answers.isEmpty()
          ? Set.of("partial")
          : circumstances.spent() ? Set.of("failed", "partial") : Set.of("failed");
    }
    return Set.of(waiting || answers.containsValue("failed") ? "partial" : "succeeded");
  }

  /** Whether a row is left to a run that is about more than REPAIR. */
  private boolean waits(String key) {
    Planned planned = forecast.planned.get(key);
    return forecast.scope == Scope.REPAIR && planned != null && planned.held();
  }

  /** What a plan changes by itself: stale notes go, returned rows are there again. */
  private void plannedOnly() {
    if (!circumstances.asked().plans()) {
      return;
    }
    sync.holding = forecast.holding;
    sync.notes.keySet().removeIf(key -> !forecast.speaksOf(key));
    Set<String> sendable = forecast.sendable();
    sync.notes
        .entrySet()
        .removeIf(
            n -> !n.getValue().failed() && !sendable.contains(n.getKey()) && !waits(n.getKey()));
    for (String key : forecast.returned) {
      Known known = sync.state.get(key);
      sync.state.put(key, new Known(known.values(), false, known.unsure(), false));
      sync.lingering.remove(sync.fold(key));
    }
    Map<String, String> fresh = new TreeMap<>(forecast.rejected);
    fresh.entrySet().removeAll(sync.rejections.entrySet());
    if (sync.definition.feeding().isPresent() && forecast.rejected.containsKey("")) {
      // Rows without a key are let go once they are told: these are others.
      fresh.put("", "NULL_KEY");
    }
    assertThat(run.rejections()).as("rejections in sync_log").isEqualTo(fresh);
    sync.rejections.clear();
    sync.rejections.putAll(forecast.rejected);
    if (sync.definition.feeding().isPresent()) {
      sync.backlog.planned(forecast);
    }
  }
}
