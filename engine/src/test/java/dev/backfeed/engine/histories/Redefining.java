package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.histories.SyncOracle.Note;
import dev.backfeed.engine.histories.SyncOracle.Passed;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One {@code CREATE OR REPLACE SYNC}. */
final class Redefining {
  private final History history;
  private final SyncOracle sync;

  Redefining(History history, SyncOracle sync) {
    this.history = history;
    this.sync = sync;
  }

  /** States a definition anew; nothing changes where the destination cannot be asked. */
  void redefine(Definition stated, boolean resetState) throws SQLException {
    Definition definition = sync.folded ? stated.asking() : stated;
    Stage.Reply reply =
        history.stage.ours(definition.statement(sync.name, "crm." + sync.object, resetState));
    if (isRefused(definition)) {
      assertThat(reply.error().map(e -> e.getSQLState())).as("refused").contains("55000");
      return;
    }
    if (reply.error().isPresent()) {
      assertThat(reply.calls()).as("why " + reply.error().get().getMessage()).isNotEmpty();
      return;
    }
    Definition before = sync.definition;
    sync.definition = definition;
    sync.moved();
    sync.reached = sync.reached.anew();
    if (resetState) {
      history.forget(sync, Set.of());
      sync.rejections.clear();
      sync.reached = Looking.Reached.NOTHING;
      return;
    }
    boolean typeChanged = history.duckDb && before.wide() != definition.wide();
    boolean narrowed = typeChanged && before.wide();
    sync.state.replaceAll(
        (key, known) -> {
          Map<String, Object> values = remapped(known.values(), definition, narrowed);
          boolean another = narrowed && definition.fields().contains("c");
          if (another || !known.values().keySet().containsAll(definition.fields())) {
            sync.disturbed.add(sync.fold(key));
          }
          return new Known(values, known.removed(), known.unsure(), known.flagged());
        });
    newWord(before, definition);
    sync.lost.replaceAll((key, values) -> remapped(values, definition, narrowed));
    sync.passed.replaceAll(
        (k, p) -> new Passed(p.exists(), remapped(p.values(), definition, narrowed), p.at()));
    if (typeChanged) {
      // A value of another type is another value to whoever counts attempts.
      sync.notes.replaceAll(
          (k, n) -> new Note(n.failed(), n.removal(), List.of(), n.attempts(), n.next()));
    }
  }

  /** Rows of a feed that wait would not fit. */
  private boolean isRefused(Definition definition) {
    return !sync.backlog.isEmpty() && !sync.definition.keeps(definition, history.duckDb);
  }

  /** Another word about who wins, about fields that are mapped anew, and about those that hold. */
  private void newWord(Definition before, Definition definition) {
    Wins was = before.clauses().wins();
    Wins is = definition.clauses().wins();
    if (!definition.fields().contains("b") || !before.fields().contains("b")) {
      sync.present.retain(Set.of());
    } else if (was.asks() != is.asks() || was.compares() != is.compares()) {
      sync.state.forEach(
          (key, known) -> sync.present.takeForOurs(key, known.values().get("b"), is));
      sync.passed.forEach((key, p) -> sync.present.takeForOurs(key, p.values().get("b"), is));
    }
    for (String field : before.fields()) {
      if (!definition.clauses().holds(field)) {
        sync.holding.forget(field);
      }
    }
  }

  /** Fields as the state has them under another definition. */
  private static Map<String, Object> remapped(
      Map<String, Object> before, Definition definition, boolean narrowed) {
    Map<String, Object> values = new TreeMap<>(before);
    values.keySet().retainAll(definition.fields());
    if (narrowed) {
      values.remove("c");
    }
    definition.fields().forEach(field -> values.putIfAbsent(field, null));
    return values;
  }
}
