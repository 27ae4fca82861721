package dev.backfeed.engine.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.EngineSettings.StatementReader;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tables {@code syncs} and {@code sync_versions}. A definition is kept as it was written and
 * parsed again when it is loaded; what was resolved from it (columns, types) is kept beside it.
 */
public final class Syncs {
  private static final Sql COLUMNS =
      Sql.of(
          "sync_id, version, definition, columns, session_context, paused, state_view, next_key");
  private final Warehouse warehouse;
  private final Schema schema;
  private final StatementReader reader;

  public Syncs(Warehouse warehouse, Schema schema, StatementReader reader) {
    this.warehouse = warehouse;
    this.schema = schema;
    this.reader = reader;
  }

  /** The sync of that name. */
  public Optional<StoredSync> find(String name) throws SQLException {
    return schema.exists()
        ? warehouse
            .queryOne(
                Sql.of(
                    "SELECT {} FROM {} WHERE lower(name) = lower({})",
                    COLUMNS,
                    table(),
                    Sql.bind(name)),
                Row::read)
            .map(this::parse)
        : Optional.empty();
  }

  /**
   * The sync of that name.
   *
   * @throws StatementException {@code 42704} with the nearest name
   */
  public StoredSync get(Name name) throws SQLException {
    Optional<StoredSync> found = find(name.text());
    if (found.isPresent()) {
      return found.get();
    }
    List<String> names = schema.exists() ? names() : List.of();
    String hint = Nearest.hint(name.text(), names);
    throw new StatementException(
        SqlState.UNDEFINED_OBJECT,
        "there is no sync \""
            + name
            + "\""
            + (hint.isEmpty() ? ": make it with CREATE SYNC, or see SHOW SYNCS" : hint),
        name.position());
  }

  /** The sync with that id, whatever its name is now. */
  public Optional<StoredSync> byId(String syncId) throws SQLException {
    return where(Sql.of(" WHERE sync_id = {}", Sql.bind(syncId))).stream().findFirst();
  }

  /** The syncs that write to a destination, by name. */
  public List<StoredSync> to(String destination) throws SQLException {
    return where(Sql.of(" WHERE lower(destination) = lower({})", Sql.bind(destination)));
  }

  /** All of them by name. */
  public List<StoredSync> all() throws SQLException {
    return where(Sql.EMPTY);
  }

  private List<StoredSync> where(Sql condition) throws SQLException {
    if (!schema.exists()) {
      return List.of();
    }
    List<StoredSync> result = new ArrayList<>();
    for (Row row :
        warehouse.query(
            Sql.of("SELECT {} FROM {}{} ORDER BY lower(name)", COLUMNS, table(), condition),
            Row::read)) {
      result.add(parse(row));
    }
    return result;
  }

  private List<String> names() throws SQLException {
    return warehouse.query(Sql.of("SELECT name FROM {}", table()), row -> row.getString(1));
  }

  /** The statement that made the present version, as written. */
  public String text(StoredSync sync) throws SQLException {
    return warehouse
        .queryOne(
            Sql.of(
                "SELECT definition FROM {} WHERE sync_id = {}", table(), Sql.bind(sync.syncId())),
            row -> row.getString(1))
        .orElseThrow();
  }

