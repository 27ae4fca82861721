package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.parser.command.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One sync as the language page has it: what the destination acknowledged, what is noted about rows
 * that were not, and from both what the next run has to do. Knows nothing of how the engine does
 * it.
 */
final class SyncOracle {
  /**
   * BASELINE never asks the destination, so it does not know that an object compares keys without
   * case, and takes rows that are one record for two; later runs believe it. To be removed with
   * that gap.
   */
  static final boolean BASELINE_TAKES_TWINS = true;

  final String name;
  final String object;
  final boolean folded;
  final Map<String, Known> state = new TreeMap<>();
  final Map<String, Note> notes = new TreeMap<>();

  /** Records that a call without answer may have made, as they were sent, by key. */
  final Map<String, Map<String, Object>> lost = new TreeMap<>();

  /** Rejections that were logged: by key, why. */
  final Map<String, String> rejections = new TreeMap<>();

  /** Records that nothing will remove, as the destination compares keys. */
  final Set<String> lingering = new TreeSet<>();

  /** Records that may differ from the state, until they are sent whole. */
  final Set<String> disturbed = new TreeSet<>();

  Definition definition;
  boolean paused;
  String lastRun = "";

  /** Whether the last run died and no other has settled it. */
  boolean dead;

  SyncOracle(String name, String object, Definition definition) {
    this.name = name;
    this.object = object;
    this.folded = object.startsWith("Folded");
    this.definition = definition;
  }

  /**
   * What is known of a record.
   *
   * @param values as acknowledged last
   * @param removed whether its row has left the query and the record was kept
   * @param unsure whether a later answer about it got lost
   */
  record Known(Map<String, Object> values, boolean removed, boolean unsure) {}

  /**
   * What is noted of a row that was not acknowledged.
   *
   * @param failed whether it was refused; else it had no answer
   * @param payload what was refused: while it is the same, attempts count
   * @param next before this time it is left alone; empty where that was its last attempt
   */
  record Note(boolean failed, List<Object> payload, long attempts, Optional<Instant> next) {
    String reason() {
      return !failed ? "PENDING" : next.isPresent() ? "FAILED" : "GIVEN_UP";
    }
  }

  String fold(String key) {
    return folded ? key.toLowerCase(Locale.ROOT) : key;
  }

  /** The rows of the query's result. */
  List<Row> result(List<Row> table) {
    return table.stream().filter(row -> row.flag() || !definition.filtered()).toList();
  }

  /** Rows that may be sent: key not null, not repeated, numbers finite. */
  List<Row> valid(List<Row> table) {
    List<Row> result = result(table);
    Map<String, Long> times = times(result, this::fold);
    return result.stream()
        .filter(row -> row.id() != null && times.get(fold(row.id())) == 1)
        .filter(row -> mapped(row).values().stream().allMatch(Values::sendable))
        .toList();
  }

  Map<String, Object> mapped(Row row) {
    Map<String, Object> values = new TreeMap<>(row.fields());
    values.keySet().retainAll(definition.fields());
    return values;
  }

  /**
   * What a run would do now.
   *
   * @param described whether the destination says how it compares keys
   */
  Forecast forecast(List<Row> table, Scope scope, Instant now, boolean described) {
    Forecast forecast = new Forecast(scope, now, described ? this::fold : key -> key);
    List<Row> result = result(table);
    Map<String, Long> times = times(result, forecast.fold);
    forecast.selected = result.size();
    for (Row row : result) {
      if (row.id() == null) {
        reject(forecast, "", "NULL_KEY");
      } else if (times.get(forecast.fold.apply(row.id())) > 1) {
        reject(forecast, row.id(), "REPEATED_KEY");
      } else {
        compare(forecast, row);
      }
    }
    remove(forecast, result);
    guard(forecast);
    return forecast;
  }

  private static void reject(Forecast forecast, String key, String why) {
    forecast.rejected.put(key, why);
    forecast.rejectedRows++;
  }

