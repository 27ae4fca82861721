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
 */
public final class StateTable {
  private static final List<String> OWN =
      List.of("_destination_id", "_removed_at", "_run_id", "_synced_at");
  private final Warehouse work;

  public StateTable(Warehouse work) {
    this.work = work;
  }

  /** Makes the empty table and its view. */
  public void create(StoredSync sync) throws SQLException {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn column : sync.columns()) {
      columns.add(definition(column));
    }
    columns.add(
        Sql.of(
            "_destination_id VARCHAR, _removed_at TIMESTAMPTZ, _run_id VARCHAR NOT NULL,"
                + " _synced_at TIMESTAMPTZ NOT NULL, _unsure BOOLEAN NOT NULL DEFAULT FALSE"));
    if (work.dialect().hasIndexes()) {
      List<Sql> keys = sync.keys().stream().map(k -> Sql.name(k.stored())).toList();
      columns.add(Sql.of("PRIMARY KEY ({})", Sql.join(", ", keys)));
    }
    work.run(Sql.of("CREATE TABLE {} ({})", table(sync), Sql.join(", ", columns)));
    createView(sync);
  }

  /** Makes the table fit the new columns; keys are the same. */
  public void change(StoredSync before, StoredSync after) throws SQLException {
    dropView(before);
    Map<String, MappedColumn> old = new HashMap<>();
    before.columns().forEach(c -> old.put(c.stored(), c));
    for (MappedColumn column : after.columns()) {
      MappedColumn former = old.remove(column.stored());
      if (former == null) {
        add(after, column);
      } else if (!former.type().equals(column.type())) {
        changeType(after, former, column);
      }
    }
    for (MappedColumn column : old.values()) {
      drop(after, column);
    }
    createView(after);
  }

  /** Drops table and view. */
  public void drop(StoredSync sync) throws SQLException {
    dropView(sync);
    work.run(Sql.of("DROP TABLE IF EXISTS {}", table(sync)));
  }

  /** Forgets all rows; how many there were. */
  public long clear(StoredSync sync) throws SQLException {
    long rows = rows(sync);
    work.run(Sql.of("DELETE FROM {}", table(sync)));
    return rows;
  }

  /** Rows, tombstones included. */
  public long rows(StoredSync sync) throws SQLException {
    return work.number(Sql.of("SELECT COUNT(*) FROM {}", table(sync)));
  }

  /** Rows that are in the query, as far as we know. */
  public long liveRows(StoredSync sync) throws SQLException {
    return work.number(Sql.of("SELECT COUNT(*) FROM {} WHERE _removed_at IS NULL", table(sync)));
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

  private void add(StoredSync sync, MappedColumn column) throws SQLException {
    work.run(Sql.of("ALTER TABLE {} ADD COLUMN {}", table(sync), definition(column)));
  }

  private void drop(StoredSync sync, MappedColumn column) throws SQLException {
    work.run(Sql.of("ALTER TABLE {} DROP COLUMN {}", table(sync), Sql.name(column.stored())));
  }

  private void changeType(StoredSync sync, MappedColumn former, MappedColumn column)
      throws SQLException {
    if (work.dialect().widens(former.type(), column.type())) {
      work.run(
          work.dialect()
              .changeType(table(sync), Sql.name(column.stored()), Sql.type(column.type().name())));
    } else {
      drop(sync, former);
      add(sync, column);
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
            "CREATE VIEW {} AS SELECT {} FROM {}",
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
