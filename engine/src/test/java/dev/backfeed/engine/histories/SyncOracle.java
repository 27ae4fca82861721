package dev.backfeed.engine.histories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.parser.command.Scope;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /** Keys that were missing there, or taken, when they were asked for. */
  final Map<String, Passed> passed = new TreeMap<>();

  /** Of the field whose value at the destination may stay. */
  final Present present = new Present();

  /** New values that have to hold on. */
  Holding holding = new Holding();

  /** Rejections that were logged: by key, why. */
  final Map<String, String> rejections = new TreeMap<>();

  /** Records that nothing will remove, as the destination compares keys. */
  final Set<String> lingering = new TreeSet<>();

  /** Records that may differ from the state, until they are sent whole. */
  final Set<String> disturbed = new TreeSet<>();

  /** The plan of the last run, if it waits for somebody's word. */
  Optional<Held> held = Optional.empty();

  /** Keys whose records VERIFY found to differ or to be missing, until REPAIR has sent them. */
  final Set<String> verified = new TreeSet<>();

  /** What runs have written, by run: what UNDO goes by. */
  final Map<String, List<Written>> written = new TreeMap<>();

  /** What its feed tells, if the query is one. */
  final Backlog backlog = new Backlog(this);

  Definition definition;

  /** How far it has come, where it looks at changed rows only. */
  Looking.Reached reached = Looking.Reached.NOTHING;

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
   * @param flagged whether it was removed by DELETE WHEN
   */
  record Known(Map<String, Object> values, boolean removed, boolean unsure, boolean flagged) {
    static Known live(Map<String, Object> values) {
      return new Known(values, false, false, false);
    }
  }

  /**
   * A key that was passed over.
   *
   * @param exists whether somebody's record was there; else there was none
   * @param values as they were to be sent
   */
  record Passed(boolean exists, Map<String, Object> values, Instant at) {}

  /**
   * What is noted of a row that was not acknowledged.
   *
   * @param failed whether it was refused; else it had no answer
   * @param removal whether it is about a record whose row has left
   * @param payload what was refused: while it is the same, attempts count
   * @param next before this time it is left alone; empty where that was its last attempt
   */
  record Note(
      boolean failed,
      boolean removal,
      List<Object> payload,
      long attempts,
      Optional<Instant> next) {
    String reason() {
      return !failed ? "PENDING" : next.isPresent() ? "FAILED" : "GIVEN_UP";
    }
  }

  String fold(String key) {
    return folded ? key.toLowerCase(Locale.ROOT) : key;
  }

  /** The rows of the query's result, deletions among them. */
  List<Row> result(List<Row> table) {
    return table.stream().filter(row -> row.flag() || !definition.filtered()).toList();
  }

  boolean isDeletion(Row row) {
    return (definition.clauses().flagged().isPresent() || definition.feeding().isPresent())
        && row.isGone();
  }

  /** Rows that may be sent: key not null, not repeated, numbers finite. */
  List<Row> valid(List<Row> table) {
    List<Row> result = result(table).stream().filter(row -> !isDeletion(row)).toList();
    Map<String, Long> times = Row.times(result, this::fold);
    return result.stream()
        .filter(row -> row.id() != null && times.get(fold(row.id())) == 1)
        .filter(row -> mapped(row).values().stream().allMatch(Values::sendable))
        .toList();
  }

  /** Whether the constraint, if there is one, lets a row through. */
  boolean holds(Row row) {
    Known known = state.get(row.id());
    Object before = known == null || known.removed() ? null : known.values().get("a");
    return definition.clauses().holds((BigDecimal) row.fields().get("a"), (BigDecimal) before);
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
    boolean feeds = definition.feeding().isPresent();
    List<Row> all = feeds ? backlog.rows() : result(table);
    if (feeds) {
      forecast.everything = false;
      forecast.absence = false;
    }
    List<Row> result = definition.looking().map(l -> l.look(this, all, forecast)).orElse(all);
    forecast.refused =
        definition.clauses().refuses(result.stream().filter(row -> !isDeletion(row)).toList());
    Map<String, Long> times =
        Row.times(
            feeds ? result.stream().filter(row -> !isDeletion(row)).toList() : result,
            forecast.fold);
    RowComparison comparison = new RowComparison(this, forecast);
    for (Row row : result) {
      if (isDeletion(row) && !(feeds && row.id() == null)) {
        forecast.deletions++;
        continue;
      }
      forecast.selected++;
      if (row.id() == null) {
        reject(forecast, "", "NULL_KEY");
      } else if (times.get(forecast.fold.apply(row.id())) > 1) {
        reject(forecast, row.id(), "REPEATED_KEY");
      } else {
        comparison.compare(row);
      }
    }
    new LeavingRows(this, forecast).remove(result, all);
    forecast.guard(this);
    return forecast;
  }

  /** What a run leaves alone because of what the destination holds when it sends. */
  void decide(Forecast forecast, Map<String, ObjectNode> records, Map<String, Instant> changed) {
    if (definition.clauses().wins() != Wins.OVERWRITE) {
      present.decide(this, forecast, records, changed);
    }
  }

  /** Definition or state are others now: a plan that was made before must not be sent. */
  void moved() {
    held = held.map(plan -> new Held(plan.forecast(), plan.limit(), plan.until(), true));
  }

  static void reject(Forecast forecast, String key, String why) {
    forecast.rejected.put(key, why);
    forecast.rejectedRows++;
  }

  Map<String, Object> withoutIgnored(Map<String, Object> values) {
    Map<String, Object> rest = new TreeMap<>(values);
    rest.entrySet()
        .removeIf(
            field ->
                field.getValue() == null
                    && definition.clauses().ignoring().contains(field.getKey()));
    return rest;
  }

  void plan(Forecast forecast, String key, Forecast.Sending row) {
    plan(forecast, key, row, Optional.empty());
  }

  void plan(Forecast forecast, String key, Forecast.Sending row, Optional<Leave> leave) {
    Op op = row.op();
    Note note = notes.get(key);
    boolean again =
        note != null && note.failed() && note.payload().equals(payload(op, row.values()));
    boolean givenUp = again && note.attempts() >= definition.maxAttempts();
    boolean retry = forecast.scope == Scope.RETRY;
    if (givenUp && op != Op.REMOVED && !retry) {
      reject(forecast, key, "GIVEN_UP");
      return;
    }
    boolean owed = note != null || lost.containsKey(key);
    boolean backsOff = again && note.next().filter(forecast.now::isBefore).isPresent();
    boolean unsure = state.containsKey(key) && isUnsure(key, state.get(key), forecast.scope);
    boolean chosen = unsure || (retry ? owed : op != Op.REMOVED && lost.containsKey(key));
    boolean held =
        switch (forecast.scope) {
          case RETRY -> !chosen;
          case REPAIR -> op == Op.REMOVED || !chosen || givenUp || backsOff;
          case CHANGES, FULL -> givenUp || backsOff;
        };
    forecast.waiting |=
        switch (forecast.scope) {
          case RETRY -> !chosen;
          case REPAIR -> !givenUp && !backsOff && (op == Op.REMOVED || !chosen);
          case CHANGES, FULL -> false;
        };
    long attempts = again && !(retry && givenUp) ? note.attempts() : 0;
    forecast.planned.put(
        key,
        new Planned(
            op,
            leave,
            row.values(),
            Set.copyOf(row.sent()),
            Set.copyOf(withoutIgnored(row.values()).keySet()),
            row.beside(),
            held,
            owed,
            attempts,
            row.rank(),
            false));
  }

  /** Whether a record may differ from what was acknowledged, to a run of such a scope. */
  boolean isUnsure(String key, Known known, Scope scope) {
    return known.unsure() || (scope == Scope.REPAIR && verified.contains(key) && !known.removed());
  }

  /** The identity of what is sent of a row. */
  List<Object> payload(Op op, Map<String, Object> values) {
    List<Object> payload = new ArrayList<>(List.of(op, definition.fields()));
    for (String field : definition.fields()) {
      Object value = values.get(field);
      payload.add(value instanceof BigDecimal number ? number.stripTrailingZeros() : value);
    }
    return payload;
  }
}
