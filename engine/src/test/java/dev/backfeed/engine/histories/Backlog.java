package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the feed of a sync tells, and what of it waits for an answer. */
final class Backlog {
  private static final Comparator<Told> BY_BATCH = Comparator.comparing(Told::batch).reversed();
  private static final Comparator<Told> BY_SEQUENCE =
      Comparator.comparing(Told::seq, Comparator.nullsLast(Comparator.reverseOrder()));

  private final SyncOracle sync;
  private List<Told> waiting = new ArrayList<>();
  private List<Told> feed = new ArrayList<>();
  private long batch;

  /** Whether a run has taken what the feed had, which is to be emptied. */
  boolean consumed;

  Backlog(SyncOracle sync) {
    this.sync = sync;
  }

  /**
   * A row of a feed.
   *
   * @param row a deletion, or what is true of its key
   * @param batch when it was read; later ones are greater
   */
  private record Told(Row row, Integer seq, long batch) {
    boolean deletes() {
      return row.isGone();
    }
  }

  void tell(Row row, Integer seq) {
    feed.add(new Told(row, seq, Long.MAX_VALUE));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The rows that a run compares: of each key the latest. */
  List<Row> rows() {
    return latest().stream().map(Told::row).toList();
  }

  private List<Told> latest() {
    List<Told> read =
        feed.stream().filter(t -> t.row().flag() || !sync.definition.filtered()).toList();
    if (read.isEmpty()) {
      return waiting;
    }
    List<Told> latest = new ArrayList<>();
    Map<String, List<Told>> byKey = new LinkedHashMap<>();
    for (List<Told> rows : List.of(waiting, read)) {
      for (Told told : rows) {
        if (told.row().id() == null) {
          latest.add(told);
        } else {
          byKey.computeIfAbsent(told.row().id(), k -> new ArrayList<>()).add(told);
        }
      }
    }
    byKey.values().forEach(rows -> latest.addAll(latest(rows)));
    return latest;
  }

  /** Upserts that say different things and none is later stay beside each other. */
  private List<Told> latest(List<Told> ofKey) {
    boolean sequenced = sync.definition.feeding().orElseThrow().sequenced();
    Comparator<Told> rank = sequenced ? BY_SEQUENCE : BY_BATCH;
    List<Told> sorted =
        ofKey.stream().sorted(rank.thenComparing(BY_BATCH).thenComparing(Told::deletes)).toList();
    Told first = sorted.get(0);
    List<Told> latest = new ArrayList<>(List.of(first));
    if (!first.deletes()) {
      sorted.stream()
          .filter(t -> !t.deletes() && rank.compare(t, first) == 0)
          .filter(t -> latest.stream().noneMatch(l -> isSame(l, t)))
          .forEach(latest::add);
    }
    return latest;
  }

  private boolean isSame(Told one, Told other) {
    return Values.sameFields(sync.mapped(one.row()), sync.mapped(other.row()));
  }

  /** A plan was made: the feed is read; what there is nothing to do for goes. */
  void planned(Forecast forecast) {
    batch++;
    waiting =
        new ArrayList<>(
            latest().stream()
                .map(t -> t.batch() == Long.MAX_VALUE ? new Told(t.row(), t.seq(), batch) : t)
                .filter(t -> isPlanned(t, forecast) || isAskedAgain(t))
                .toList());
    feed = new ArrayList<>();
    consumed = true;
  }

  private boolean isPlanned(Told told, Forecast forecast) {
    String key = told.row().id();
    return key != null
        && (forecast.planned.containsKey(key)
            || forecast.rejected.containsKey(key)
            || sync.holding.waits(key)
            || (told.deletes() && respelled(key, forecast.planned.keySet(), forecast)));
  }

  /** Whether a deletion is planned under another spelling. */
  private boolean respelled(String key, Set<String> keys, Forecast forecast) {
    return keys.stream()
        .anyMatch(k -> sync.fold(k).equals(sync.fold(key)) && forecast.planned.get(k).removal());
  }

  /** A key that the destination did not have is asked for later with what was said of it. */
  private boolean isAskedAgain(Told told) {
    String key = told.row().id();
    return key != null
        && !told.deletes()
        && sync.definition.clauses().mode() == Mode.UPDATE
        && sync.passed.containsKey(key)
        && !sync.passed.get(key).exists();
  }

  /** A run has ended, with answers for these. */
  void answered(Forecast forecast, Set<String> keys) {
    waiting.removeIf(
        told -> {
          String key = told.row().id();
          boolean answered =
              keys.contains(key) || (told.deletes() && respelled(key, keys, forecast));
          return answered && !sync.holding.waits(key) && !isAskedAgain(told);
        });
  }
}
