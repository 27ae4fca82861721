package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.histories.SyncOracle.Note;
import dev.backfeed.engine.push.People;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One history as it unfolds: the table and its rows, the syncs and their oracles, the destination.
 * Steps act on it; after each, everything is looked over.
 */
final class History implements AutoCloseable {
  private static final String DESTINATION = "CREATE OR REPLACE DESTINATION crm TYPE scripted";
  final Stage stage;
  final List<Row> rows = new ArrayList<>();
  final List<SyncOracle> syncs = new ArrayList<>();
  final QuotaBook quota = new QuotaBook();
  private final boolean duckDb;
  private int lastRow;

  /**
   * What a history is made of.
   *
   * @param definitions of one or two syncs
   */
  record Tale(List<Definition> definitions, List<Step> steps) {}

  /** What may happen in a history. */
  interface Step {
    void take(History history) throws SQLException;
  }

  History(TestWarehouse warehouse) throws SQLException {
    duckDb = warehouse.name().equals("duckdb");
    stage = new Stage(warehouse);
  }

  /** Plays a tale to its end. */
  void play(Tale tale) throws SQLException {
    stage.play(
        "sql CREATE TABLE people (n INTEGER, id VARCHAR, flag BOOLEAN, a BIGINT, b VARCHAR, c "
            + (duckDb ? "DECIMAL(12, 2)" : "NUMERIC")
            + ", d DOUBLE PRECISION)");
    List<String> objects = List.of("contacts", "FoldedForm");
    for (Definition definition : tale.definitions()) {
      String object = objects.get(syncs.size());
      syncs.add(new SyncOracle("s" + (syncs.size() + 1), object, definition));
      redefine(syncs.get(syncs.size() - 1), definition, false);
    }
    for (Step step : tale.steps()) {
      takeAndLookOver(step);
    }
    end();
  }

  void takeAndLookOver(Step step) throws SQLException {
    int replies = stage.replies();
    step.take(this);
    if (stage.replies() > replies) {
      lookOver();
    }
  }

  /** A sync by any number. */
  SyncOracle sync(int number) {
    return syncs.get(number % syncs.size());
  }

  void insert(Row row) throws SQLException {
    stage.play("sql " + row.insert());
    rows.add(row);
  }

  int nextRow() {
    return ++lastRow;
  }

  /** Replaces a row by another of its number. */
  void update(Row changed, String set) throws SQLException {
    stage.play("sql UPDATE people SET " + set + " WHERE n = " + changed.n());
    rows.replaceAll(row -> row.n() == changed.n() ? changed : row);
  }

  void delete(Row row) throws SQLException {
    stage.play("sql DELETE FROM people WHERE n = " + row.n());
    rows.remove(row);
  }

