package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.histories.SyncOracle.Known;
import dev.backfeed.engine.push.People;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
  final boolean duckDb;
  final LookOver look;

  /** How late the table says that its rows were changed; empty where it does not. */
  Optional<Duration> lag = Optional.of(Duration.ZERO);

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
    look = new LookOver(stage);
  }

  /** Plays a tale to its end. */
  void play(Tale tale) throws SQLException {
    stage.play(
        "sql CREATE TABLE people (n INTEGER, id VARCHAR, flag BOOLEAN, gone BOOLEAN, w TIMESTAMP, a BIGINT, b VARCHAR, c "
            + (duckDb ? "DECIMAL(12, 2)" : "NUMERIC")
            + ", d DOUBLE PRECISION)");
    for (String feed : List.of("feed_s1", "feed_s2")) {
      stage.play(
          "sql CREATE TABLE "
              + feed
              + " AS SELECT people.*, CAST(NULL AS VARCHAR) AS op, CAST(NULL AS INTEGER) AS seq FROM people");
    }
    List<String> objects = List.of("contacts", "FoldedForm");
    for (Definition definition : tale.definitions()) {
      String object = objects.get(syncs.size());
      syncs.add(new SyncOracle("s" + (syncs.size() + 1), object, definition));
      redefine(syncs.get(syncs.size() - 1), definition, false);
    }
    for (Step step : tale.steps()) {
      takeAndLookOver(step);
    }
    new Ending(this).end();
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
    Row moved = row.withMoved(moved());
    stage.play("sql " + moved.insert());
    rows.add(moved);
  }

  /** A feed has another row. */
  void tell(SyncOracle sync, Row row, Integer seq) throws SQLException {
    List<String> words = List.of("upsert", "INSERT", "update");
    String op = row.isGone() ? "Delete" : words.get(row.n() % words.size());
    stage.play(
        "sql "
            + row.insert()
                .replace("INTO people (", "INTO feed_" + sync.name + " (op, seq, ")
                .replace("VALUES (", "VALUES ('" + op + "', " + seq + ", "));
    sync.backlog.tell(row, seq);
  }

  private Instant moved() {
    return lag.map(stage.clock().instant()::minus).orElse(null);
  }

  int nextRow() {
    return ++lastRow;
  }

  /** Replaces a row by another of its number. */
  void update(Row changed, String set) throws SQLException {
    Row moved = changed.withMoved(moved());
    stage.play(
        "sql UPDATE people SET %s, w = %s WHERE n = %d"
            .formatted(set, Values.literal(moved.moved()), moved.n()));
    rows.replaceAll(row -> row.n() == moved.n() ? moved : row);
  }

  void delete(Row row) throws SQLException {
    stage.play("sql DELETE FROM people WHERE n = " + row.n());
    rows.remove(row);
  }

  void redefine(SyncOracle sync, Definition stated, boolean resetState) throws SQLException {
    new Redefining(this, sync).redefine(stated, resetState);
  }

  void reset(SyncOracle sync) throws SQLException {
    Stage.Reply reply = stage.ours("RESET SYNC " + sync.name);
    assertThat(reply.result().orElseThrow().updateCount())
        .as("rows forgotten")
        .isEqualTo(sync.state.size() + sync.lost.size() + sync.passed.size());
    forget(sync, Set.of());
    sync.rejections.clear();
    sync.reached = Looking.Reached.NOTHING;
  }

  /** The state is forgotten, the records are not. */
  void forget(SyncOracle sync, Set<String> kept) {
    sync.moved();
    for (Map<String, ?> known : List.of(sync.state, sync.lost)) {
      known.keySet().stream()
          .filter(key -> !kept.contains(key))
          .forEach(key -> sync.lingering.add(sync.fold(key)));
      known.keySet().retainAll(kept);
    }
    sync.passed.keySet().retainAll(kept);
    sync.holding.clear();
    sync.verified.clear();
    sync.present.retain(kept);
    sync.notes.clear();
  }

  /** The query's result is taken for what the destination holds. */
  void baseline(SyncOracle sync) throws SQLException {
    boolean twins = Row.times(sync.result(rows), sync::fold).values().stream().anyMatch(n -> n > 1);
    if (SyncOracle.BASELINE_TAKES_TWINS && sync.folded && twins) {
      return;
    }
    Stage.Reply reply = stage.ours("BASELINE SYNC " + sync.name);
    List<Row> taken = sync.valid(rows).stream().filter(sync::holds).toList();
    // What is rejected stays so, and what is known of it; nothing is owed any more.
    Set<String> kept = new TreeSet<>();
    sync.result(rows).stream()
        .filter(row -> row.id() != null && !sync.isDeletion(row))
        .forEach(row -> kept.add(row.id()));
    taken.forEach(row -> kept.remove(row.id()));
    forget(sync, kept);
    sync.rejections.values().removeIf("GIVEN_UP"::equals);
    for (Row row : taken) {
      sync.state.put(row.id(), Known.live(sync.mapped(row)));
      sync.present.baseline(row.id(), row.fields().get("b"));
      sync.disturbed.add(sync.fold(row.id()));
    }
    assertThat(reply.result().orElseThrow().updateCount())
        .as("rows recorded")
        .isEqualTo(taken.size());
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

  /** Someone at the destination makes a record, if there is none of this key. */
  void make(SyncOracle sync, String key, ObjectNode fields) throws SQLException {
    if (stage.engine().vendor().records(sync.object).containsKey(sync.fold(key))) {
      return;
    }
    stage.play("tell makes " + sync.object + " " + key + " " + fields);
    sync.lingering.add(sync.fold(key));
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

  /** What must hold after every step. */
  void lookOver() throws SQLException {
    if (syncs.stream().noneMatch(sync -> sync.dead)) {
      People.inOrder(stage.engine());
    }
    for (SyncOracle sync : syncs) {
      look.atState(sync);
    }
    look.atNotes(syncs);
  }

  @Override
  public void close() throws SQLException {
    stage.close();
  }
}
