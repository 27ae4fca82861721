package dev.backfeed.engine.warehouse.postgresql;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ColumnType.Kind;
import dev.backfeed.engine.spi.LogRow;
import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.StandardDialect;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * PostgreSQL 14 or newer ({@code hash_record_extended}). {@code json} and arrays are kept as {@code
 * jsonb}, which has an equality; {@code numeric} without precision, so that a wider one changes
 * nothing.
 */
public final class PostgresqlDialect extends StandardDialect {
  private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
  private static final Set<String> CONFLICTS = Set.of("55P03", "40001", "40P01");

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public String homeDatabase(Connection keeper) {
    return "";
  }

  @Override
  public String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public ColumnType columnType(ResultSetMetaData query, int column) throws SQLException {
    int jdbcType = query.getColumnType(column);
    if (jdbcType == Types.ARRAY || jdbcType == Types.STRUCT) {
      return new ColumnType(Kind.JSON, "jsonb");
    }
    return switch (query.getColumnTypeName(column)) {
      case "bool" -> new ColumnType(Kind.BOOLEAN, "boolean");
      case "int2", "smallserial" -> new ColumnType(Kind.INTEGER, "smallint");
      case "int4", "serial" -> new ColumnType(Kind.INTEGER, "integer");
      case "int8", "bigserial", "oid" -> new ColumnType(Kind.INTEGER, "bigint");
      case "numeric" -> new ColumnType(Kind.DECIMAL, "numeric");
      case "float4" -> new ColumnType(Kind.FLOAT, "real");
      case "float8" -> new ColumnType(Kind.FLOAT, "double precision");
      case "date" -> new ColumnType(Kind.DATE, "date");
      case "timestamp" -> new ColumnType(Kind.TIMESTAMP, "timestamp");
      case "timestamptz" -> new ColumnType(Kind.TIMESTAMP_TZ, "timestamp with time zone");
      case "json", "jsonb" -> new ColumnType(Kind.JSON, "jsonb");
      case "bytea" -> new ColumnType(Kind.BINARY, "bytea");
      case "uuid" -> new ColumnType(Kind.TEXT, "uuid");
      default -> new ColumnType(Kind.TEXT, "text");
    };
  }

  @Override
  public boolean widens(ColumnType from, ColumnType to) {
    return from.equals(to)
        || wider(INTEGERS, from, to)
        || (from.kind() == Kind.INTEGER && to.kind() == Kind.DECIMAL);
  }

  @Override
  public Sql jsonType() {
    return Sql.of("JSONB");
  }

  @Override
  public Sql clock() {
    return Sql.of("clock_timestamp()");
  }

  @Override
  public boolean hasIndexes() {
    return true;
  }

  @Override
  public Sql cast(Sql column, ColumnType type) {
    return type.kind() == Kind.JSON ? Sql.of("to_jsonb({})", column) : super.cast(column, type);
  }

  @Override
  public Sql hash(List<Sql> columns, List<ColumnType> types) {
    return columns.isEmpty()
        ? Sql.of("CAST(0 AS BIGINT)")
        // By 0 numeric NaN and infinities would hash like NULL, by 1 zero would.
        : Sql.of("hash_record_extended(ROW({}), 7)", Sql.join(", ", parts(columns, types)));
  }

  @Override
  public Sql rowHash(Sql key, List<Sql> columns, List<ColumnType> types) {
    // The hash of a record is a sum over its columns; seeded by the key no two sums are alike.
    List<Sql> all = new ArrayList<>(List.of(Sql.number(1)));
    all.addAll(parts(columns, types));
    return Sql.of("hash_record_extended(ROW({}), {})", Sql.join(", ", all), key);
  }

