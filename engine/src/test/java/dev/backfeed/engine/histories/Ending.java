package dev.backfeed.engine.histories;

import dev.backfeed.engine.histories.Clauses.Mode;
import dev.backfeed.engine.histories.Clauses.Wins;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The end of a history: whatever has happened, the destination comes to hold what it should. */
final class Ending {
  private final History history;

  Ending(History history) {
    this.history = history;
  }

  /** Faults off, time passes, a run or two: the destination holds what the table has. */
  void end() throws SQLException {
    history.stage.play("tell reset");
    history.limitCalls(0);
    for (SyncOracle sync : history.syncs) {
      history.stage.ours("RESUME SYNC " + sync.name);
      sync.paused = false;
      history.redefine(sync, sync.definition.unhindered(), false);
    }
    history.stage.play("clock " + Duration.ofDays(3));
    for (int number = 0; number < history.syncs.size(); number++) {
      SyncOracle sync = history.sync(number);
      if (sync.definition.feeding().isPresent()) {
        endOfFeed(sync, number);
        continue;
      }
      runAndLookOver(Running.Request.plain(number));
      history.look.atRecords(sync, history.rows);
      runAndLookOver(Running.Request.plain(number));
      runAndLookOver(Running.Request.full(number));
      sentWhole(sync);
      history.look.atRecords(sync, history.rows);
      runAndLookOver(Running.Request.plain(number));
    }
  }

  /** It tells all there is once more, of each record in one spelling. */
  private void endOfFeed(SyncOracle sync, int number) throws SQLException {
    runAndLookOver(Running.Request.plain(number));
    List<Row> told = new ArrayList<>();
    for (String key : FeedTales.keys()) {
      boolean gone = !sync.fold(key).equals(key) || key.equals("c");
      Row row = new Row(history.nextRow(), key, true, gone, null, new TreeMap<>());
      told.add(row.with("a", BigDecimal.ONE).with("b", "end").with("c", null).with("d", 0.5));
      history.tell(sync, told.get(told.size() - 1), 1_000);
    }
    runAndLookOver(Running.Request.full(number));
    sentWhole(sync);
    history.look.atRecords(sync, told);
    runAndLookOver(Running.Request.plain(number));
    history.look.atRecords(sync, told);
  }

  private void runAndLookOver(Running.Request request) throws SQLException {
    history.run(request);
    history.lookOver();
  }

  /** A run of FULL scope has told all it can tell of known records. */
  private static void sentWhole(SyncOracle sync) {
    if (sync.definition.clauses().mode() == Mode.INSERT) {
      return;
    }
    Set<String> untold = new TreeSet<>();
    sync.state.forEach(
        (key, known) -> {
          Set<String> fields = new TreeSet<>(sync.withoutIgnored(known.values()).keySet());
          if (sync.definition.clauses().wins() == Wins.ON_CREATE_ONLY) {
            fields.remove("b");
          }
          if (fields.isEmpty()) {
            untold.add(sync.fold(key));
          }
        });
    sync.disturbed.retainAll(untold);
  }
}
