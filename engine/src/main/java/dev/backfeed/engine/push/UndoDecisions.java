package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
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

  private record Known(RowContent content, boolean removed) {}

  /** The answers after one of them, in their order; empty at the end. */
  List<UndoneAnswer> page(long afterSeq) throws SQLException {
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
            new UndoneAnswer(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Json.read(row.getString(5))));
  }

  /** What is to be done about a page. */
  List<UndoDecision> decide(List<UndoneAnswer> page) throws SQLException {
    Sql keys =
        Sql.join(", ", page.stream().map(answered -> Sql.literal(answered.recordKey())).toList());
    Map<String, Known> state = state(keys);
    Map<String, Set<String>> later = later(keys);
    Map<String, Found> there = there(page, state);
    List<UndoDecision> decisions = new ArrayList<>();
    for (UndoneAnswer answered : page) {
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

  /** The records that there are, of rows that the state has and of those that were deleted. */
  private Map<String, Found> there(List<UndoneAnswer> page, Map<String, Known> state) {
    List<String> keys = new ArrayList<>();
    List<Wanted> wanted = new ArrayList<>();
    for (UndoneAnswer answered : page) {
      String key = answered.recordKey();
      Optional<RowContent> content =
          Optional.ofNullable(state.get(key))
              .map(Known::content)
              .or(() -> answered.deletes() ? Optional.of(keyOnly(key)) : Optional.empty());
      if (content.isPresent()) {
        wanted.add(new Wanted(wanted.size(), content.get().key(), Optional.empty()));
        keys.add(key);
      }
    }
    if (!readable() || keys.isEmpty()) {
      return Map.of();
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

  private RowContent keyOnly(String recordKey) {
    String texts =
        spec.keys().size() == 1 ? Json.write(Json.object().arrayNode().add(recordKey)) : recordKey;
    return new RowContent(spec, texts, null, null, null, RowContent.Asked.NOTHING);
  }

  private UndoDecision decide(
      UndoneAnswer answered, Optional<Known> known, Set<String> later, Optional<Found> found) {
    UndoDecision decision = new UndoDecision(answered.recordKey(), answered.operation());
    if (answered.changes().isArray()) {
      return decision.left("the values before are not in the log: log_values = FALSE");
    }
    Optional<Known> live = known.filter(k -> k.removed() == answered.leftBehind());
    if (answered.deletes()) {
      return known.isPresent() || !later.isEmpty()
          ? decision.left("written by a later run")
          : found.isPresent()
              ? decision.left("somebody has made such a record since")
              : recreate(decision, answered);
    }
    if (live.isEmpty()) {
      return decision.left("the state is not sure of it, or has it no more");
    }
    if (readable() && found.isEmpty()) {
      return decision.left("the record is gone");
    }
    if (answered.operation().equals("added") && !answered.created()) {
      return decision.left("it was there before that run, and what it held is not known");
    }
    if (answered.operation().equals("added")) {
      return delete(decision, answered, later, found);
    }
    return restore(decision, answered, later, found);
  }

  private UndoDecision recreate(UndoDecision decision, UndoneAnswer answered) {
    for (MappedColumn field : spec.fields()) {
      if (field.type().kind() == ColumnType.Kind.BINARY) {
        decision.skipped(field.field() + " is binary and stays empty");
      } else {
        decision.restored(field, answered.value(field, 0));
      }
    }
    return decision.doing("added", "created again from the values it had");
  }

  private UndoDecision delete(
      UndoDecision decision, UndoneAnswer answered, Set<String> later, Optional<Found> found) {
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
      if (answered.edited(field, found)) {
        return decision.left(field.field() + " was edited there since");
      }
    }
    return decision.doing("removed", unchecked());
  }

  private UndoDecision restore(
      UndoDecision decision, UndoneAnswer answered, Set<String> later, Optional<Found> found) {
    for (MappedColumn field : spec.fields()) {
      JsonNode written = answered.value(field, 1);
      if (written.isMissingNode()) {
        continue;
      }
      if (later.contains(field.path().get(0))) {
        decision.skipped(field.field() + " was written by a later run");
      } else if (answered.edited(field, found)) {
        decision.conflict(
            field, answered.value(field, 0), Json.at(found.orElseThrow().fields(), field.path()));
      } else if (field.type().kind() == ColumnType.Kind.BINARY) {
        decision.skipped(field.field() + " is binary");
      } else {
        decision.restored(field, answered.value(field, 0));
      }
    }
    for (String name : answered.beside(spec)) {
      decision.skipped(name + " is not mapped, and what it was is not known");
    }
    return decision.fields().isEmpty() ? decision : decision.doing("changed", unchecked());
  }

  private String unchecked() {
    return readable()
        ? ""
        : "edits there were not looked for: type "
            + target.manifest().type()
            + " cannot be read back";
  }
}