  /**
   * The hash of a bigint folds its halves together (hashint8extended), so that 1 and 2^32 are
   * alike; a timestamp is hashed as a bigint.
   */
  private List<Sql> parts(List<Sql> columns, List<ColumnType> types) {
    List<Sql> hashed = hashed(columns, types);
    List<Sql> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Sql column = hashed.get(i);
      switch (types.get(i).kind()) {
        case INTEGER -> {
          parts.add(column);
          if (types.get(i).name().equals("bigint")) {
            parts.add(Sql.of("{} >> 32", column));
          }
        }
        case TIMESTAMP -> parts.add(Sql.of("timestamp_send({})", column));
        case TIMESTAMP_TZ -> parts.add(Sql.of("timestamptz_send({})", column));
        default -> parts.add(column);
      }
    }
    return parts;
  }

  @Override
  public int digestBuckets() {
    return 1 << 15;
  }

  @Override
  public Sql unsendable(Sql value, ColumnType type) {
    return switch (type.kind()) {
      case FLOAT, DECIMAL -> Sql.of("{} IN ('NaN', 'Infinity', '-Infinity')", value);
      case DATE, TIMESTAMP, TIMESTAMP_TZ -> Sql.of("NOT isfinite({})", value);
      default -> null;
    };
  }

  @Override
  protected Sql isoDate(Sql date) {
    return Sql.of("to_char({}, 'YYYY-MM-DD')", date);
  }

  @Override
  protected Sql isoTime(Sql utc) {
    return Sql.of("to_char({}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')", utc);
  }

  @Override
  protected Sql base64(Sql bytes) {
    // encode() breaks its lines every 76 characters.
    return Sql.of("translate(encode({}, 'base64'), chr(10), '')", bytes);
  }

  @Override
  protected Sql plainText(Sql value) {
    return Sql.of("CAST({} AS TEXT)", value);
  }

  @Override
  public Sql keyText(Sql value, ColumnType type, String zone) {
    return type.kind() == Kind.DECIMAL
        ? Sql.of("CAST(trim_scale({}) AS TEXT)", value)
        : text(value, type, zone);
  }

  @Override
  public Sql textArray(List<Sql> texts) {
    return Sql.of("CAST(array_to_json(CAST(ARRAY[{}] AS TEXT[])) AS TEXT)", Sql.join(", ", texts));
  }

  @Override
  public Sql toJson(Sql text) {
    return Sql.of("CAST({} AS JSONB)", text);
  }

  @Override
  public Sql jsonRows(Sql json, List<String> columns) {
    List<Sql> fields =
        columns.stream().map(c -> Sql.of("r ->> {} AS {}", Sql.literal(c), Sql.name(c))).toList();
    return Sql.of(
        "(SELECT {} FROM jsonb_array_elements(CAST({} AS JSONB)) AS r)",
        Sql.join(", ", fields),
        json);
  }

  @Override
  public Sql plusSeconds(Sql time, Sql seconds) {
    return Sql.of("({} + {} * INTERVAL '1 second')", time, seconds);
  }

  @Override
  public Sql binary(Sql expression, ColumnType type) {
    return type.name().equals("text") ? Sql.of("{} COLLATE \"C\"", expression) : expression;
  }

  @Override
  public Sql fence() {
    return Sql.of(" OFFSET 0");
  }

  @Override
  public Sql relations(List<String> name, List<String> within) {
    // A view's text names what its search path does not show in full, so that it needs no context.
    List<String> path = name.size() == 3 ? name.subList(1, 3) : name;
    String quoted = path.stream().map(this::quoteIdentifier).collect(Collectors.joining("."));
    return Sql.of(
        """
        SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind,
               CAST(current_database() AS TEXT) AS database,
               CASE WHEN n.oid = pg_my_temp_schema() THEN 'pg_temp' ELSE n.nspname END AS schema,
               c.relname AS name,
               CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
               a.attname AS column_name
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a
          ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.oid = to_regclass({}) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
          AND current_database() = COALESCE({}, current_database())
        ORDER BY a.attnum""",
        Sql.bind(quoted),
        Sql.of("CAST({} AS TEXT)", Sql.bind(name.size() == 3 ? name.get(0) : null)));
  }

  @Override
  public Sql userFunctions() {
    return Sql.of(
        """
        SELECT DISTINCT lower(p.proname)
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE l.lanname NOT IN ('internal', 'c')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')""");
  }

  @Override
  public Sql createTemporary(Sql name, Sql query) {
    return Sql.of("CREATE TEMP TABLE {} ON COMMIT DROP AS {}", name, query);
  }

  @Override
  public boolean dropsTemporary() {
    return false;
  }

  @Override
  public Sql lock(Sql table, Sql column, Sql condition) {
    return Sql.of("SELECT {} FROM {} WHERE {} FOR UPDATE NOWAIT", column, table, condition);
  }

  @Override
  public void loadLog(Connection work, String database, String schema, List<LogRow> rows)
      throws SQLException {
    CopyIn copy =
        work.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + quoteIdentifier(schema) + ".sync_log FROM STDIN");
    try {
      StringBuilder line = new StringBuilder();
      for (LogRow row : rows) {
        line.setLength(0);
        line(line, row);
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void line(StringBuilder line, LogRow row) {
    for (Object value :
        new Object[] {
          row.runId(),
          row.sync(),
          row.recordKey(),
          row.operation(),
          row.outcome(),
          row.changes(),
          row.destinationId(),
          row.errorType(),
          row.errorCode(),
          row.errorMessage(),
          row.attempts(),
          row.occurredAt(),
          row.seq(),
          row.checkpointNo(),
          row.held()
        }) {
      if (!line.isEmpty()) {
        line.append('\t');
      }
      cell(line, value);
    }
    line.append('\n');
  }

  /** One value in COPY's text format: back-slash escapes, {@code \N} for null, no NUL. */
  private static void cell(StringBuilder line, Object value) {
    if (value == null) {
      line.append("\\N");
      return;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\t' -> line.append("\\t");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\0' -> line.append('\uFFFD');
        default -> line.append(c);
      }
    }
  }

  @Override
  public boolean inTransaction(Connection work) throws SQLException {
    return work.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
  }

  @Override
  public boolean hasSavepoints() {
    return true;
  }

  @Override
  public boolean isConflict(SQLException e) {
    return CONFLICTS.contains(String.valueOf(e.getSQLState()));
  }

  @Override
  public SessionContext session(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT current_setting('search_path'), current_setting('TimeZone')");
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return new SessionContext(rows.getString(1), rows.getString(2));
    }
  }

  @Override
  public void apply(Connection connection, SessionContext context) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT set_config('search_path', ?, false), set_config('TimeZone', ?, false)")) {
      statement.setString(1, context.searchPath());
      statement.setString(2, context.timeZone());
      statement.execute();
    }
  }

  @Override
  public String backend(Connection work) throws SQLException {
    try (PreparedStatement statement =
            work.prepareStatement(
                "SELECT pid || '|' || backend_start FROM pg_stat_activity"
                    + " WHERE pid = pg_backend_pid()");
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  @Override
  public boolean hasSeveralProcesses() {
    return true;
  }

  @Override
  public Boolean alive(Connection connection, String backend, boolean heldHere)
      throws SQLException {
    int bar = backend.indexOf('|');
    if (bar < 0) {
      return null;
    }
    // Roles without pg_read_all_stats see the pid of others but not when they began.
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT CAST(backend_start AS TEXT) = ? FROM pg_stat_activity WHERE pid = ?")) {
      statement.setString(1, backend.substring(bar + 1));
      statement.setInt(2, Integer.parseInt(backend.substring(0, bar)));
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Boolean.FALSE;
        }
        boolean same = rows.getBoolean(1);
        return rows.wasNull() ? null : Boolean.valueOf(same);
      }
    }
  }
}
