package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Clauses.Mode;
import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.histories.SyncOracle.Note;
import dev.backfeed.engine.histories.SyncOracle.Passed;
import dev.backfeed.parser.command.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries what came of a run into the oracle. */
final class Outcomes {
  private final SyncOracle sync;
  private final Forecast forecast;
  private final Observed observed;
  private final RunRecord run;
  private final Instant now;
  private final Map<String, String> answers;

  /**
   * Of a run.
   *
   * @param now when it was planned
   * @param answers by key; filled until {@link #fold}
   */
  Outcomes(
      SyncOracle sync,
      Forecast forecast,
      Observed observed,
      RunRecord run,
      Instant now,
      Map<String, String> answers) {
    this.sync = sync;
    this.forecast = forecast;
    this.observed = observed;
    this.run = run;
    this.now = now;
    this.answers = answers;
  }

  /** What was answered is known. */
  void fold() {
    List<Written> written = new ArrayList<>();
    answers.forEach(
        (key, outcome) -> {
          Planned planned = forecast.planned.get(key);
          if (Set.of("created", "updated", "deleted").contains(outcome)) {
            written.add(written(key, planned, outcome));
          }
          sync.notes.remove(key);
          if (outcome.equals("failed")) {
            failed(key, planned);
          } else if (planned.removal()) {
            removed(key, planned, outcome);
          } else if (observed.missing.contains(key)
              || observed.existing.contains(key)
              || (outcome.equals("skipped") && isStillPassedOver(key, planned))) {
            passedOver(key, planned);
          } else {
            keep(key, planned, outcome);
          }
        });
    if (forecast.scope == Scope.REPAIR) {
      answers.forEach(
          (key, outcome) -> {
            if (!outcome.equals("failed")) {
              sync.verified.remove(key);
            }
          });
    }
    sync.written.put(run.runId(), written);
  }

  private Written written(String key, Planned planned, String outcome) {
    Known known = sync.state.get(key);
    Map<String, Object> before = known == null ? new TreeMap<>() : new TreeMap<>(known.values());
    if (planned.deletion()) {
      return new Written(key, planned.op(), outcome, before, Map.of(), Set.of());
    }
    boolean anew = observed.vanished.contains(key);
    Map<String, Object> after = new TreeMap<>(planned.values());
    after.keySet().retainAll(anew ? planned.anew() : planned.sent());
    return new Written(key, planned.op(), outcome, before, after, planned.beside().keySet());
  }

  private void keep(String key, Planned planned, String outcome) {
    Map<String, Object> values = new TreeMap<>(planned.values());
    if (planned.found() && !observed.vanished.contains(key)) {
      values.put("b", forecast.kept.get(key));
    }
    sync.state.put(key, Known.live(values));
    sync.present.answered(key, planned, forecast, observed.vanished.contains(key));
    sync.lost.remove(key);
    sync.passed.remove(key);
    String folded = sync.fold(key);
    sync.lingering.remove(folded);
    boolean everything = planned.sent().size() == planned.values().size();
    if (everything || outcome.equals("created")) {
      sync.disturbed.remove(folded);
    }
  }

  /** Nothing was to be said of it, so that nobody has looked whether it is there now. */
  private boolean isStillPassedOver(String key, Planned planned) {
    return sync.passed.containsKey(key) && !planned.found();
  }

  private void passedOver(String key, Planned planned) {
    boolean exists =
        observed.existing.contains(key)
            || (!observed.missing.contains(key) && sync.passed.get(key).exists());
    sync.state.remove(key);
    sync.lost.remove(key);
    sync.present.seen.put(key, planned.values().get("b"));
    sync.passed.put(key, new Passed(exists, planned.values(), now));
    if (exists) {
      sync.lingering.add(sync.fold(key));
    }
  }

