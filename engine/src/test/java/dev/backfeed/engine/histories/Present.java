package dev.backfeed.engine.histories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The field {@code b} of one sync where the destination's value may stay: what was decided about
 * last, what we wrote, and what a run leaves alone. Blank is none: a destination may store either
 * as the other.
 */
final class Present {
  /** The query's values that were decided about last, by key. */
  final Map<String, Object> seen = new TreeMap<>();

  /** What the destination had after our last write, by key. */
  private final Map<String, Object> ours = new TreeMap<>();

  /** What calls without an answer may have left there, by key. */
  private final Map<String, List<Object>> maybe = new TreeMap<>();

  /** Nothing is known any more but of these keys, and of them nothing that waits for an answer. */
  void retain(Set<String> kept) {
    seen.keySet().retainAll(kept);
    ours.keySet().retainAll(kept);
    maybe.clear();
  }

  void forget(String key) {
    seen.remove(key);
    ours.remove(key);
    maybe.remove(key);
  }

  /** What was planned for a key got no answer. */
  void lost(String key, Object value) {
    maybe.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
  }

  /** A row has left, and this was made of its value. */
  void left(String key, Object value, Planned planned, Forecast forecast) {
    maybe.remove(key);
    seen.put(key, value);
    if (planned.sent().contains("b")) {
      ours.put(key, value);
    } else if (forecast.agreed.contains(key)) {
      ours.put(key, forecast.kept.get(key));
    }
  }

  /** Another word about the field: what was acknowledged was decided about, and is ours. */
  void takeForOurs(String key, Object value, Wins wins) {
    forget(key);
    if (wins.asks()) {
      seen.put(key, value);
    }
    if (wins.compares()) {
      ours.put(key, value);
    }
  }

  /** The query's present value counts as decided about, and as ours. */
  void baseline(String key, Object value) {
    seen.put(key, value);
    ours.put(key, value);
  }

  /** An answer came: the destination is as it was decided. */
  void answered(String key, Planned planned, Forecast forecast, boolean anew) {
    maybe.remove(key);
    boolean sent = planned.sent().contains("b") || (anew && planned.anew().contains("b"));
    if ((sent || planned.found()) && !forecast.holding.waits(key, "b")) {
      seen.put(key, planned.values().get("b"));
    }
    if (sent) {
      ours.put(key, planned.values().get("b"));
    } else if (planned.found() && forecast.agreed.contains(key)) {
      ours.put(key, forecast.kept.get(key));
    }
  }

  /** Leaves alone what stays. */
  void decide(
      SyncOracle sync,
      Forecast forecast,
      Map<String, ObjectNode> records,
      Map<String, Instant> changed) {
    Wins wins = sync.definition.clauses().wins();
    forecast.planned.replaceAll(
        (key, planned) -> {
          ObjectNode record = records.get(sync.fold(key));
          boolean asked = !planned.removal() || wins.asks();
          if (!asked || planned.deletion() || record == null || !planned.sent().contains("b")) {
            return planned;
          }
          Object theirs = Values.read(record).get("b");
          Object wanted = planned.values().get("b");
          boolean agrees = same(theirs, wanted);
          if (agrees
              || stays(
                  wins,
                  key,
                  planned,
                  theirs,
                  isLater(sync, forecast, key, planned, changed),
                  sync.lost.containsKey(key))) {
            forecast.kept.put(key, theirs);
            if (agrees) {
              forecast.agreed.add(key);
            }
            return planned.withoutB();
          }
          return planned;
        });
  }

  /** Whether a record was changed after the query's values came to be; equal: the warehouse. */
  private boolean isLater(
      SyncOracle sync,
      Forecast forecast,
      String key,
      Planned planned,
      Map<String, Instant> changed) {
    Instant time = planned.removal() ? null : forecast.times.get(key);
    return time == null || changed.get(sync.fold(key)).isAfter(time);
  }

  private boolean stays(
      Wins wins, String key, Planned planned, Object theirs, boolean later, boolean isLost) {
    return switch (wins) {
      case OVERWRITE -> false;
      case ON_CREATE_ONLY -> planned.op() == Op.ADDED;
      case KEEP_EXISTING -> !same(theirs, null);
      case KEEP_EDITS -> isEdited(key, theirs);
      case KEEP_LATEST -> {
        boolean isNew = planned.op() == Op.ADDED && !isLost;
        yield later && (isEdited(key, theirs) || (isNew && !same(theirs, null)));
      }
    };
  }

  private boolean isEdited(String key, Object theirs) {
    return ours.containsKey(key)
        && !same(theirs, ours.get(key))
        && maybe.getOrDefault(key, List.of()).stream().noneMatch(v -> same(v, theirs));
  }

  /** Whether two values are one to whoever looks for edits. */
  static boolean same(Object left, Object right) {
    Object a = "".equals(left) ? null : left;
    Object b = "".equals(right) ? null : right;
    return Values.same(a, b);
  }
}
