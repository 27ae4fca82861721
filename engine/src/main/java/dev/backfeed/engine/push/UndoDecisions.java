package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.RowStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be done about each record that a run has written, page by page: from the log, the
 * state, what later runs have written and, where it can be read, what is there now. Reads only.
 */
final class UndoDecisions {
  private static final int PAGE = 200;

  private final Warehouse work;
  private final StoredSync sync;
  private final DiffSpec spec;
  private final SyncTarget target;
  private final Destination destination;
  private final String undone;
  private final boolean deleteCreated;
  private final RowStatements statements;

  UndoDecisions(
      Warehouse work,
      StoredSync sync,
      DiffSpec spec,
      SyncTarget target,
      Destination destination,
      String undone,
      boolean deleteCreated) {
    this.work = work;
    this.sync = sync;
    this.spec = spec;
    this.target = target;
    this.destination = destination;
    this.undone = undone;
    this.deleteCreated = deleteCreated;
    this.statements = new RowStatements(work, spec);
  }

  /** An answer of the run that is undone. */
  record Answered(long seq, String recordKey, String operation, String outcome, JsonNode changes) {
    /** Whether fields of the record were cleared or set because its row had left. */
    boolean leftBehind() {
      return operation.equals("removed") && outcome.equals("updated");
    }
  }

  private record Known(RowContent content, boolean removed) {}

  /** The answers after one of them, in their order; empty at the end. */
  List<Answered> page(long afterSeq) throws SQLException {
    return work.query(
        Sql.of(
            "SELECT seq, record_key, operation, outcome, CAST(changes AS VARCHAR) FROM {} WHERE run_id ="
                + " {} AND seq > {} AND outcome IN ('created', 'updated', 'deleted') ORDER BY seq LIMIT"
                + " {}",
            work.table("sync_log"),
            Sql.literal(undone),
            Sql.number(afterSeq),
            Sql.number(readable() ? Math.min(PAGE, target.batchSize(Operation.READ)) : PAGE)),
        row ->
            new Answered(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Json.read(row.getString(5))));
  }

  /** What is to be done about a page. */
  List<UndoDecision> decide(List<Answered> page) throws SQLException {
    Sql keys =
        Sql.join(", ", page.stream().map(answered -> Sql.literal(answered.recordKey())).toList());
    Map<String, Known> state = state(keys);
    Map<String, Set<String>> later = later(keys);
    Map<String, Found> there = there(state);
    List<UndoDecision> decisions = new ArrayList<>();
    for (Answered answered : page) {
      decisions.add(
          decide(
              answered,
              Optional.ofNullable(state.get(answered.recordKey())),
              later.getOrDefault(answered.recordKey(), Set.of()),
              Optional.ofNullable(there.get(answered.recordKey()))));
    }
    return decisions;
  }

  private boolean readable() {
    return target.manifest().operations().contains(Operation.READ);
  }

