package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One key of a sync in all of our tables. To be used in a transaction, with the lease of the sync:
 * digests and held plans are no longer valid afterwards, as the lease's end moves the epoch.
 */
public final class ErasedKey {
  /** What stands in the log for a key that is no longer known. */
  static final String ERASED = "(erased)";

  private final Warehouse work;
  private final StoredSync sync;
  private final List<String> key;
  private final String zone;

  /**
   * A key.
   *
   * @param key one text a key column, as the log shows it
   * @param zone where timestamps without zone are meant
   */
  public ErasedKey(Warehouse work, StoredSync sync, List<String> key, String zone) {
    this.work = work;
    this.sync = sync;
    this.key = List.copyOf(key);
    this.zone = zone;
  }

  /** The key as one text, as {@code record_key} has it. */
  public String recordKey() throws SQLException {
    if (key.size() == 1) {
      return key.get(0);
    }
    Sql array = work.dialect().textArray(key.stream().map(Sql::literal).toList());
    return work.queryOne(Sql.of("SELECT {}", array), row -> row.getString(1)).orElseThrow();
  }

  /** The id that the destination gave the record, if the state knows one. */
  public Optional<String> destinationId() throws SQLException {
    return work
        .query(
            Sql.of(
                "SELECT _destination_id FROM {} WHERE {} AND _destination_id IS NOT NULL",
                work.table(sync.stateTable()),
                isKey(sync.keys().stream().map(MappedColumn::stored).toList())),
            row -> row.getString(1))
        .stream()
        .findFirst();
  }

  /** Whether the record is to be found neither by this key nor by an id. */
  public boolean isElsewhere() throws SQLException {
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} WHERE {} AND _destination_id IS NULL AND _former_key IS NOT"
                    + " NULL",
                work.table(sync.stateTable()),
                isKey(sync.keys().stream().map(MappedColumn::stored).toList())))
        > 0;
  }

  /** Whether the query gives a row with this key. */
  public boolean inQuery() throws SQLException {
    List<Sql> columns = new ArrayList<>();
    for (MappedColumn k : sync.keys()) {
      columns.add(
          Sql.of(
              "{} AS {}",
              work.dialect().cast(Sql.name("q", k.column()), k.type()),
              Sql.name(k.stored())));
    }
    return work.number(
            Sql.of(
                "SELECT COUNT(*) FROM (SELECT {} FROM {} AS q) AS m WHERE {}",
                Sql.join(", ", columns),
                Sql.verbatim(sync.definition().query().unordered()),
                isKey(sync.keys().stream().map(MappedColumn::stored).toList())))
        > 0;
  }

  /** Takes it out of every table but the log, whose rows stay without it; the rows touched. */
  public long erase() throws SQLException {
    String recordKey = recordKey();
    long rows = 0;
    for (Map.Entry<String, Set<String>> table : tables().entrySet()) {
      rows += erase(table.getKey(), table.getValue(), recordKey);
    }
    return rows + eraseFromLog(recordKey);
  }

  /** Our tables that are about this sync, with their columns. */
  private Map<String, Set<String>> tables() throws SQLException {
    Set<String> plans =
        Set.copyOf(
            work.query(
                Sql.of(
                    "SELECT run_id FROM {} WHERE sync_id = {}",
                    work.table("sync_runs"),
                    Sql.bind(sync.syncId())),
                row -> StoredSync.planTable(row.getString(1))));
    Map<String, Set<String>> tables = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN"
                + " information_schema.tables t ON t.table_catalog = c.table_catalog AND"
                + " t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE"
                + " t.table_type = 'BASE TABLE' AND c.table_schema = {}{}",
            Sql.bind(work.schema()),
            work.database().isEmpty()
                ? Sql.EMPTY
                : Sql.of(" AND c.table_catalog = {}", Sql.bind(work.database()))),
        row ->
            tables.computeIfAbsent(row.getString(1), t -> new HashSet<>()).add(row.getString(2)));
    tables
        .entrySet()
        .removeIf(
            table ->
                !table.getKey().endsWith("_" + sync.syncId())
                    && !plans.contains(table.getKey())
                    && !table.getValue().contains("sync_id"));
    return tables;
  }

  private long erase(String table, Set<String> columns, String recordKey) throws SQLException {
    List<String> keys = sync.keys().stream().map(MappedColumn::stored).toList();
    boolean shared = columns.contains("sync_id");
    if (columns.contains("record_key")) {
      Sql ours = shared ? Sql.of(" AND sync_id = {}", Sql.bind(sync.syncId())) : Sql.EMPTY;
      return work.run(
          Sql.of(
              "DELETE FROM {} WHERE record_key = {}{}",
              work.table(table),
              Sql.bind(recordKey),
              ours));
    }
    return !shared && columns.containsAll(keys)
        ? work.run(Sql.of("DELETE FROM {} WHERE {}", work.table(table), isKey(keys)))
        : 0;
  }

  /** Runs keep their books: a row of the log stays, and says no longer of whom it was. */
  private long eraseFromLog(String recordKey) throws SQLException {
    return work.run(
        Sql.of(
            "UPDATE {} SET record_key = {}, changes = NULL, held = NULL, destination_id = NULL, error_message ="
                + " NULL WHERE record_key = {} AND run_id IN (SELECT r.run_id FROM {} r WHERE"
                + " r.sync_id = {})",
            work.table("sync_log"),
            Sql.literal(ERASED),
            Sql.bind(recordKey),
            work.table("sync_runs"),
            Sql.bind(sync.syncId())));
  }

  private Sql isKey(List<String> columns) {
    return Sql.join(
        " AND ",
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    Sql.of(
                        "{} = {}",
                        work.dialect()
                            .keyText(Sql.name(columns.get(i)), sync.keys().get(i).type(), zone),
                        Sql.literal(key.get(i))))
            .toList());
  }
}
