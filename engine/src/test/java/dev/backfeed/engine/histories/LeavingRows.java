package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Clauses.Mode;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Sending;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.parser.command.Scope;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a run has to do about records whose rows have left the query, or say that they are gone. */
final class LeavingRows {
  private final SyncOracle sync;
  private final Forecast forecast;

  LeavingRows(SyncOracle sync, Forecast forecast) {
    this.sync = sync;
    this.forecast = forecast;
  }

  /**
   * Rejected is not removed: a key that is in the result in any form is not.
   *
   * @param result what is looked at
   */
  void remove(List<Row> result, List<Row> all) {
    boolean feeds = sync.definition.feeding().isPresent();
    Set<String> present = new TreeSet<>();
    Set<String> frozen = new TreeSet<>();
    Set<String> standing = new TreeSet<>();
    Set<String> flagged = new TreeSet<>();
    for (Row row : result) {
      if (row.id() != null) {
        present.add(row.id());
        if (sync.isDeletion(row)) {
          flagged.add(row.id());
        } else {
          if (forecast.rejected.containsKey(row.id())) {
            frozen.add(forecast.fold.apply(row.id()));
          }
        }
      }
    }
    all.stream()
        .filter(row -> row.id() != null && !sync.isDeletion(row))
        .forEach(row -> standing.add(forecast.fold.apply(row.id())));
    Map<String, Known> held = new TreeMap<>();
    sync.lost.forEach((key, values) -> held.put(key, new Known(values, false, true, false)));
    held.putAll(sync.state);
    Set<String> meant = meant(flagged, standing, held);
    held.forEach(
        (key, known) -> {
          boolean told = meant.contains(key);
          boolean isFlagged = told && !feeds;
          boolean over = isFlagged ? known.removed() && known.flagged() : known.removed();
          String folded = forecast.fold.apply(key);
          if (!over
              && (told || (!present.contains(key) && isMissed(key, feeds)))
              && !frozen.contains(folded)) {
            leave(key, known, isFlagged);
            if (standing.contains(folded)) {
              forecast.superseded.add(key);
            }
          }
        });
  }

  /** Whether a run can tell that a row is not there, or has found it before. */
  private boolean isMissed(String key, boolean feeds) {
    return forecast.absence
        || (!feeds && sync.notes.containsKey(key) && sync.notes.get(key).removal());
  }

  /** A flagged key is another spelling's where it is not known and no row stands for it. */
  private Set<String> meant(Set<String> flagged, Set<String> standing, Map<String, Known> held) {
    Set<String> meant = new TreeSet<>();
    for (String key : flagged) {
      String folded = forecast.fold.apply(key);
      if (held.containsKey(key)) {
        meant.add(key);
      } else if (!sync.passed.containsKey(key) && !standing.contains(folded)) {
        held.keySet().stream()
            .filter(other -> forecast.fold.apply(other).equals(folded))
            .min(
                Comparator.comparing((String other) -> held.get(other).removed())
                    .thenComparing(sync.lost::containsKey)
                    .thenComparing(other -> held.get(other).unsure())
                    .thenComparing(Comparator.naturalOrder()))
            .ifPresent(meant::add);
      }
    }
    return meant;
  }

  private void leave(String key, Known known, boolean isFlagged) {
    Clauses clauses = sync.definition.clauses();
    Leave how = isFlagged ? clauses.flagged().orElseThrow() : clauses.left();
    Map<String, Object> values = how.after(known.values(), clauses.wins());
    Set<String> fields = new TreeSet<>(values.keySet());
    fields.removeIf(field -> !how.sets(field, clauses.wins()));
    boolean all = forecast.scope == Scope.FULL && clauses.mode() != Mode.INSERT;
    if (!all && !sync.isUnsure(key, known, forecast.scope)) {
      fields.removeIf(f -> Values.same(values.get(f), known.values().get(f)));
    }
    if (isFlagged) {
      forecast.flagged.add(key);
    }
    sync.plan(
        forecast,
        key,
        new Sending(Op.REMOVED, values, fields, how.beside(values.keySet()), null),
        Optional.of(how));
  }
}
