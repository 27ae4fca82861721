package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the state holds beside the value of a field whose policy asks for the destination's: the
 * query's value that was last decided about, and what the destination showed after our last write.
 */
final class AskedFields {
  private final Warehouse work;
  private final StoredSync sync;

  AskedFields(Warehouse work, StoredSync sync) {
    this.work = work;
    this.sync = sync;
  }

  /** Their columns, for CREATE TABLE. */
  List<Sql> definitions() {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn field : sync.fields()) {
      columns.addAll(definitions(field));
    }
    return columns;
  }

  /** Makes the state of another version of the sync fit, whose values are in place. */
  void change(StoredSync before) throws SQLException {
    Map<String, MappedColumn> old = new HashMap<>();
    before.fields().forEach(f -> old.put(f.stored(), f));
    for (MappedColumn field : sync.fields()) {
      MappedColumn former = old.remove(field.stored());
      if (former == null) {
        add(field);
      } else if (former.asks() != field.asks()
          || former.compares() != field.compares()
          || !former.type().equals(field.type())) {
        drop(former);
        add(field);
        takeForOurs(field);
      }
    }
    for (MappedColumn field : old.values()) {
      drop(field);
    }
  }

  private void add(MappedColumn field) throws SQLException {
    for (Sql definition : definitions(field)) {
      work.run(Sql.of("ALTER TABLE {} ADD COLUMN {}", state(), definition));
    }
  }

  private void drop(MappedColumn field) throws SQLException {
    for (String column : columns(field)) {
      work.run(Sql.of("ALTER TABLE {} DROP COLUMN {}", state(), Sql.name(column)));
    }
  }

  /** What was acknowledged until now was decided about, and written by us. */
  private void takeForOurs(MappedColumn field) throws SQLException {
    if (field.asks()) {
      work.run(
          Sql.of(
              "UPDATE {} SET {} = {}", state(), Sql.name(field.seen()), Sql.name(field.stored())));
    }
    if (field.compares()) {
      work.run(
          Sql.of(
              "UPDATE {} SET {} = {}",
              state(),
              Sql.name(field.ours()),
              field.shownAs(work.dialect(), Sql.name(field.stored()), "UTC")));
    }
  }

  private static List<Sql> definitions(MappedColumn field) {
    List<Sql> columns = new ArrayList<>();
    for (String column : columns(field)) {
      columns.add(
          Sql.of(
              "{} {}",
              Sql.name(column),
              column.equals(field.ours()) ? Sql.of("VARCHAR") : Sql.type(field.type().name())));
    }
    return columns;
  }

  private static List<String> columns(MappedColumn field) {
    if (field.compares()) {
      return List.of(field.seen(), field.ours());
    }
    return field.asks() ? List.of(field.seen()) : List.of();
  }

  private Sql state() {
    return work.table(sync.stateTable());
  }
}
