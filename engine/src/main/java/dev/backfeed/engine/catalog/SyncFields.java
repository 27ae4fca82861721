package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.SourceColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tables behind the view {@code sync_fields}: a row a field with its policy, and a row a source
 * column of it.
 */
public final class SyncFields {
  /** Of one INSERT: drivers take some ten thousand values a statement. */
  private static final int ROWS = 1_000;

  private final Warehouse warehouse;

  public SyncFields(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** An origin as it is shown: source columns, nothing for literals, or why it is unknown. */
  public static String text(Origin origin) {
    if (origin instanceof Origin.Unknown unknown) {
      return "unknown: " + unknown.why();
    }
    return new TreeSet<>(((Origin.Known) origin).sources())
        .stream().map(SourceColumn::text).collect(Collectors.joining(", "));
  }

  /** What was stored for each field of a sync, by field. */
  public Map<String, String> sources(StoredSync sync) throws SQLException {
    Map<String, String> sources = new HashMap<>();
    warehouse.query(
        Sql.of(
            "SELECT field, source_columns FROM {} WHERE sync_id = {}",
            warehouse.table("field_origins"),
            Sql.bind(sync.syncId())),
        row -> sources.put(row.getString(1), row.getString(2)));
    return sources;
  }

  /**
   * Puts a version's fields in the place of those of the version before. To be used within the
   * transaction that stores the definition.
   *
   * @param origins of the query's columns, by name
   */
  public void store(StoredSync sync, Function<String, Origin> origins) throws SQLException {
    Map<String, Integer> since = new HashMap<>();
    warehouse.query(
        Sql.of(
            "SELECT field, since_version FROM {} WHERE sync_id = {}",
            warehouse.table("field_origins"),
            Sql.bind(sync.syncId())),
        row -> since.put(row.getString(1), row.getInt(2)));
    delete(sync);
    List<Sql> fields = new ArrayList<>();
    List<Sql> sources = new ArrayList<>();
    for (MappedColumn column : sync.columns()) {
      Origin origin = origins.apply(column.column());
      fields.add(field(sync, column, origin, since.getOrDefault(column.field(), sync.version())));
      if (origin instanceof Origin.Known known) {
        known.sources().forEach(source -> sources.add(source(sync, column, source)));
      }
    }
    insert("field_origins", fields);
    insert("field_sources", sources);
  }

  private static Sql field(StoredSync sync, MappedColumn column, Origin origin, int since) {
    return Sql.of(
        "({}, {}, {}, {}, {}, {})",
        Sql.bind(sync.syncId()),
        Sql.bind(column.column()),
        Sql.bind(column.field()),
        Sql.bind(text(origin)),
        Sql.bind(column.key() ? "KEY" : column.policy().toString()),
        Sql.bind(since));
  }

  private static Sql source(StoredSync sync, MappedColumn column, SourceColumn source) {
    return Sql.of(
        "({}, {}, {}, {})",
        Sql.bind(sync.syncId()),
        Sql.bind(column.field()),
        Sql.bind(String.join(".", source.relation())),
        Sql.bind(source.column()));
  }

  private void insert(String table, List<Sql> rows) throws SQLException {
    for (int from = 0; from < rows.size(); from += ROWS) {
      List<Sql> some = rows.subList(from, Math.min(from + ROWS, rows.size()));
      warehouse.run(
          Sql.of("INSERT INTO {} VALUES {}", warehouse.table(table), Sql.join(", ", some)));
    }
  }

  /** Forgets the fields of a sync. */
  void delete(StoredSync sync) throws SQLException {
    for (String table : List.of("field_origins", "field_sources")) {
      warehouse.run(
          Sql.of(
              "DELETE FROM {} WHERE sync_id = {}",
              warehouse.table(table),
              Sql.bind(sync.syncId())));
    }
  }
}
