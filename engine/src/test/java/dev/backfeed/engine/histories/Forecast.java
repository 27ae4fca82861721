package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.parser.command.Scope;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What the next run of a sync has to do. Keys are record keys; the null key's is empty. */
final class Forecast {
  final Map<String, Planned> planned = new TreeMap<>();
  final Map<String, String> rejected = new TreeMap<>();

  /** Rows that are back as they were removed. */
  final Set<String> returned = new TreeSet<>();

  /** Removals of records that another row of the result now stands for: no call is to be made. */
  final Set<String> superseded = new TreeSet<>();

  /** What the destination has in {@code b} of rows where that stays. */
  final Map<String, Object> kept = new TreeMap<>();

  /** Those of them where the query says the same. */
  final Set<String> agreed = new TreeSet<>();

  /** Rows of the result that DELETE WHEN names. */
  int deletions;

  /** Removals that DELETE WHEN asks for. */
  final Set<String> flagged = new TreeSet<>();

  /** When the values of rows came to be, by key, where that is known. */
  final Map<String, Instant> times = new TreeMap<>();

  /** New values that have to hold on, when this run has seen them. */
  final Holding holding = new Holding();

  /** What keeps all of it from being sent, if so: a constraint that fails the run. */
  boolean refused;

  /** Whether the whole result is looked at. */
  boolean everything = true;

  /** Whether rows that are not in it have left. */
  boolean absence = true;

  /** The greatest time that it has seen, where that is looked at. */
  Optional<Instant> seen = Optional.empty();

  /** Whether rows wait for a run that is about more. */
  boolean waiting;

  final Scope scope;
  final Instant now;
  final UnaryOperator<String> fold;
  long selected;
  long rejectedRows;
  Optional<String> blocked = Optional.empty();

  /**
   * Of a run to come.
   *
   * @param now when it is planned
   * @param fold how keys are compared
   */
  Forecast(Scope scope, Instant now, UnaryOperator<String> fold) {
    this.scope = scope;
    this.now = now;
    this.fold = fold;
  }

  /** Why a row is sent; the words of {@code sync_log}. */
  enum Op {
    ADDED,
    CHANGED,
    RESENT,
    REMOVED
  }

  /**
   * One row to be sent.
   *
   * @param leave what is done with the record of a row that leaves
   * @param values every mapped field as the destination will hold it
   * @param sent the mapped fields of the first call
   * @param anew those of a call that makes a vanished record again
   * @param beside fields that go along and are not mapped
   * @param held whether it waits for its next attempt, or another run
   * @param owed whether an earlier run left it
   * @param attempts answers so far, while it was the same
   * @param rank what the push order looks at
   * @param found whether its record was found, and has a value that stays
   */
  record Planned(
      Op op,
      Optional<Leave> leave,
      Map<String, Object> values,
      Set<String> sent,
      Set<String> anew,
      Map<String, Object> beside,
      boolean held,
      boolean owed,
      long attempts,
      Object rank,
      boolean found) {
    boolean removal() {
      return op == Op.REMOVED;
    }

    boolean deletion() {
      return leave.equals(Optional.of(Leave.DELETE));
    }

    /** Whether it counts against a limit. */
    boolean isNew() {
      return !owed && !held;
    }

    /** Whether a call has nothing to say: a record that may be new is made all the same. */
    boolean isEmpty() {
      return !deletion() && (op != Op.ADDED || found) && sent.isEmpty() && beside.isEmpty();
    }

    /** The same row, with {@code b} left as it is. */
    Planned withoutB() {
      Set<String> rest = new TreeSet<>(sent);
      rest.remove("b");
      return new Planned(op, leave, values, rest, anew, beside, held, owed, attempts, rank, true);
    }

    /** Whether a first call is all that a new record would get. */
    boolean whole() {
      return sent.equals(anew);
    }

    /** What a call says. */
    Map<String, Object> fields(boolean again) {
      Map<String, Object> fields = new TreeMap<>();
      if (!deletion()) {
        fields.putAll(values);
        fields.keySet().retainAll(again ? anew : sent);
        fields.putAll(beside);
      }
      return fields;
    }
  }

  /** What is to be said of a row. */
  record Sending(
      Op op,
      Map<String, Object> values,
      Set<String> sent,
      Map<String, Object> beside,
      Object rank) {}

  /** Whether the run has something to say about a key. */
  boolean speaksOf(String key) {
    return planned.containsKey(key) || rejected.containsKey(key) || returned.contains(key);
  }

  Set<String> sendable() {
    return planned.entrySet().stream()
        .filter(p -> !p.getValue().held())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether a guard keeps all of it from being sent. */
  void guard(SyncOracle sync) {
    long live = sync.state.values().stream().filter(known -> !known.removed()).count();
    long removals = planned.values().stream().filter(p -> p.removal() && p.isNew()).count();
    long changes =
        planned.values().stream()
            .filter(p -> (p.op() == Op.ADDED || p.op() == Op.CHANGED) && p.isNew())
            .count();
    boolean empty = everything && selected == 0 && deletions == 0;
    if (empty && live > 0 && !sync.definition.allowEmpty()) {
      blocked = Optional.of("the query is empty");
    } else if (sync.definition.removals() > 0 && removals > sync.definition.removals()) {
      blocked = Optional.of(removals + " of " + live + " rows would be removed");
    } else if (sync.definition.changes() > 0 && changes > sync.definition.changes()) {
      blocked = Optional.of(changes + " rows would be added or changed");
    }
  }

  long count(Op op) {
    return planned.values().stream().filter(p -> p.op() == op).count();
  }

  long unchanged() {
    return selected - count(Op.ADDED) - count(Op.CHANGED) - rejectedRows;
  }
}
