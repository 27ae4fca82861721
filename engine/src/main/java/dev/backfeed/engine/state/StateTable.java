package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The table of what a destination holds, one row a key, and the view that gives its columns their
 * fields' names. A column is added for a new field, dropped with an old one, widened where that
 * loses nothing, else dropped and added again: then every row is sent that field.
 *
 * <p>{@code _doubt} says what is not known of a row: 0 nothing; 1 the answer to a later call about
 * it got lost; 2 the answer to the call that was to create it got lost; 3 there was no such record
 * to be updated; 4 there was one already, and it is not ours. A row from 2 on is no row that the
 * destination is known to hold for us: it is not in the view and in no count of live rows.
 *
 * <p>{@code _former_key} says of a record that is still there under another key (REKEY FROM) what
 * that is: JSON with the key's {@code fields}, their {@code kinds} and {@code values}.
 */
public final class StateTable {
  private static final List<String> OWN =
      List.of("_destination_id", "_removed_at", "_run_id", "_synced_at");
  private final Warehouse work;

  public StateTable(Warehouse work) {
    this.work = work;
  }

  /** Makes the empty tables and the view. */
  public void create(StoredSync sync) throws SQLException {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn column : sync.columns()) {
      columns.add(definition(column));
    }
    work.run(
        Sql.of(
            "CREATE TABLE {} ({}, record_key VARCHAR NOT NULL, op VARCHAR NOT NULL, destination_id"
                + " VARCHAR, run_id VARCHAR NOT NULL)",
            work.table(sync.doubtTable()),
            Sql.join(", ", columns)));
    columns.addAll(new AskedFields(work, sync).definitions());
    columns.add(
        Sql.of(
            "_destination_id VARCHAR, _removed_at TIMESTAMPTZ, _run_id VARCHAR NOT NULL,"
                + " _synced_at TIMESTAMPTZ NOT NULL, _doubt SMALLINT NOT NULL DEFAULT 0,"
                + " _flagged BOOLEAN NOT NULL DEFAULT FALSE, _former_key VARCHAR"));
    if (work.dialect().hasIndexes()) {
      List<Sql> keys = sync.keys().stream().map(k -> Sql.name(k.stored())).toList();
      columns.add(Sql.of("PRIMARY KEY ({})", Sql.join(", ", keys)));
    }
    work.run(Sql.of("CREATE TABLE {} ({})", table(sync), Sql.join(", ", columns)));
    createView(sync);
  }

  /** Makes the tables fit the new columns; keys are the same. */
  public void change(StoredSync before, StoredSync after) throws SQLException {
    dropView(before);
    for (Sql table : List.of(table(after), work.table(after.doubtTable()))) {
      change(table, before, after);
    }
    new AskedFields(work, after).change(before);
    forgetWaiting(before, after);
    createView(after);
  }

  /** Of fields whose values need not hold on any more none is waited for. */
  private void forgetWaiting(StoredSync before, StoredSync after) throws SQLException {
    Set<String> holding = new HashSet<>();
    after.fields().stream()
        .filter(f -> f.policy().stable().isPresent())
        .forEach(f -> holding.add(f.stored()));
    for (MappedColumn field : before.fields()) {
      if (field.policy().stable().isPresent() && !holding.contains(field.stored())) {
        work.run(
            Sql.of(
                "DELETE FROM {} WHERE sync_id = {} AND field = {}",
                work.table("unstable_values"),
                Sql.bind(after.syncId()),
                Sql.literal(field.stored())));
      }
    }
  }

  private void change(Sql table, StoredSync before, StoredSync after) throws SQLException {
    Map<String, MappedColumn> old = new HashMap<>();
    before.columns().forEach(c -> old.put(c.stored(), c));
    for (MappedColumn column : after.columns()) {
      MappedColumn former = old.remove(column.stored());
      if (former == null) {
        add(table, column);
      } else if (!former.type().equals(column.type())) {
        changeType(table, former, column);
      }
    }
    for (MappedColumn column : old.values()) {
      drop(table, column);
    }
  }

  /** Drops tables and view. */
  public void drop(StoredSync sync) throws SQLException {
    dropView(sync);
    work.run(Sql.of("DROP TABLE IF EXISTS {}", table(sync)));
    dropDoubts(sync);
  }

  /** Drops what would only serve further runs. */
  public void dropDoubts(StoredSync sync) throws SQLException {
    work.run(Sql.of("DROP TABLE IF EXISTS {}", work.table(sync.doubtTable())));
  }

  /** Forgets all rows; how many there were. */
  public long clear(StoredSync sync) throws SQLException {
    long rows = rows(sync);
    work.run(Sql.of("DELETE FROM {}", table(sync)));
    clearWaiting(sync);
    return rows;
  }

  /** Empties what lies beside it: rows in doubt, and values that have to hold. */
  public void clearWaiting(StoredSync sync) throws SQLException {
    work.run(Sql.of("DELETE FROM {}", work.table(sync.doubtTable())));
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {}",
            work.table("unstable_values"),
            Sql.bind(sync.syncId())));
  }

  /**
   * How many rows there are.
   *
   * @param all tombstones and rows of an unknown fate included
   * @param live rows that are in the query, as far as we know
   * @param unanswered rows that an added row may take the place of: they may have been created by a
   *     call without answer, were missing when they were to be updated, or there already
   */
  public record Size(long all, long live, long unanswered) {}

  /** Counts the rows. */
  public Size size(StoredSync sync) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT COUNT(*), COUNT(CASE WHEN _removed_at IS NULL AND _doubt < 2 THEN 1 END),"
                    + " COUNT(CASE WHEN _doubt > 1 THEN 1 END) FROM {}",
                table(sync)),
            row -> new Size(row.getLong(1), row.getLong(2), row.getLong(3)))
        .orElseThrow();
  }

  /** That a row of the state has the key of one of another relation. */
  static Sql sameKey(StoredSync sync, String other) {
    return Sql.join(
        " AND ",
        sync.keys().stream()
            .map(
                k ->
                    Sql.of(
                        "{} = {}",
                        Sql.name(sync.stateTable(), k.stored()),
                        Sql.name(other, k.stored())))
            .toList());
  }

  /** Rows, tombstones included. */
  public long rows(StoredSync sync) throws SQLException {
    return size(sync).all();
  }

  /** Rows that are in the query, as far as we know. */
  public long liveRows(StoredSync sync) throws SQLException {
    return size(sync).live();
  }

  /**
   * Whether everything there was has been there once, so that percentages bind and the pace of the
   * first population ends.
   */
  public boolean populated(StoredSync sync) throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} WHERE sync_id = {} AND populated_by IS NOT NULL",
                work.table("control"),
                Sql.bind(sync.syncId())))
        > 0;
  }

  private void add(Sql table, MappedColumn column) throws SQLException {
    work.run(Sql.of("ALTER TABLE {} ADD COLUMN {}", table, definition(column)));
  }

  private void drop(Sql table, MappedColumn column) throws SQLException {
    work.run(Sql.of("ALTER TABLE {} DROP COLUMN {}", table, Sql.name(column.stored())));
  }

  private void changeType(Sql table, MappedColumn former, MappedColumn column) throws SQLException {
    if (work.dialect().widens(former.type(), column.type())) {
      work.run(
          work.dialect()
              .changeType(table, Sql.name(column.stored()), Sql.type(column.type().name())));
    } else {
      drop(table, former);
      add(table, column);
    }
  }

  private Sql definition(MappedColumn column) {
    ColumnType type = column.type();
    Sql name = Sql.type(type.name());
    return Sql.of(
        "{} {}",
        Sql.name(column.stored()),
        column.key() ? work.dialect().binary(name, type) : name);
  }

  private void createView(StoredSync sync) throws SQLException {
    Set<String> taken = new HashSet<>(OWN);
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn column : sync.columns()) {
      columns.add(
          Sql.of("{} AS {}", Sql.name(column.stored()), Sql.name(free(column.field(), taken))));
    }
    OWN.forEach(own -> columns.add(Sql.name(own)));
    work.run(
        Sql.of(
            "CREATE VIEW {} AS SELECT {} FROM {} WHERE _doubt < 2",
            view(sync),
            Sql.join(", ", columns),
            table(sync)));
  }

  private void dropView(StoredSync sync) throws SQLException {
    work.run(Sql.of("DROP VIEW IF EXISTS {}", view(sync)));
  }

  /** Warehouses may tell columns apart by more than case only, and cut long names. */
  private static String free(String field, Set<String> taken) {
    String cut = field.length() > 60 ? field.substring(0, 60) : field;
    String name = cut;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = cut + "_" + i;
    }
    return name;
  }

  private Sql table(StoredSync sync) {
    return work.table(sync.stateTable());
  }

  private Sql view(StoredSync sync) {
    return work.table(sync.stateView());
  }
}
