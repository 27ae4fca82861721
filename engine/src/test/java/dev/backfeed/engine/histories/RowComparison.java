package dev.backfeed.engine.histories;

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
    Known known = sync.state.get(row.id());
    if (!sync.holds(row)) {
      SyncOracle.reject(forecast, row.id(), "CONSTRAINT");
    } else if (!isUntouchable(row.id()) && !model.values().stream().allMatch(Values::sendable)) {
      SyncOracle.reject(forecast, row.id(), "NOT_FINITE");
    } else if (known != null) {
      compareKnown(row, model, known);
    } else {
      compareUnknown(row, model);
    }
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
    Set<String> differing =
        clauses.mode() == Mode.INSERT
            ? new TreeSet<>()
            : differing(model, decided(row.id(), known.values()));
    Map<String, Object> values = new TreeMap<>(known.values());
    differing.forEach(field -> values.put(field, model.get(field)));
    boolean whole =
        clauses.mode() != Mode.INSERT && (forecast.scope == Scope.FULL || known.unsure());
    boolean change = differing.stream().anyMatch(field -> !clauses.passive().contains(field));
    boolean back =
        known.removed() && clauses.mode() != Mode.INSERT && !clauses.returned().isEmpty();
    Set<String> sent = new TreeSet<>(whole ? sync.withoutIgnored(model).keySet() : differing);
    if (clauses.wins() == Wins.ON_CREATE_ONLY) {
      sent.remove("b");
    } else if (whole && clauses.wins().asks() && sent.contains("b")) {
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
