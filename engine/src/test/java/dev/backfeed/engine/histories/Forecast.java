package dev.backfeed.engine.histories;

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
   * @param values every field as the destination will hold it
   * @param differing the fields to be sent, unless all are
   * @param whole whether all fields are sent
   * @param held whether it waits for its next attempt, or another run
   * @param owed whether an earlier run left it
   * @param attempts answers so far, while it was the same
   * @param rank what the push order looks at
   */
  record Planned(
      Op op,
      Map<String, Object> values,
      Set<String> differing,
      boolean whole,
      boolean held,
      boolean owed,
      long attempts,
      Object rank) {
    boolean removal() {
      return op == Op.REMOVED;
    }

    /** Whether it counts against a limit. */
    boolean isNew() {
      return !owed && !held;
    }
  }

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

  long count(Op op) {
    return planned.values().stream().filter(p -> p.op() == op).count();
  }

  long unchanged() {
    return selected - count(Op.ADDED) - count(Op.CHANGED) - rejectedRows;
  }
}
