package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.histories.Clauses.Wins;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds what is stored, and what the destination has, against the oracle. */
final class LookOver {
  private final Stage stage;

  LookOver(Stage stage) {
    this.stage = stage;
  }

  /** The state is what was acknowledged. */
  void atState(SyncOracle sync) throws SQLException {
    List<String> fields = sync.definition.fields();
    Map<String, Known> stored = new TreeMap<>();
    for (String line :
        stage
            .engine()
            .query(
                "SELECT id, _removed_at IS NOT NULL, "
                    + String.join(", ", fields)
                    + " FROM backfeed.state_"
                    + sync.name)) {
      String[] parts = line.split("\\|", -1);
      Map<String, Object> values = new TreeMap<>();
      for (int i = 0; i < fields.size(); i++) {
        values.put(fields.get(i), Values.read(fields.get(i), parts[i + 2]));
      }
      stored.put(parts[0], new Known(values, parts[1].startsWith("t"), false, false));
    }
    assertThat(stored.keySet())
        .as("keys in the state of " + sync.name)
        .isEqualTo(sync.state.keySet());
    sync.state.forEach(
        (key, known) -> {
          assertThat(Values.sameFields(stored.get(key).values(), known.values()))
              .as(sync.name + " " + key + " " + stored.get(key).values() + " for " + known.values())
              .isTrue();
          assertThat(stored.get(key).removed()).as(key + " removed").isEqualTo(known.removed());
        });
  }

  /** Nothing else is noted. */
  void atNotes(List<SyncOracle> syncs) throws SQLException {
    List<String> noted = new ArrayList<>();
    for (SyncOracle sync : syncs) {
      sync.notes.forEach((key, note) -> noted.add(sync.name + "|" + note.reason() + "|" + key));
      for (String key : sync.holding.keys()) {
        if (sync.holding.waits(key)) {
          noted.add(sync.name + "|UNSTABLE|" + key);
        }
      }
      sync.rejections.forEach(
          (key, why) -> {
            if (!why.equals("GIVEN_UP")) {
              noted.add(sync.name + "|" + why + "|" + key);
            }
          });
    }
    assertThat(
            stage
                .engine()
                .query(
                    "SELECT sync, CASE WHEN reason = 'REJECTED' THEN error_type ELSE reason END,"
                        + " record_key FROM backfeed.sync_errors UNION ALL SELECT sync, CASE WHEN"
                        + " reason = 'UNSTABLE' THEN reason ELSE 'PENDING' END, record_key FROM backfeed.sync_pending"))
        .as("rows in sync_errors and sync_pending")
        .containsExactlyInAnyOrderElementsOf(noted);
  }

  /** Nothing is left to do, and each record is as the state has it. */
  void atRecords(SyncOracle sync, List<Row> rows) {
    Map<String, ObjectNode> records = stage.engine().vendor().records(sync.object);
    Forecast forecast = sync.forecast(rows, Scope.CHANGES, stage.clock().instant(), true);
    assertThat(forecast.planned).as("left to do for " + sync.name).isEmpty();
    Set<String> inQuery = new TreeSet<>();
    for (Row row : sync.result(rows)) {
      if (row.id() != null && !sync.isDeletion(row)) {
        String key = sync.fold(row.id());
        inQuery.add(key);
        Known known = sync.state.get(row.id());
        if (known != null && !forecast.rejected.containsKey(row.id())) {
          holds(sync, key, known.values(), records);
        }
      }
    }
    Set<String> extra = new TreeSet<>(records.keySet());
    extra.removeAll(inQuery);
    extra.removeAll(sync.lingering);
    assertThat(extra).as("records of " + sync.object + " without a row").isEmpty();
  }

  private static void holds(
      SyncOracle sync, String key, Map<String, Object> values, Map<String, ObjectNode> records) {
    if (sync.disturbed.contains(key)) {
      return;
    }
    assertThat(records).as("records of " + sync.object).containsKey(key);
    Map<String, Object> held = Values.read(records.get(key));
    for (String field : sync.definition.fields()) {
      boolean said =
          values.get(field) != null || !sync.definition.clauses().ignoring().contains(field);
      if (field.equals("b") && sync.definition.clauses().wins() == Wins.ON_CREATE_ONLY) {
        continue;
      }
      if (said) {
        assertThat(Values.same(held.get(field), values.get(field)))
            .as(sync.object + " " + key + " holds " + held + " for " + values)
            .isTrue();
      }
    }
  }
}