  private void compare(Forecast forecast, Row row) {
    Map<String, Object> model = mapped(row);
    if (!model.values().stream().allMatch(Values::sendable)) {
      reject(forecast, row.id(), "NOT_FINITE");
      return;
    }
    Known known = state.get(row.id());
    Object rank = definition.ordered() ? row.fields().get("a") : null;
    if (known == null) {
      plan(forecast, row.id(), Op.ADDED, model, model.keySet(), true, rank);
      return;
    }
    Set<String> differing = new TreeSet<>();
    Map<String, Object> values = new TreeMap<>(known.values());
    model.forEach(
        (field, value) -> {
          if (!Values.same(value, known.values().get(field))) {
            differing.add(field);
            values.put(field, value);
          }
        });
    boolean whole = forecast.scope == Scope.FULL || known.unsure();
    if (!differing.isEmpty()) {
      plan(forecast, row.id(), Op.CHANGED, values, differing, whole, rank);
    } else if (whole) {
      plan(forecast, row.id(), Op.RESENT, values, differing, true, rank);
    } else if (known.removed()) {
      forecast.returned.add(row.id());
    }
  }

  /** Rejected is not removed: a key that is in the result in any form is not. */
  private void remove(Forecast forecast, List<Row> result) {
    Set<String> present = new TreeSet<>();
    Set<String> frozen = new TreeSet<>();
    for (Row row : result) {
      if (row.id() != null) {
        present.add(row.id());
        if (forecast.rejected.containsKey(row.id())) {
          frozen.add(forecast.fold.apply(row.id()));
        }
      }
    }
    Set<String> presentFolded = present.stream().map(forecast.fold).collect(Collectors.toSet());
    Map<String, Map<String, Object>> held = new TreeMap<>(lost);
    state.forEach((key, known) -> held.put(key, known.values()));
    state.entrySet().stream()
        .filter(s -> s.getValue().removed())
        .forEach(s -> held.remove(s.getKey()));
    held.forEach(
        (key, values) -> {
          String folded = forecast.fold.apply(key);
          if (!present.contains(key) && !frozen.contains(folded)) {
            plan(forecast, key, Op.REMOVED, values, Set.of(), true, null);
            if (presentFolded.contains(folded)) {
              forecast.superseded.add(key);
            }
          }
        });
  }

  private void plan(
      Forecast forecast,
      String key,
      Op op,
      Map<String, Object> values,
      Set<String> differing,
      boolean whole,
      Object rank) {
    Note note = notes.get(key);
    boolean again = note != null && note.failed() && note.payload().equals(payload(op, values));
    boolean givenUp = again && note.attempts() >= definition.maxAttempts();
    boolean retry = forecast.scope == Scope.RETRY;
    if (givenUp && op != Op.REMOVED && !retry) {
      reject(forecast, key, "GIVEN_UP");
      return;
    }
    boolean owed = note != null || lost.containsKey(key);
    boolean backsOff = again && note.next().filter(forecast.now::isBefore).isPresent();
    boolean unsure = state.containsKey(key) && state.get(key).unsure();
    boolean held = retry ? !owed && !unsure : givenUp || backsOff;
    long attempts = again && !(retry && givenUp) ? note.attempts() : 0;
    forecast.planned.put(
        key, new Planned(op, values, Set.copyOf(differing), whole, held, owed, attempts, rank));
  }

  private void guard(Forecast forecast) {
    long live = state.values().stream().filter(known -> !known.removed()).count();
    long removals =
        forecast.planned.values().stream().filter(p -> p.removal() && p.isNew()).count();
    long changes =
        forecast.planned.values().stream()
            .filter(p -> (p.op() == Op.ADDED || p.op() == Op.CHANGED) && p.isNew())
            .count();
    if (forecast.selected == 0 && live > 0 && !definition.allowEmpty()) {
      forecast.blocked = Optional.of("the query is empty");
    } else if (definition.removals() > 0 && removals > definition.removals()) {
      forecast.blocked = Optional.of(removals + " of " + live + " rows would be removed");
    } else if (definition.changes() > 0 && changes > definition.changes()) {
      forecast.blocked = Optional.of(changes + " rows would be added or changed");
    }
  }

  /** The identity of what is sent of a row. */
  List<Object> payload(Op op, Map<String, Object> values) {
    List<Object> payload = new ArrayList<>(List.of(op, definition.fields()));
    for (String field : definition.fields()) {
      Object value = values.get(field);
      payload.add(
          value instanceof java.math.BigDecimal number ? number.stripTrailingZeros() : value);
    }
    return payload;
  }

  static Map<String, Long> times(List<Row> rows, Function<String, String> fold) {
    return rows.stream()
        .filter(row -> row.id() != null)
        .collect(Collectors.groupingBy(row -> fold.apply(row.id()), Collectors.counting()));
  }
}