  private void removed(String key, Planned planned, String outcome) {
    Known known = sync.state.remove(key);
    boolean wasLost = sync.lost.remove(key) != null;
    boolean there = outcome.equals("updated") || (known != null && !observed.missing.contains(key));
    if (!planned.deletion() && there && !forecast.superseded.contains(key)) {
      Map<String, Object> values = new TreeMap<>(planned.values());
      if (planned.found()) {
        values.put("b", forecast.kept.get(key));
      }
      sync.state.put(
          key, new Known(values, true, wasLost || known.unsure(), forecast.flagged.contains(key)));
      Leave how = planned.leave().orElseThrow();
      Wins wins = sync.definition.clauses().wins();
      if (how.writes() && how.sets("b", wins)) {
        sync.present.left(key, how.made("b"), planned, forecast);
      }
    }
    if (!sync.state.containsKey(key)) {
      sync.present.forget(key);
    }
    if (outcome.equals("deleted")) {
      sync.lingering.remove(sync.fold(key));
    } else if (!forecast.superseded.contains(key)) {
      sync.lingering.add(sync.fold(key));
    }
  }

  private void failed(String key, Planned planned) {
    long attempts = planned.attempts() + 1;
    RunRecord.Failure failure = run.failures().get(key);
    assertThat(failure).as("note of the failure of " + key).isNotNull();
    assertThat(failure.attempts()).as("attempts of " + key).isEqualTo(attempts);
    boolean givenUp = attempts >= sync.definition.maxAttempts();
    assertThat(failure.next().isEmpty()).as(key + " is given up").isEqualTo(givenUp);
    failure.next().ifPresent(next -> checkBackOff(key, attempts, next));
    sync.notes.put(
        key,
        new Note(
            true,
            planned.removal(),
            sync.payload(planned.op(), planned.values()),
            attempts,
            failure.next()));
    if (observed.vanished.contains(key)) {
      sync.state.remove(key);
      sync.present.forget(key);
      // The skeleton that its first write may have made.
      sync.lingering.add(sync.fold(key));
    }
  }

  private void checkBackOff(String key, long attempts, Instant next) {
    double seconds = Math.min(60 * Math.pow(4, (double) attempts - 1), 21_600);
    assertThat(Duration.between(now, next).toMillis())
        .as("milliseconds to the next attempt of " + key)
        .isBetween((long) (799 * seconds), (long) (1201 * seconds));
  }

  /** How far a run that has come to its end has brought the sync. */
  void through(boolean undoes) {
    Set<String> done = new TreeSet<>(answers.keySet());
    done.removeIf(key -> answers.get(key).equals("failed"));
    if (!undoes) {
      sync.backlog.answered(forecast, done);
    }
    boolean through = Set.of("succeeded", "partial").contains(run.status());
    if (sync.definition.looking().isPresent() && through && !forecast.waiting) {
      // What an undoing has put back differs, wherever it is.
      sync.reached = undoes ? sync.reached.anew() : sync.reached.after(forecast);
    }
  }

  /** Of these rows nobody is sure. */
  void doubt(Set<String> keys) {
    for (String key : keys) {
      Planned planned = forecast.planned.get(key);
      Known known = sync.state.get(key);
      boolean compares = sync.definition.clauses().wins().compares();
      if (compares && (known != null || planned.op() == Op.ADDED)) {
        sync.present.lost(key, planned.values().get("b"));
      }
      if (known != null) {
        sync.state.put(key, new Known(known.values(), false, true, known.flagged()));
      } else if (planned.op() == Op.ADDED && remembersLost()) {
        sync.lost.put(key, planned.values());
        sync.passed.remove(key);
      } else if (observed.applied.contains(key)) {
        sync.lingering.add(sync.fold(key));
      }
    }
  }

  /** Whether a record that may have been made has to be known as such. */
  private boolean remembersLost() {
    return sync.definition.clauses().removes()
        || sync.definition.clauses().wins().compares()
        || sync.definition.clauses().mode() == Mode.INSERT;
  }
}
