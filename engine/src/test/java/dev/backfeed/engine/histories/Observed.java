package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a destination saw of one run: each change is held against the forecast, and what was
 * answered is kept by key.
 */
final class Observed {
  /** Troubles after which a run makes no more calls. */
  private static final Set<String> STOPS =
      Set.of("credentials", "misconfigured", "quota", "throttled");

  /** Key to created, updated, deleted or failed. */
  final Map<String, String> answers = new TreeMap<>();

  /** Keys of rows that may have been taken, and have no answer. */
  final Set<String> doubtful = new TreeSet<>();

  /** Keys in the order in which they were sent first. */
  final Set<String> sent = new LinkedHashSet<>();

  /** Keys whose record had gone. */
  final Set<String> vanished = new TreeSet<>();

  /** Keys that the destination did not have, of rows that were not to make any. */
  final Set<String> missing = new TreeSet<>();

  /** Keys that it had, of rows that were to make them. */
  final Set<String> existing = new TreeSet<>();

  /** Keys that were taken by a call, answered or not. */
  final Set<String> applied = new TreeSet<>();

  /** The first trouble that stopped the run. */
  Optional<String> stop = Optional.empty();

  boolean stoppedWriting;

  /** Why the destination could not be asked for its object. */
  Optional<String> undescribed = Optional.empty();

  int unanswered;
  private final SyncOracle sync;
  private final Forecast forecast;
  private final Set<String> refused = new TreeSet<>();
  private Set<String> family = Set.of();
  private boolean familyInDoubt;

  Observed(SyncOracle sync, Forecast forecast, List<Call> calls) {
    this.sync = sync;
    this.forecast = forecast;
    for (Call call : calls) {
      if (call.batch().isPresent()) {
        take(call, call.batch().get());
      } else {
        undescribed = Optional.of(call.trouble());
      }
    }
    endFamily();
  }

  /** The run had no call left for what it planned. */
  void stopped(String why) {
    stop = Optional.of(why);
    stoppedWriting = true;
  }

  private void take(Call call, Batch batch) {
    Set<String> keys = batch.changes().stream().map(Change::recordKey).collect(Collectors.toSet());
    if (!family.containsAll(keys)) {
      endFamily();
      family = keys;
    }
    batch.changes().forEach(change -> check(batch, change));
    if (call.applied()) {
      applied.addAll(keys);
    }
    if (call.answer().isEmpty()) {
      trouble(call, batch, keys);
    } else if (call.answer().get() instanceof Answer.Answered answered) {
      answered.outcomes().forEach(o -> settle(batch.changes().get(o.index()), o));
    } else if (keys.size() == 1) {
      answers.put(keys.iterator().next(), "failed");
    } else {
      refused.addAll(keys);
    }
  }

  /** What the engine cut as one batch is in doubt as one. */
  private void endFamily() {
    if (familyInDoubt) {
      family.stream().filter(key -> !answers.containsKey(key)).forEach(doubtful::add);
    }
    familyInDoubt = false;
  }

  private void trouble(Call call, Batch batch, Set<String> keys) {
    familyInDoubt |=
        call.trouble().equals("unknown_outcome") || keys.stream().anyMatch(vanished::contains);
    if (STOPS.contains(call.trouble())) {
      stop = stop.isPresent() ? stop : Optional.of(call.trouble());
      stoppedWriting |= batch.operation() != Operation.DELETE;
    } else {
      unanswered++;
    }
    refused.addAll(keys);
  }

  private void check(Batch batch, Change change) {
    String key = change.recordKey();
    String who = sync.name + " sends " + key;
    Planned planned = forecast.planned.get(key);
    assertThat(planned).as(who + ", for which there is no reason").isNotNull();
    assertThat(planned.held()).as(who + ", which is to wait").isFalse();
    assertThat(batch.object()).isEqualTo(sync.object);
    assertThat(change.kind().name()).as(who).isEqualTo(planned.op().name());
    assertThat(batch.operation()).as(who).isEqualTo(operation(planned));
    boolean again = !sent.add(key);
    if (again) {
      boolean reason = refused.contains(key) || vanished.contains(key);
      assertThat(reason).as(who + " twice").isTrue();
    }
    if (planned.removal()) {
      assertThat(forecast.superseded)
          .as(who + " as removed, though it is in the result")
          .doesNotContain(key);
      checkFields(who, change, planned, false);
    } else {
      assertThat(sent.stream().anyMatch(k -> forecast.planned.get(k).removal()))
          .as(who + " after removals")
          .isFalse();
      checkFields(who, change, planned, again && vanished.contains(key));
    }
  }

  private void checkFields(String who, Change change, Planned planned, boolean again) {
    Map<String, Object> fields = Values.read(change.fields());
    Map<String, Object> wanted = planned.fields(again);
    assertThat(Values.sameFields(fields, wanted))
        .as(who + ": " + fields + " instead of " + wanted)
        .isTrue();
    Clauses clauses = sync.definition.clauses();
    // A field for new records only that has no value would say nothing in a second call either.
    boolean either =
        clauses.wins() == Clauses.Wins.ON_CREATE_ONLY
            && clauses.ignoring().contains("b")
            && planned.values().get("b") == null;
    if (!planned.removal() && !either) {
      assertThat(change.whole()).as(who + " whole").isEqualTo(again || planned.whole());
    }
  }

  private Operation operation(Planned planned) {
    if (planned.removal()) {
      return planned.deletion() ? Operation.DELETE : Operation.UPDATE;
    }
    return Operation.valueOf(sync.definition.clauses().mode().name());
  }

  private void settle(Change change, Outcome outcome) {
    String key = change.recordKey();
    boolean second = vanished.contains(key);
    boolean skeleton =
        outcome.status() == Status.CREATED
            && forecast.planned.get(key).op() != Op.ADDED
            && !change.whole();
    if (skeleton || (outcome.status() == Status.VANISHED && !second)) {
      vanished.add(key);
    } else if (second && outcome.status() == Status.UPDATED) {
      answers.put(key, "created");
    } else if (outcome.status() == Status.MISSING) {
      missing.add(key);
      answers.put(key, "skipped");
    } else if (outcome.status() == Status.EXISTS) {
      // It is there because of the call whose answer got lost, as far as anyone can tell.
      boolean ours = sync.lost.containsKey(key);
      answers.put(key, ours ? "created" : "skipped");
      if (!ours) {
        existing.add(key);
      }
    } else {
      answers.put(key, outcome.status().name().toLowerCase(Locale.ROOT));
    }
  }
}