  /** States a definition anew; nothing changes where the destination cannot be asked. */
  void redefine(SyncOracle sync, Definition stated, boolean resetState) throws SQLException {
    Definition definition = sync.folded ? stated.asking() : stated;
    Stage.Reply reply = stage.ours(statement(sync, definition, resetState));
    if (reply.error().isPresent()) {
      assertThat(reply.calls()).as("why " + reply.error().get().getMessage()).isNotEmpty();
      return;
    }
    Definition before = sync.definition;
    sync.definition = definition;
    if (resetState) {
      forget(sync);
      sync.rejections.clear();
      return;
    }
    boolean typeChanged = duckDb && before.wide() != definition.wide();
    boolean narrowed = typeChanged && before.wide();
    sync.state.replaceAll(
        (key, known) -> {
          Map<String, Object> values = remapped(known.values(), definition, narrowed);
          boolean another = narrowed && definition.fields().contains("c");
          if (another || !known.values().keySet().containsAll(definition.fields())) {
            sync.disturbed.add(sync.fold(key));
          }
          return new Known(values, known.removed(), known.unsure());
        });
    sync.lost.replaceAll((key, values) -> remapped(values, definition, narrowed));
    if (typeChanged) {
      // A value of another type is another value to whoever counts attempts.
      sync.notes.replaceAll((k, n) -> new Note(n.failed(), List.of(), n.attempts(), n.next()));
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

  void reset(SyncOracle sync) throws SQLException {
    Stage.Reply reply = stage.ours("RESET SYNC " + sync.name);
    assertThat(reply.result().orElseThrow().updateCount())
        .as("rows forgotten")
        .isEqualTo(sync.state.size() + sync.lost.size());
    forget(sync);
    sync.rejections.clear();
  }

  /** The state is forgotten, the records are not. */
  private void forget(SyncOracle sync) {
    sync.state.keySet().forEach(key -> sync.lingering.add(sync.fold(key)));
    sync.lost.keySet().forEach(key -> sync.lingering.add(sync.fold(key)));
    sync.state.clear();
    sync.lost.clear();
    sync.notes.clear();
  }

  /** The query's result is taken for what the destination holds. */
  void baseline(SyncOracle sync) throws SQLException {
    boolean twins =
        SyncOracle.times(sync.result(rows), sync::fold).values().stream().anyMatch(n -> n > 1);
    if (SyncOracle.BASELINE_TAKES_TWINS && sync.folded && twins) {
      return;
    }
    Stage.Reply reply = stage.ours("BASELINE SYNC " + sync.name);
    forget(sync);
    // What is rejected stays so; nothing is owed any more.
    sync.rejections.values().removeIf("GIVEN_UP"::equals);
    for (Row row : sync.valid(rows)) {
      sync.state.put(row.id(), new Known(sync.mapped(row), false, false));
      sync.disturbed.add(sync.fold(row.id()));
    }
    assertThat(reply.result().orElseThrow().updateCount())
        .as("rows recorded")
        .isEqualTo(sync.state.size());
    sync.dead = false;
  }

  /** Runs syncs, one statement. */
  void run(Running.Request request) throws SQLException {
    new Running(this, request).run();
  }

  /** Someone at the destination edits a record. */
  void edit(SyncOracle sync, String key, ObjectNode fields) throws SQLException {
    stage.play("edit " + sync.object + " " + key + " " + fields);
    sync.disturbed.add(sync.fold(key));
  }

  /** Someone at the destination deletes a record. */
  void lose(SyncOracle sync, String key) throws SQLException {
    stage.play("lose " + sync.object + " " + key);
    sync.disturbed.add(sync.fold(key));
  }

  /** Limits the calls of a day; 0 for no limit. */
  void limitCalls(long perDay) throws SQLException {
    stage.ours(
        DESTINATION
            + " WITH (max_retries = 9"
            + (perDay > 0 ? ", max_calls_per_day = " + perDay + ")" : ")"));
    quota.limit(perDay);
  }

  private String statement(SyncOracle sync, Definition definition, boolean resetState) {
    return definition.statement(sync.name, "crm." + sync.object, resetState);
  }

  /** What must hold after every step. */
  private void lookOver() throws SQLException {
    if (syncs.stream().noneMatch(sync -> sync.dead)) {
      People.inOrder(stage.engine());
    }
    for (SyncOracle sync : syncs) {
      lookAtState(sync);
    }
    lookAtNotes();
  }

  private void lookAtState(SyncOracle sync) throws SQLException {
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
      stored.put(parts[0], new Known(values, parts[1].startsWith("t"), false));
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

  private void lookAtNotes() throws SQLException {
    List<String> noted = new ArrayList<>();
    for (SyncOracle sync : syncs) {
      sync.notes.forEach((key, note) -> noted.add(sync.name + "|" + note.reason() + "|" + key));
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
                        + " record_key FROM backfeed.sync_errors UNION ALL SELECT sync, 'PENDING',"
                        + " record_key FROM backfeed.sync_pending"))
        .as("rows in sync_errors and sync_pending")
        .containsExactlyInAnyOrderElementsOf(noted);
  }

  /** Faults off, time passes, a run or two: the destination holds what the table has. */
  private void end() throws SQLException {
    stage.play("tell reset");
    limitCalls(0);
    for (SyncOracle sync : syncs) {
      stage.ours("RESUME SYNC " + sync.name);
      sync.paused = false;
      redefine(sync, sync.definition.unhindered(), false);
    }
    stage.play("clock " + Duration.ofDays(3));
    for (int number = 0; number < syncs.size(); number++) {
      SyncOracle sync = sync(number);
      runAndLookOver(Running.Request.plain(number));
      holdsTheModel(sync);
      assertThat(sync.forecast(rows, Scope.CHANGES, stage.clock().instant(), true).planned)
          .as("left to do for " + sync.name)
          .isEmpty();
      runAndLookOver(Running.Request.plain(number));
      runAndLookOver(Running.Request.full(number));
      sync.disturbed.clear();
      holdsTheModel(sync);
      runAndLookOver(Running.Request.plain(number));
    }
  }

  private void runAndLookOver(Running.Request request) throws SQLException {
    run(request);
    lookOver();
  }

  private void holdsTheModel(SyncOracle sync) {
    Map<String, ObjectNode> records = stage.engine().vendor().records(sync.object);
    Set<String> wanted = new TreeSet<>();
    for (Row row : sync.valid(rows)) {
      String key = sync.fold(row.id());
      wanted.add(key);
      if (!sync.disturbed.contains(key)) {
        assertThat(records).as("records of " + sync.object).containsKey(key);
        Map<String, Object> held = Values.read(records.get(key));
        held.keySet().retainAll(sync.definition.fields());
        assertThat(Values.sameFields(held, sync.mapped(row)))
            .as(sync.object + " " + key + " holds " + held + " for " + sync.mapped(row))
            .isTrue();
      }
    }
    Set<String> rejected =
        sync.result(rows).stream()
            .filter(row -> row.id() != null)
            .map(row -> sync.fold(row.id()))
            .collect(Collectors.toSet());
    Set<String> extra = new TreeSet<>(records.keySet());
    extra.removeAll(wanted);
    extra.removeAll(rejected);
    extra.removeAll(sync.lingering);
    assertThat(extra).as("records of " + sync.object + " without a row").isEmpty();
  }

  @Override
  public void close() throws SQLException {
    stage.close();
  }
}
