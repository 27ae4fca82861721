package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Stable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** New values of known rows that have to hold on before they are sent: which, and since when. */
final class Holding {
  private final Map<String, Map<String, Waiting>> values = new TreeMap<>();

  /**
   * A value that was seen.
   *
   * @param runs how many runs in a row saw it
   * @param due whether that was long enough: it is owed until it is acknowledged
   */
  private record Waiting(Object value, long runs, Instant since, boolean due) {}

  void clear() {
    values.clear();
  }

  /** Forgets a field. */
  void forget(String field) {
    values.values().forEach(fields -> fields.remove(field));
  }

  /** Whether some value of a row has to wait. */
  boolean waits(String key) {
    return values.getOrDefault(key, Map.of()).values().stream().anyMatch(w -> !w.due());
  }

  /** Whether this one has to. */
  boolean waits(String key, String field) {
    Waiting waiting = values.getOrDefault(key, Map.of()).get(field);
    return waiting != null && !waiting.due();
  }

  Iterable<String> keys() {
    return values.keySet();
  }

  /** A run sees a new value; whether it has held long enough by the runs before. */
  boolean see(
      String key, String field, Object value, Stable stable, Instant now, Holding runsBefore) {
    Waiting before = runsBefore.values.getOrDefault(key, Map.of()).get(field);
    Optional<Waiting> same = Optional.ofNullable(before).filter(b -> Values.same(b.value(), value));
    long runs = same.map(Waiting::runs).orElse(0L) + 1;
    Instant since = same.map(Waiting::since).orElse(now);
    boolean due =
        stable.hours()
            ? !since.isAfter(now.minus(Duration.ofHours(stable.n())))
            : runs >= stable.n();
    values
        .computeIfAbsent(key, k -> new TreeMap<>())
        .put(field, new Waiting(value, runs, since, due));
    return due;
  }
}