  /**
   * A name for a new sync's view that nothing in the schema has: DROP … KEEP STATE leaves views.
   */
  public String freeView(String sync) throws SQLException {
    String folded = sync.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_]", "_");
    String base = "state_" + (folded.length() > 50 ? folded.substring(0, 50) : folded);
    List<String> taken =
        warehouse.query(
            Sql.of(
                "SELECT state_view FROM {} UNION SELECT table_name FROM information_schema.tables"
                    + " WHERE table_schema = {}{}",
                table(),
                Sql.bind(warehouse.schema()),
                warehouse.database().isEmpty()
                    ? Sql.EMPTY
                    : Sql.of(" AND table_catalog = {}", Sql.bind(warehouse.database()))),
            row -> row.getString(1));
    String free = base;
    for (int i = 2; taken.contains(free); i++) {
      free = base + "_" + i;
    }
    return free;
  }

  /** Adds a sync, its control row and its first version. */
  public void insert(StoredSync sync, String text, Duration staleAfter, OffsetDateTime now)
      throws SQLException {
    warehouse.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, FALSE, {}, {}, CURRENT_USER, {}, {}, {}, NULL)",
            table(),
            details(sync, text),
            Sql.bind(sync.stateTable()),
            Sql.bind(now),
            Sql.bind(now),
            Sql.bind(staleAfter.toSeconds()),
            Sql.bind(sync.stateView())));
    warehouse.run(
        Sql.of(
            "INSERT INTO {} (sync_id, token, paused, epoch, checkpoint, rows_in_state) VALUES"
                + " ({}, 0, FALSE, 0, 0, 0)",
            warehouse.table("control"),
            Sql.bind(sync.syncId())));
    warehouse.run(
        Sql.of(
            "INSERT INTO {} (sync_id, last_due_at, turn) VALUES ({}, {}, 0)",
            warehouse.table("schedules"),
            Sql.bind(sync.syncId()),
            Sql.bind(now)));
    insertVersion(sync, text, now);
  }

  /** Puts a new version in the place of the old one. */
  public void update(StoredSync sync, String text, Duration staleAfter, OffsetDateTime now)
      throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET (sync_id, name, version, destination, object, mode, definition, query,"
                + " columns, session_context, schedule, tags, owner, description) = ({}),"
                + " updated_at = {}, stale_after_seconds = {}, state_view = {}, next_key = {} WHERE"
                + " sync_id = {}",
            table(),
            details(sync, text),
            Sql.bind(now),
            Sql.bind(staleAfter.toSeconds()),
            Sql.bind(sync.stateView()),
            nextKey(sync),
            Sql.bind(sync.syncId())));
    insertVersion(sync, text, now);
  }

  private void insertVersion(StoredSync sync, String text, OffsetDateTime now) throws SQLException {
    warehouse.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, CURRENT_USER)",
            warehouse.table("sync_versions"),
            Sql.bind(sync.syncId()),
            Sql.bind(sync.name()),
            Sql.bind(sync.version()),
            Sql.bind(text),
            Sql.bind(now)));
  }

  /** Remembers other columns: of other types than before, or of another key. */
  public void updateColumns(StoredSync sync) throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET columns = {}, next_key = {} WHERE sync_id = {}",
            table(),
            warehouse.dialect().toJson(Sql.bind(columns(sync.columns()))),
            nextKey(sync),
            Sql.bind(sync.syncId())));
  }

  /**
   * The statement that made one of the versions of a sync.
   *
   * @throws StatementException {@code 42704} with the versions there are
   */
  public String text(StoredSync sync, long version, Position at) throws SQLException {
    Map<Long, String> texts = new TreeMap<>();
    warehouse.query(
        Sql.of(
            "SELECT version, definition FROM {} WHERE sync_id = {}",
            warehouse.table("sync_versions"),
            Sql.bind(sync.syncId())),
        row -> texts.put(row.getLong(1), row.getString(2)));
    String text = texts.get(version);
    if (text == null) {
      throw new StatementException(
          SqlState.UNDEFINED_OBJECT,
          "sync \"" + sync.name() + "\" has no version " + version + ": it has " + listed(texts),
          at);
    }
    return text;
  }

  private static String listed(Map<Long, String> versions) {
    return versions.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** Deletes the definition and what belongs to it but runs, versions and log. */
  public void delete(StoredSync sync) throws SQLException {
    for (Sql table :
        List.of(
            table(),
            warehouse.table("control"),
            warehouse.table("schedules"),
            warehouse.table("row_notes"),
            warehouse.table("unstable_values"),
            warehouse.table("sync_verifications"))) {
      warehouse.run(Sql.of("DELETE FROM {} WHERE sync_id = {}", table, Sql.bind(sync.syncId())));
    }
    new SyncFields(warehouse).delete(sync);
  }

  /** Sets the flag that the language shows; the one a run looks at is in {@code control}. */
  public void setPaused(Optional<StoredSync> sync, boolean paused) throws SQLException {
    Sql which =
        sync.map(s -> Sql.of(" WHERE sync_id = {}", Sql.bind(s.syncId()))).orElse(Sql.EMPTY);
    warehouse.run(Sql.of("UPDATE {} SET paused = {}{}", table(), Sql.bind(paused), which));
    warehouse.run(
        Sql.of("UPDATE {} SET paused = {}{}", warehouse.table("control"), Sql.bind(paused), which));
  }

  private Sql table() {
    return warehouse.table("syncs");
  }

  /** Values from sync_id to description, in the order of the table. */
  private Sql details(StoredSync sync, String text) {
    SyncDefinition d = sync.definition();
    ObjectNode context = Json.object();
    context.put("search_path", sync.context().searchPath());
    context.put("time_zone", sync.context().timeZone());
    return Sql.join(
        ", ",
        List.of(
            Sql.bind(sync.syncId()),
            Sql.bind(sync.name()),
            Sql.bind(sync.version()),
            Sql.bind(d.target().destination().text()),
            Sql.bind(d.target().object()),
            Sql.bind(d.mode().toString()),
            Sql.bind(text),
            Sql.bind(d.query().text()),
            warehouse.dialect().toJson(Sql.bind(columns(sync.columns()))),
            warehouse.dialect().toJson(Sql.bind(Json.write(context))),
            Sql.of(
                "CAST({} AS VARCHAR)", Sql.bind(d.schedule().map(Schedule::toString).orElse(null))),
            Sql.bind(SyncOptions.text(d, "tags").map(SyncOptions::tags).orElse("")),
            Sql.of("CAST({} AS VARCHAR)", Sql.bind(SyncOptions.text(d, "owner").orElse(null))),
            Sql.of(
                "CAST({} AS VARCHAR)", Sql.bind(SyncOptions.text(d, "description").orElse(null)))));
  }

  private static Sql nextKey(StoredSync sync) {
    return Sql.of("CAST({} AS VARCHAR)", Sql.bind(sync.nextKey().map(Syncs::columns).orElse(null)));
  }

  private static String columns(List<MappedColumn> columns) {
    ObjectNode json = Json.object();
    for (MappedColumn column : columns) {
      ObjectNode node = json.putObject(column.field());
      node.put("column", column.column());
      node.put("type", column.type().name());
      node.put("kind", column.type().kind().name());
      node.put("key", column.key());
      node.put("policy", column.policy().toString());
      node.put("stored", column.stored());
      column.path().forEach(node.withArray("path")::add);
    }
    return Json.write(json);
  }

  private StoredSync parse(Row row) {
    try {
      CreateSync command = (CreateSync) reader.read(row.definition());
      JsonNode context = Json.read(row.context());
      return new StoredSync(
          row.syncId(),
          row.version(),
          command.definition(),
          columns(Json.read(row.columns()), command.definition().fields()),
          new SessionContext(
              context.path("search_path").asText(), context.path("time_zone").asText()),
          row.paused(),
          row.stateView(),
          Optional.ofNullable(row.nextKey())
              .map(next -> columns(Json.read(next), command.definition().fields())));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the stored definition of sync " + row.syncId() + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static List<MappedColumn> columns(JsonNode json, FieldList fields) {
    List<MappedColumn> columns = new ArrayList<>();
    for (JsonNode node : json) {
      columns.add(
          new MappedColumn(
              node.path("column").asText(),
              path(node),
              node.path("stored").asText(),
              new ColumnType(
                  ColumnType.Kind.valueOf(node.path("kind").asText()), node.path("type").asText()),
              policy(node, fields)));
    }
    columns.sort(
        Comparator.comparing((MappedColumn c) -> !c.key()).thenComparing(MappedColumn::number));
    return columns;
  }

  private static List<String> path(JsonNode node) {
    List<String> path = new ArrayList<>();
    node.path("path").forEach(segment -> path.add(segment.asText()));
    return path;
  }

  /** The words about a field are those of the definition, which is parsed again. */
  private static FieldPolicy policy(JsonNode node, FieldList fields) {
    String column = node.path("column").asText();
    return node.path("key").asBoolean()
        ? FieldPolicy.PLAIN
        : fields.policy(column, new FieldName(path(node), null).text());
  }

  private record Row(
      String syncId,
      int version,
      String definition,
      String columns,
      String context,
      boolean paused,
      String stateView,
      String nextKey) {
    static Row read(ResultSet row) throws SQLException {
      return new Row(
          row.getString(1),
          row.getInt(2),
          row.getString(3),
          row.getString(4),
          row.getString(5),
          row.getBoolean(6),
          row.getString(7),
          row.getString(8));
    }
  }
}
