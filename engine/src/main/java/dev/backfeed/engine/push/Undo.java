package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.UndoStatements;
import dev.backfeed.engine.warehouse.UndoStatements.Row;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The undoing of one run: decides about each record it has written, makes a plan of what can be put
 * back, and tells of all of them afterwards. Used once, by one thread.
 */
public final class Undo {
  private final Warehouse work;
  private final StoredSync sync;
  private final String undone;
  private final boolean deleteCreated;
  private final List<UndoDecision> decisions = new ArrayList<>();

  /**
   * An undoing.
   *
   * @param undone the run
   * @param deleteCreated whether records that it created are deleted
   */
  public Undo(Warehouse work, StoredSync sync, String undone, boolean deleteCreated) {
    this.work = work;
    this.sync = sync;
    this.undone = undone;
    this.deleteCreated = deleteCreated;
  }

  /** Done between calls. */
  @FunctionalInterface
  interface BetweenCalls {
    void run() throws SQLException;
  }

  /** Makes the plan in its table, for a run that has its lease; what there is in it. */
  Counters plan(
      DiffSpec spec,
      SyncTarget target,
      Destination destination,
      String planTable,
      BetweenCalls between)
      throws SQLException {
    UndoStatements statements = new UndoStatements(work, spec, planTable);
    work.run(statements.create());
    Counters counters = new Counters();
    long[] seq = new long[1];
    decide(
        spec,
        target,
        destination,
        page -> {
          between.run();
          add(statements, page, true, seq, counters);
          add(statements, page, false, seq, counters);
        });
    counters.selected = counters.added + counters.changed;
    return counters;
  }

  /** Only decides, for a dry run. */
  public void look(DiffSpec spec, SyncTarget target, Destination destination) throws SQLException {
    decide(spec, target, destination, page -> {});
  }

  @FunctionalInterface
  private interface Page {
    void take(List<UndoDecision> page) throws SQLException;
  }

  private void decide(DiffSpec spec, SyncTarget target, Destination destination, Page each)
      throws SQLException {
    UndoDecisions deciding =
        new UndoDecisions(work, sync, spec, target, destination, undone, deleteCreated);
    List<UndoneAnswer> page = deciding.page(0);
    while (!page.isEmpty()) {
      List<UndoDecision> decided = deciding.decide(page);
      decisions.addAll(decided);
      each.take(decided);
      page = deciding.page(page.get(page.size() - 1).seq());
    }
  }

  private void add(
      UndoStatements statements,
      List<UndoDecision> page,
      boolean known,
      long[] seq,
      Counters counters)
      throws SQLException {
    List<Row> rows = new ArrayList<>();
    for (UndoDecision decision : page) {
      if (!decision.op().isEmpty() && known != decision.op().equals("added")) {
        rows.add(
            new Row(
                ++seq[0],
                decision.recordKey(),
                keyTexts(decision.recordKey()),
                decision.op(),
                decision.fields()));
        switch (decision.op()) {
          case "added" -> counters.added++;
          case "changed" -> counters.changed++;
          default -> counters.removed++;
        }
      }
    }
    if (!rows.isEmpty()) {
      work.run(statements.insert(rows, known));
    }
  }

  private List<String> keyTexts(String recordKey) {
    int keys = sync.keys().size();
    return keys == 1 ? List.of(recordKey) : List.of(Json.texts(recordKey, keys));
  }

  /** Writes down the fields that were left to whoever has edited them. */
  void noteConflicts(String runId, OffsetDateTime now) throws SQLException {
    for (UndoDecision decision : decisions) {
      for (UndoDecision.Conflict conflict : decision.conflicts()) {
        work.run(
            Sql.of(
                "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, 'UNDO', {}, {}, CAST({} AS"
                    + " TIMESTAMPTZ))",
                work.table("sync_conflicts"),
                Sql.literal(runId),
                Sql.literal(sync.syncId()),
                Sql.literal(sync.name()),
                Sql.literal(decision.recordKey()),
                Sql.literal(conflict.field()),
                work.dialect().toJson(Sql.literal(conflict.ours())),
                work.dialect().toJson(Sql.literal(conflict.theirs())),
                Sql.literal(now.toInstant().toString())));
      }
    }
  }

  /**
   * One result row a record: run, sync, key, operation, outcome, fields, message.
   *
   * @param runId of the run that has put them back; null for a dry run
   */
  public List<List<Object>> told(String runId) throws SQLException {
    Map<String, String[]> answers = new HashMap<>();
    if (runId != null) {
      work.query(
          Sql.of(
              "SELECT record_key, outcome, error_message FROM {} WHERE run_id = {} AND seq > 0",
              work.table("sync_log"),
              Sql.literal(runId)),
          row -> answers.put(row.getString(1), new String[] {row.getString(2), row.getString(3)}));
    }
    String open = runId == null ? "would be sent" : "deferred";
    List<List<Object>> rows = new ArrayList<>();
    for (UndoDecision decision : decisions) {
      String[] answer = answers.getOrDefault(decision.recordKey(), new String[] {open, null});
      boolean sent = !decision.op().isEmpty();
      rows.add(
          Arrays.asList(
              runId,
              sync.name(),
              decision.recordKey(),
              decision.op().isEmpty() ? "none" : decision.op(),
              sent ? answer[0] : "left",
              String.join(", ", decision.fields().keySet().stream().map(f -> f.field()).toList()),
              sent && answer[1] != null ? answer[1] : decision.message()));
    }
    return rows;
  }
}
