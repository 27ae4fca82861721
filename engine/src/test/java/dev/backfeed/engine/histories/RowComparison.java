package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Clauses.Mode;
import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Sending;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.histories.SyncOracle.Passed;
import dev.backfeed.parser.command.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a run has to do about rows that are in the query. */
final class RowComparison {
  /** So long a missing record is not asked for again. */
  private static final Duration RECHECK = Duration.ofHours(24);

  private final SyncOracle sync;
  private final Forecast forecast;

  RowComparison(SyncOracle sync, Forecast forecast) {
    this.sync = sync;
    this.forecast = forecast;
  }

  void compare(Row row) {
    Map<String, Object> model = sync.mapped(row);
    Definition.time(row).ifPresent(time -> forecast.times.put(row.id(), time));
    Known known = sync.state.get(row.id());
    if (!sync.holds(row)) {
      SyncOracle.reject(forecast, row.id(), "CONSTRAINT");
    } else if (known != null && isUnchanged(row.id(), model, known)) {
      return;
    } else if (!isUntouchable(row.id()) && !model.values().stream().allMatch(Values::sendable)) {
      if (known != null) {
        Map<String, Object> decided = decided(row.id(), known.values());
        differing(model, decided).stream()
            .filter(field -> !isOurs(field, decided, known))
            .forEach(field -> hasToHold(row.id(), field, model));
      }
      SyncOracle.reject(forecast, row.id(), "NOT_FINITE");
    } else if (known != null) {
      compareKnown(row, model, known);
    } else {
      compareUnknown(row, model);
    }
  }

  /** Whether it differs in passive fields at most: nothing of it is looked at any closer. */
  private boolean isUnchanged(String key, Map<String, Object> model, Known known) {
    Clauses clauses = sync.definition.clauses();
    return forecast.scope != Scope.FULL
        && !known.removed()
        && !sync.isUnsure(key, known, forecast.scope)
        && clauses.passive().containsAll(differing(model, decided(key, known.values())));
  }

  /** Whether whatever the query says of a key goes nowhere. */
  private boolean isUntouchable(String key) {
    boolean taken = sync.passed.containsKey(key) && sync.passed.get(key).exists();
    return sync.definition.clauses().mode() == Mode.INSERT
        && (taken || sync.state.containsKey(key));
  }

  private void compareUnknown(Row row, Map<String, Object> model) {
    Passed before = sync.passed.get(row.id());
    Op op = Op.ADDED;
    Map<String, Object> values = model;
    Map<String, Object> sent = sync.withoutIgnored(model);
    if (before != null && isRemembered(row.id(), before, model, forecast.now)) {
      if (forecast.scope != Scope.FULL || sync.definition.clauses().mode() == Mode.INSERT) {
        return;
      }
      op = Op.RESENT;
      if (sync.definition.clauses().wins() == Wins.ON_CREATE_ONLY) {
        sent.remove("b");
      }
      values = new TreeMap<>(before.values());
      values.putAll(sent);
    }
    sync.plan(forecast, row.id(), new Sending(op, values, sent.keySet(), Map.of(), rank(row)));
  }

  /** Whether it is not asked for again. */
  private boolean isRemembered(String row, Passed before, Map<String, Object> model, Instant now) {
    if (sync.definition.clauses().mode() == Mode.INSERT) {
      return before.exists();
    }
    return sync.definition.clauses().mode() == Mode.UPDATE
        && !before.exists()
        && sync.definition
            .clauses()
            .passive()
            .containsAll(differing(model, decided(row, before.values())))
        && before.at().isAfter(now.minus(RECHECK));
  }

  private void compareKnown(Row row, Map<String, Object> model, Known known) {
    Clauses clauses = sync.definition.clauses();
    Map<String, Object> decided = decided(row.id(), known.values());
    Set<String> differing =
        clauses.mode() == Mode.INSERT ? new TreeSet<>() : differing(model, decided);
    Set<String> undone = new TreeSet<>(differing);
    undone.removeIf(field -> !isOurs(field, decided, known));
    differing.removeIf(field -> !undone.contains(field) && hasToHold(row.id(), field, model));
    Map<String, Object> values = new TreeMap<>(known.values());
    differing.forEach(field -> values.put(field, model.get(field)));
    boolean whole =
        clauses.mode() != Mode.INSERT
            && (forecast.scope == Scope.FULL || sync.isUnsure(row.id(), known, forecast.scope));
    boolean change =
        differing.stream().anyMatch(f -> undone.contains(f) || !clauses.passive().contains(f));
    boolean back =
        known.removed() && clauses.mode() != Mode.INSERT && !clauses.returned().isEmpty();
    Set<String> sent = new TreeSet<>(whole ? sync.withoutIgnored(model).keySet() : differing);
    if (clauses.wins() == Wins.ON_CREATE_ONLY) {
      sent.remove("b");
    } else if (whole
        && clauses.wins().asks()
        && sent.contains("b")
        && !forecast.holding.waits(row.id(), "b")) {
      values.put("b", model.get("b"));
    }
    Map<String, Object> beside = known.removed() ? clauses.returned() : Map.of();
    if (change || back) {
      sync.plan(forecast, row.id(), new Sending(Op.CHANGED, values, sent, beside, rank(row)));
    } else if (whole) {
      sync.plan(forecast, row.id(), new Sending(Op.RESENT, values, sent, beside, rank(row)));
    } else if (known.removed()) {
      forecast.returned.add(row.id());
    }
  }

  /** Whether a row that is back has there what we made of it when it left. */
  private boolean isOurs(String field, Map<String, Object> held, Known known) {
    Clauses clauses = sync.definition.clauses();
    Leave how = known.flagged() ? clauses.flagged().orElse(Leave.KEEP) : clauses.left();
    if (known.flagged() && clauses.flagged().isEmpty()) {
      how = clauses.left();
    }
    return known.removed()
        && how.writes()
        && how.sets(field, clauses.wins())
        && Values.same(held.get(field), how.made(field));
  }

  private boolean hasToHold(String key, String field, Map<String, Object> model) {
    Clauses clauses = sync.definition.clauses();
    return clauses.holds(field)
        && !forecast.holding.see(
            key,
            field,
            model.get(field),
            clauses.stable().orElseThrow(),
            forecast.now,
            sync.holding);
  }

  /** What the query's values are compared with. */
  private Map<String, Object> decided(String key, Map<String, Object> held) {
    Map<String, Object> decided = new TreeMap<>(held);
    if (sync.definition.clauses().wins().asks() && sync.present.seen.containsKey(key)) {
      decided.put("b", sync.present.seen.get(key));
    }
    return decided;
  }

  private Object rank(Row row) {
    return sync.definition.ordered() ? row.fields().get("a") : null;
  }

  private Set<String> differing(Map<String, Object> model, Map<String, Object> held) {
    return sync.withoutIgnored(model).entrySet().stream()
        .filter(
            field ->
                !field.getKey().equals("b")
                    || sync.definition.clauses().wins() != Wins.ON_CREATE_ONLY)
        .filter(field -> !Values.same(field.getValue(), held.get(field.getKey())))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
