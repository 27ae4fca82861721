package dev.backfeed.engine.histories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.histories.Clauses.Leave;
import dev.backfeed.engine.histories.Forecast.Op;
import dev.backfeed.engine.histories.Forecast.Planned;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One {@code UNDO RUN}: what a run has written goes back, where nobody has written since. */
final class Undoing {
  private final History history;
  private final SyncOracle sync;
  private final boolean deleteCreated;
  private final Map<String, ObjectNode> records;
  private final Instant now;

  Undoing(History history, SyncOracle sync, boolean deleteCreated) {
    this.history = history;
    this.sync = sync;
    this.deleteCreated = deleteCreated;
    this.records = history.stage.engine().vendor().records(sync.object);
    this.now = history.stage.clock().instant();
  }

  /** Undoes one of the last runs that wrote something, and has the sync go on. */
  void undo(int number) throws SQLException {
    List<String> runs =
        sync.written.keySet().stream().filter(run -> !sync.written.get(run).isEmpty()).toList();
    if (runs.isEmpty() || sync.dead) {
      return;
    }
    String run = runs.get(runs.size() - 1 - number % Math.min(3, runs.size()));
    Forecast forecast = forecast(run);
    history.stage.engine().vendor().asked();
    String name = history.stage.nameOf(run, sync.name);
    Stage.Reply reply =
        history.stage.ours("UNDO RUN '" + name + "'" + (deleteCreated ? " DELETE CREATED" : ""));
    long reads = history.stage.engine().vendor().asked().size();
    Judging.Asked asked = new Judging.Asked(Long.MAX_VALUE, false, Judging.What.UNDOES, false, now);
    new Judging(history, sync, asked)
        .judge(forecast, reply.calls(), reads, Optional.empty(), reply);
    history.stage.ours("RESUME SYNC " + sync.name);
    sync.paused = false;
  }

  private Forecast forecast(String run) {
    Forecast forecast = new Forecast(Scope.CHANGES, now, key -> key);
    for (Written written : sync.written.get(run)) {
      decide(written, later(run, written.key()))
          .ifPresent(p -> forecast.planned.put(written.key(), p));
    }
    forecast.selected = forecast.count(Op.ADDED) + forecast.count(Op.CHANGED);
    return forecast;
  }

  private List<Written> later(String run, String key) {
    return sync.written.entrySet().stream()
        .filter(runs -> runs.getKey().compareTo(run) > 0)
        .flatMap(runs -> runs.getValue().stream())
        .filter(written -> written.key().equals(key))
        .toList();
  }

  private Optional<Planned> decide(Written written, List<Written> later) {
    Optional<Known> known =
        Optional.ofNullable(sync.state.get(written.key())).filter(k -> !k.unsure());
    boolean there = records.containsKey(sync.fold(written.key()));
    if (written.deletes()) {
      return known.isPresent() || !later.isEmpty() || there
          ? Optional.empty()
          : Optional.of(planned(Op.ADDED, restored(written), Set.copyOf(sync.definition.fields())));
    }
    if (known.filter(k -> k.removed() == written.leftBehind()).isEmpty() || !there) {
      return Optional.empty();
    }
    Map<String, Object> held = Values.read(records.get(sync.fold(written.key())));
    if (written.op() == Op.ADDED) {
      boolean ours =
          later.isEmpty()
              && written.after().keySet().stream().noneMatch(f -> isEdited(f, held, written));
      return written.outcome().equals("created") && deleteCreated && ours
          ? Optional.of(planned(Op.REMOVED, known.get().values(), Set.of()))
          : Optional.empty();
    }
    Set<String> back = new TreeSet<>(written.after().keySet());
    back.retainAll(sync.definition.fields());
    back.removeIf(f -> later.stream().anyMatch(w -> w.wrote(f)) || isEdited(f, held, written));
    Map<String, Object> values = new TreeMap<>(known.get().values());
    back.forEach(field -> values.put(field, written.before().get(field)));
    return back.isEmpty() ? Optional.empty() : Optional.of(planned(Op.CHANGED, values, back));
  }

  private boolean isEdited(String field, Map<String, Object> held, Written written) {
    return sync.definition.fields().contains(field)
        && !Present.same(held.get(field), written.after().get(field));
  }

  private Map<String, Object> restored(Written written) {
    Map<String, Object> values = new TreeMap<>();
    sync.definition.fields().forEach(field -> values.put(field, written.before().get(field)));
    return values;
  }

  private Planned planned(Op op, Map<String, Object> values, Set<String> sent) {
    return new Planned(
        op,
        op == Op.REMOVED ? Optional.of(Leave.DELETE) : Optional.empty(),
        values,
        sent,
        Set.copyOf(sync.definition.fields()),
        Map.of(),
        false,
        false,
        0,
        null,
        false);
  }
}
