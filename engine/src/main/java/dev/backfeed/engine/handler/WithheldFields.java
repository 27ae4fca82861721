package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.RowStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of one row that differ from what the destination holds and stay as they are. */
final class WithheldFields {
  private final Warehouse work;
  private final StoredSync sync;
  private final DiffSpec spec;
  private final String key;

  WithheldFields(Warehouse work, StoredSync sync, DiffSpec spec, String key) {
    this.work = work;
    this.sync = sync;
    this.spec = spec;
    this.key = key;
  }

  /** A field and the policy that withholds it, in words. */
  record Field(String name, String why) {}

  /** None where the destination is not known to have the record, or the query has it twice. */
  List<Field> find() throws SQLException {
    List<String[]> found =
        work.query(
            new RowStatements(work, spec).policies(key),
            row -> new String[] {row.getString(1), row.getString(2)});
    if (found.size() != 1) {
      return List.of();
    }
    String letters = found.get(0)[0];
    String apart = found.get(0)[1];
    Map<String, String> waiting = apart.indexOf('2') >= 0 ? waiting() : Map.of();
    Map<String, String> kept = letters.indexOf('k') >= 0 ? kept() : Map.of();
    boolean others = letters.indexOf('1') >= 0 || letters.indexOf('K') >= 0;
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < spec.fields().size(); i++) {
      MappedColumn field = spec.fields().get(i);
      boolean goesAlong = letters.charAt(i) == 'p' && others;
      String why =
          switch (letters.charAt(i)) {
            case 'n' -> "a null of the query is not sent";
            case 'c' -> "the record is there, and its value is not touched again";
            case 'p', 'P' -> "sent when another field is";
            case 'u', 'U' ->
                apart.charAt(i) == '2'
                    ? "not yet: " + waiting.get(field.stored())
                    : "not yet: no run has seen this value before";
            case 'k' -> kept.getOrDefault(field.field(), "the destination's value was kept");
            default -> null;
          };
      if (apart.charAt(i) != '0' && why != null && !goesAlong) {
        fields.add(new Field(field.field(), field.policy() + ": " + why));
      }
    }
    return fields;
  }

  private Map<String, String> waiting() throws SQLException {
    Map<String, String> waiting = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT field, runs, since FROM {} WHERE sync_id = {} AND record_key = {}",
            work.table("unstable_values"),
            Sql.literal(sync.syncId()),
            Sql.literal(key)),
        row ->
            waiting.put(
                row.getString(1),
                "seen by "
                    + row.getLong(2)
                    + (row.getLong(2) == 1 ? " run" : " runs")
                    + " since "
                    + RowExplanation.time(row, 3)));
    return waiting;
  }

  /** What was found when the value was last decided about. */
  private Map<String, String> kept() throws SQLException {
    Map<String, String> kept = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT field, run_id, CAST(ours AS VARCHAR), CAST(theirs AS VARCHAR) FROM {} WHERE"
                + " sync_id = {} AND record_key = {} AND policy <> 'UNDO' ORDER BY occurred_at",
            work.table("sync_conflicts"),
            Sql.literal(sync.syncId()),
            Sql.literal(key)),
        row ->
            kept.put(
                row.getString(1),
                "run "
                    + row.getString(2)
                    + " left "
                    + row.getString(4)
                    + " there, where the query said "
                    + row.getString(3)));
    return kept;
  }
}
