package dev.backfeed.engine.histories;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backfeed.engine.histories.History.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What may happen in a history, one record each. A step holds numbers and values only; what they
 * mean is found out when it is taken, so that any sequence of steps is a history. A new kind of
 * step is a record here and a line in {@link Tales}.
 */
final class Steps {
  private Steps() {}

  /** Some row of the table is changed. */
  private static Optional<Row> row(History history, int number) {
    return history.rows.isEmpty()
        ? Optional.empty()
        : Optional.of(history.rows.get(number % history.rows.size()));
  }

  /** Brings a row, whatever its key: it may be there already, differ by case only, be null. */
  record Insert(String id, boolean flag, Object a, Object b, Object c, Object d) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Row row = new Row(history.nextRow(), id, flag, null, null, new java.util.TreeMap<>());
      history.insert(row.with("a", a).with("b", b).with("c", c).with("d", d));
    }
  }

  /** A feed tells what is true of a key, or that it is gone. */
  record Tell(int sync, Insert insert, boolean gone, Integer seq) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Row row =
          new Row(
              history.nextRow(), insert.id(), insert.flag(), gone, null, new java.util.TreeMap<>());
      history.tell(
          history.sync(sync),
          row.with("a", insert.a())
              .with("b", insert.b())
              .with("c", insert.c())
              .with("d", insert.d()),
          seq);
    }
  }

  /** Another value in a field. */
  record Update(int number, String field, Object value) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Optional<Row> row = row(history, number);
      if (row.isPresent()) {
        history.update(row.get().with(field, value), field + " = " + Values.literal(value));
      }
    }
  }

  /** Another key. */
  record Rename(int number, String id) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Optional<Row> row = row(history, number);
      if (row.isPresent()) {
        history.update(row.get().withId(id), "id = " + Values.literal(id));
      }
    }
  }

  /**
   * A key that some sync knows is written in the other case; with {@code beside} in a second row,
   * and the first stays. With {@code finite} not given a number of it is none.
   */
  record Respell(int number, boolean beside, boolean finite) implements Step {
    @Override
    public void take(History history) throws SQLException {
      List<Row> known =
          history.rows.stream()
              .filter(row -> row.id() != null)
              .filter(row -> history.syncs.stream().anyMatch(s -> s.state.containsKey(row.id())))
              .toList();
      if (known.isEmpty()) {
        return;
      }
      Row row = known.get(number % known.size());
      String id = row.id().toLowerCase(Locale.ROOT);
      String other = id.equals(row.id()) ? id.toUpperCase(Locale.ROOT) : id;
      Row twin = new Row(history.nextRow(), other, row.flag(), row.gone(), null, row.fields());
      history.insert(finite ? twin : twin.with("d", Double.NaN));
      if (!beside) {
        history.delete(row);
      }
    }
  }

  /** What is changed from now on says that it was so long ago, or does not say when. */
  record Lag(Optional<Duration> lag) implements Step {
    @Override
    public void take(History history) {
      history.lag = lag;
    }
  }

  /** A row leaves a filtered query, or is back. */
  record Flag(int number, boolean flag) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Optional<Row> row = row(history, number);
      if (row.isPresent()) {
        history.update(row.get().withFlag(flag), "flag = " + flag);
      }
    }
  }

  /** A row says that its record is to go, or no longer; null is neither. */
  record Gone(int number, Boolean gone) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Optional<Row> row = row(history, number);
      if (row.isPresent()) {
        history.update(row.get().withGone(gone), "gone = " + gone);
      }
    }
  }

  record Delete(int number) implements Step {
    @Override
    public void take(History history) throws SQLException {
      Optional<Row> row = row(history, number);
      if (row.isPresent()) {
        history.delete(row.get());
      }
    }
  }

  /** The table is emptied; with {@code back} its rows return when the steps between are over. */
  record Empty(boolean back, List<Step> between) implements Step {
    @Override
    public void take(History history) throws SQLException {
      List<Row> all = List.copyOf(history.rows);
      for (Row row : all) {
        history.delete(row);
      }
      for (Step step : between) {
        history.takeAndLookOver(step);
      }
      if (back) {
        for (Row row : all) {
          history.insert(row);
        }
      }
    }
  }

  record Run(Running.Request request) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.run(request);
    }
  }

  /** Somebody approves what the last run has planned. */
  record Approve(int sync, Optional<String> death) implements Step {
    @Override
    public void take(History history) throws SQLException {
      new Approving(history, history.sync(sync)).approve(death);
    }
  }

  /** A plan is held, things happen, and somebody approves it. */
  record Review(Running.Request request, List<Step> between, Optional<String> death)
      implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.run(request);
      for (Step step : between) {
        history.takeAndLookOver(step);
      }
      new Approving(history, history.sync(request.first())).approve(death);
    }
  }

  /** A destination is verified and repaired; only where calls are not counted, nor paused. */
  record Repair(Running.Request request) implements Step {
    @Override
    public void take(History history) throws SQLException {
      SyncOracle one = history.sync(request.first());
      if (!history.quota.isLimited() && !one.paused) {
        new Verifying(history, one).verify();
        history.run(request);
      }
    }
  }

  /** One of the last runs is undone; only where calls are not counted. */
  record Undo(int sync, int number, boolean deleteCreated) implements Step {
    @Override
    public void take(History history) throws SQLException {
      if (!history.quota.isLimited()) {
        new Undoing(history, history.sync(sync), deleteCreated).undo(number);
      }
    }
  }

  record Reject(int sync) implements Step {
    @Override
    public void take(History history) throws SQLException {
      new Approving(history, history.sync(sync)).reject();
    }
  }

  record Redefine(int sync, Definition definition, boolean resetState) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.redefine(history.sync(sync), definition, resetState);
    }
  }

  record Pause(int sync, boolean paused) implements Step {
    @Override
    public void take(History history) throws SQLException {
      SyncOracle one = history.sync(sync);
      history.stage.ours((paused ? "PAUSE SYNC " : "RESUME SYNC ") + one.name);
      one.paused = paused;
    }
  }

  record Reset(int sync) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.reset(history.sync(sync));
    }
  }

  record Baseline(int sync) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.baseline(history.sync(sync));
    }
  }

  /** Someone at the destination edits a record. */
  record Edit(int sync, String key, String text) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.edit(history.sync(sync), key, JsonNodeFactory.instance.objectNode().put("b", text));
    }
  }

  /** Someone at the destination deletes a record. */
  record Lose(int sync, String key) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.lose(history.sync(sync), key);
    }
  }

  /** Someone at the destination makes a record, if there is none. */
  record Make(int sync, String key, String text) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.make(
          history.sync(sync),
          key,
          JsonNodeFactory.instance.objectNode().put("id", key).put("b", text));
    }
  }

  /** How the destination is to answer from now on, in the words of the scripted destination. */
  record Answer(List<String> scripts) implements Step {
    @Override
    public void take(History history) throws SQLException {
      for (String script : new ArrayList<>(scripts)) {
        history.stage.play("tell " + script);
      }
    }
  }

  record LimitCalls(int perDay) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.limitCalls(perDay);
    }
  }

  record Wait(Duration time) implements Step {
    @Override
    public void take(History history) throws SQLException {
      history.stage.play("clock " + time);
    }
  }
}