  private Map<String, Known> state(Sql keys) throws SQLException {
    Map<String, Known> known = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT {}, {}, {}, s._removed_at IS NOT NULL FROM {} s WHERE s._doubt = 0 AND"
                + " s._former_key IS NULL AND {} IN ({})",
            statements.recordKey("s"),
            statements.keys("s"),
            statements.fields("s"),
            work.table(spec.stateTable()),
            statements.recordKey("s"),
            keys),
        row ->
            known.put(
                row.getString(1),
                new Known(
                    new RowContent(
                        spec,
                        row.getString(2),
                        row.getString(3),
                        null,
                        null,
                        RowContent.Asked.NOTHING),
                    row.getBoolean(4))));
    return known;
  }

  /** The fields, as the log names them, that later runs have written. */
  private Map<String, Set<String>> later(Sql keys) throws SQLException {
    Map<String, Set<String>> written = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT record_key, CAST(changes AS VARCHAR) FROM {} WHERE run_id > {} AND seq > 0 AND"
                + " outcome IN ('created', 'updated', 'deleted') AND run_id IN (SELECT run_id FROM"
                + " {} WHERE sync_id = {}) AND record_key IN ({})",
            work.table("sync_log"),
            Sql.literal(undone),
            work.table("sync_runs"),
            Sql.literal(sync.syncId()),
            keys),
        row -> {
          Set<String> fields = written.computeIfAbsent(row.getString(1), k -> new HashSet<>());
          JsonNode changes = Json.read(row.getString(2));
          if (changes.isArray()) {
            changes.forEach(name -> fields.add(name.asText()));
          } else {
            changes.fieldNames().forEachRemaining(fields::add);
          }
          return null;
        });
    return written;
  }

  private Map<String, Found> there(Map<String, Known> state) {
    if (!readable() || state.isEmpty()) {
      return Map.of();
    }
    List<String> keys = List.copyOf(state.keySet());
    List<Wanted> wanted = new ArrayList<>();
    for (String key : keys) {
      wanted.add(new Wanted(wanted.size(), state.get(key).content().key(), Optional.empty()));
    }
    Map<String, Found> found = new HashMap<>();
    ((RecordReader) destination)
        .read(
            sync.definition().target().object(),
            wanted,
            spec.fields().stream().map(MappedColumn::path).toList())
        .forEach(record -> found.putIfAbsent(keys.get(record.index()), record));
    return found;
  }

  private UndoDecision decide(
      Answered answered, Optional<Known> known, Set<String> later, Optional<Found> found) {
    UndoDecision decision = new UndoDecision(answered.recordKey(), answered.operation());
    if (answered.changes().isArray()) {
      return decision.left("the values before are not in the log: log_values = FALSE");
    }
    Optional<Known> live = known.filter(k -> k.removed() == answered.leftBehind());
    if (answered.operation().equals("removed") && !answered.leftBehind()) {
      return known.isPresent() || !later.isEmpty()
          ? decision.left("written by a later run")
          : recreate(decision, answered);
    }
    if (live.isEmpty()) {
      return decision.left("the state is not sure of it, or has it no more");
    }
    if (readable() && found.isEmpty()) {
      return decision.left("the record is gone");
    }
    if (answered.operation().equals("added")) {
      return delete(decision, answered, later, found);
    }
    return restore(decision, answered, later, found);
  }

  private UndoDecision recreate(UndoDecision decision, Answered answered) {
    for (MappedColumn field : spec.fields()) {
      if (field.type().kind() == ColumnType.Kind.BINARY) {
        decision.skipped(field.field() + " is binary and stays empty");
      } else {
        decision.restored(field, value(answered, field, 0));
      }
    }
    return decision.doing("added", "created again from the values it had");
  }

  private UndoDecision delete(
      UndoDecision decision, Answered answered, Set<String> later, Optional<Found> found) {
    if (!deleteCreated) {
      return decision.left("that run created it: DELETE CREATED deletes it");
    }
    if (!target.manifest().operations().contains(Operation.DELETE)) {
      return decision.left("destination type " + target.manifest().type() + " cannot delete");
    }
    if (!later.isEmpty()) {
      return decision.left("written by a later run");
    }
    for (MappedColumn field : spec.fields()) {
      if (edited(answered, field, found)) {
        return decision.left(field.field() + " was edited there since");
      }
    }
    return decision.doing("removed", unchecked());
  }

  private UndoDecision restore(
      UndoDecision decision, Answered answered, Set<String> later, Optional<Found> found) {
    for (MappedColumn field : spec.fields()) {
      JsonNode written = value(answered, field, 1);
      if (written.isMissingNode()) {
        continue;
      }
      if (later.contains(field.path().get(0))) {
        decision.skipped(field.field() + " was written by a later run");
      } else if (edited(answered, field, found)) {
        decision.conflict(
            field, value(answered, field, 0), Json.at(found.orElseThrow().fields(), field.path()));
      } else if (field.type().kind() == ColumnType.Kind.BINARY) {
        decision.skipped(field.field() + " is binary");
      } else {
        decision.restored(field, value(answered, field, 0));
      }
    }
    for (String name : unmapped(answered)) {
      decision.skipped(name + " is not mapped, and what it was is not known");
    }
    return decision.fields().isEmpty() ? decision : decision.doing("changed", unchecked());
  }

  /** Fields that the undone run set to fixed values beside the mapped ones. */
  private List<String> unmapped(Answered answered) {
    Set<String> mapped =
        spec.fields().stream().map(f -> f.path().get(0)).collect(Collectors.toSet());
    List<String> names = new ArrayList<>();
    answered.changes().fieldNames().forEachRemaining(names::add);
    return names.stream().filter(name -> !mapped.contains(name)).toList();
  }

  private String unchecked() {
    return readable()
        ? ""
        : "edits there were not looked for: type "
            + target.manifest().type()
            + " cannot be read back";
  }

  private static boolean edited(Answered answered, MappedColumn field, Optional<Found> found) {
    JsonNode written = value(answered, field, 1);
    return found.isPresent()
        && !written.isMissingNode()
        && !ShownValue.same(
            ShownValue.of(written),
            ShownValue.of(Json.at(found.get().fields(), field.path())),
            field.type());
  }

  /** The value of a field before (0) or after (1) that run; missing where it was not sent. */
  private static JsonNode value(Answered answered, MappedColumn field, int which) {
    JsonNode pair = answered.changes().get(field.path().get(0));
    return pair == null
        ? MissingNode.getInstance()
        : Json.at(pair.path(which), field.path().subList(1, field.path().size()));
  }
}
