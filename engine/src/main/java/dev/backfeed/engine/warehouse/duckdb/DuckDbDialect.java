package dev.backfeed.engine.warehouse.duckdb;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ColumnType.Kind;
import dev.backfeed.engine.spi.LogRow;
import dev.backfeed.engine.spi.SessionContext;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.StandardDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB. One process opens a file for writing, so the owner of a lease in any other process is
 * dead. Types without an equality or text form of their own use (structs, lists, maps) are kept as
 * JSON.
 */
public final class DuckDbDialect extends StandardDialect {
  private static final List<String> INTEGERS =
      List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT");
  private static final Set<String> UNSIGNED =
      Set.of("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT");
  private static final int ROW_GROUP = 122_880;
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public String homeDatabase(Connection keeper) throws SQLException {
    return one(keeper, "SELECT current_database()");
  }

  @Override
  public String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public ColumnType columnType(ResultSetMetaData query, int column) throws SQLException {
    String type = query.getColumnTypeName(column).toUpperCase(Locale.ROOT);
    if (INTEGERS.contains(type) || UNSIGNED.contains(type)) {
      return new ColumnType(Kind.INTEGER, type);
    }
    if (type.startsWith("DECIMAL")) {
      return new ColumnType(Kind.DECIMAL, type);
    }
    return switch (type) {
      case "BOOLEAN" -> new ColumnType(Kind.BOOLEAN, type);
      case "FLOAT", "DOUBLE" -> new ColumnType(Kind.FLOAT, type);
      case "DATE" -> new ColumnType(Kind.DATE, type);
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" ->
          new ColumnType(Kind.TIMESTAMP, "TIMESTAMP");
      case "TIMESTAMP WITH TIME ZONE" -> new ColumnType(Kind.TIMESTAMP_TZ, type);
      case "BLOB" -> new ColumnType(Kind.BINARY, type);
      case "UUID" -> new ColumnType(Kind.TEXT, type);
      default ->
          new ColumnType(nested(type) ? Kind.JSON : Kind.TEXT, nested(type) ? "JSON" : "VARCHAR");
    };
  }

  private static boolean nested(String type) {
    return type.equals("JSON")
        || type.equals("VARIANT")
        || type.endsWith("]")
        || type.startsWith("STRUCT")
        || type.startsWith("MAP")
        || type.startsWith("UNION");
  }

  @Override
  public boolean widens(ColumnType from, ColumnType to) {
    if (from.equals(to) || wider(INTEGERS, from, to)) {
      return true;
    }
    Matcher a = DECIMAL.matcher(from.name());
    Matcher b = DECIMAL.matcher(to.name());
    return a.matches()
        && b.matches()
        && scale(b) >= scale(a)
        && digits(b) - scale(b) >= digits(a) - scale(a);
  }

  private static int digits(Matcher decimal) {
    return Integer.parseInt(decimal.group(1));
  }

  private static int scale(Matcher decimal) {
    return Integer.parseInt(decimal.group(2));
  }

  @Override
  public Sql jsonType() {
    return Sql.of("JSON");
  }

  @Override
  public boolean hasIndexes() {
    return false;
  }

  @Override
  public Sql hash(List<Sql> columns, List<ColumnType> types) {
    return columns.isEmpty()
        ? Sql.of("CAST(0 AS UBIGINT)")
        : Sql.of("hash({})", Sql.join(", ", hashed(columns, types)));
  }

  @Override
  public Sql rowHash(Sql key, List<Sql> columns, List<ColumnType> types) {
    // The hash of several columns is the exclusive or of a mix of the first ones with the last.
    List<Sql> all = new ArrayList<>(List.of(key));
    all.addAll(hashed(columns, types));
    return Sql.of("hash(hash({}))", Sql.join(", ", all));
  }

  @Override
  public int digestBuckets() {
    return 1 << 18;
  }

  @Override
  public Sql unsendable(Sql value, ColumnType type) {
    return hasInfinity(type) ? Sql.of("NOT isfinite({})", value) : null;
  }

  @Override
  protected Sql isoDate(Sql date) {
    return Sql.of("strftime({}, '%Y-%m-%d')", date);
  }

  @Override
  protected Sql isoTime(Sql utc) {
    return Sql.of("strftime({}, '%Y-%m-%dT%H:%M:%S.%gZ')", utc);
  }

  @Override
  protected Sql base64(Sql bytes) {
    return Sql.of("to_base64({})", bytes);
  }

  @Override
  protected Sql plainText(Sql value) {
    return Sql.of("CAST({} AS VARCHAR)", value);
  }

  @Override
  public Sql keyText(Sql value, ColumnType type, String zone) {
    Matcher decimal = DECIMAL.matcher(type.name());
    return decimal.matches() && scale(decimal) > 0
        ? Sql.of("rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')", value)
        : text(value, type, zone);
  }

  @Override
  public Sql textArray(List<Sql> texts) {
    return texts.isEmpty()
        ? Sql.of("'[]'")
        : Sql.of("CAST(to_json([{}]) AS VARCHAR)", Sql.join(", ", texts));
  }

  @Override
  public Sql toJson(Sql text) {
    return Sql.of("CAST({} AS JSON)", text);
  }

  @Override
  public Sql jsonRows(Sql json, List<String> columns) {
    List<Sql> fields =
        columns.stream()
            .map(
                c -> Sql.of("json_extract_string(r, {}) AS {}", Sql.literal("$." + c), Sql.name(c)))
            .toList();
    return Sql.of(
        "(SELECT {} FROM (SELECT unnest(from_json({}, '[\"JSON\"]')) AS r))",
        Sql.join(", ", fields),
        json);
  }

  @Override
  public Sql plusSeconds(Sql time, Sql seconds) {
    return Sql.of("({} + to_seconds({}))", time, seconds);
  }

  @Override
  public Sql relations(List<String> name, List<String> within) {
    String relation = name.get(name.size() - 1);
    Sql named =
        switch (name.size()) {
          case 1 -> Sql.of("TRUE");
          case 2 ->
              Sql.of(
                  "(lower(schema_name) = lower({}) OR (lower(database_name) = lower({}) AND"
                      + " schema_name = 'main'))",
                  Sql.bind(name.get(0)),
                  Sql.bind(name.get(0)));
          default ->
              Sql.of(
                  "lower(database_name) = lower({}) AND lower(schema_name) = lower({})",
                  Sql.bind(name.get(0)),
                  Sql.bind(name.get(1)));
        };
    return Sql.of(
        """
        WITH relations AS (
          SELECT 'table' AS kind, database_name, schema_name, table_name AS name,
                 NULL AS definition
          FROM duckdb_tables()
          UNION ALL
          SELECT 'view', database_name, schema_name, view_name, sql FROM duckdb_views()),
        path AS (
          SELECT string_split(current_setting('search_path'), ',') AS entries,
                 contains(current_setting('search_path'), '"') AS quoted),
        meant AS (SELECT *, {} AS rank FROM relations, path WHERE lower(name) = lower({}) AND {})
        SELECT m.kind, m.database_name, m.schema_name, m.name, m.definition, c.column_name
        FROM meant m JOIN duckdb_columns() c
          ON c.database_name = m.database_name AND c.schema_name = m.schema_name
          AND c.table_name = m.name
        WHERE m.rank = (SELECT MIN(rank) FROM meant)
        ORDER BY m.database_name, m.schema_name, m.name, c.column_index""",
        name.size() == 3 ? Sql.of("0") : rank(within),
        Sql.bind(relation),
        named);
  }

  /**
   * Which of several relations DuckDB takes: a temporary one, one beside the view in which the name
   * stands, then by the search path. One that it would not find at all comes last.
   */
  private static Sql rank(List<String> within) {
    Sql besideTheView =
        within.isEmpty()
            ? Sql.EMPTY
            : Sql.of(
                "WHEN database_name = {} AND schema_name = {} THEN 1",
                Sql.bind(within.get(0)),
                Sql.bind(within.get(1)));
    return Sql.of(
        """
        CASE WHEN database_name = 'temp' THEN 0
             {}
             WHEN quoted THEN 2
             WHEN list_contains(entries, database_name || '.' || schema_name)
               THEN 2 + list_position(entries, database_name || '.' || schema_name)
             WHEN database_name = current_database() AND list_contains(entries, schema_name)
               THEN 2 + list_position(entries, schema_name)
             WHEN schema_name = 'main' AND list_contains(entries, database_name)
               THEN 2 + list_position(entries, database_name)
             WHEN database_name = current_database() AND schema_name = 'main' THEN 900
             WHEN database_name = current_database() THEN 901
             ELSE 999 END""",
        besideTheView);
  }

  @Override
  public Sql userFunctions() {
    return Sql.of(
        "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE NOT internal");
  }

  @Override
  public Sql createTemporary(Sql name, Sql query) {
    return Sql.of("CREATE TEMP TABLE {} AS {}", name, query);
  }

  /**
   * Each checkpoint scans the state's keys, having no index, and each fold of the write-ahead log
   * into the file rewrites the last row group of every table it is about: ten thousand rows at a
   * time, that took half of a first run. A whole row group goes straight into the file.
   */
  @Override
  public CheckpointPace checkpointPace() {
    return new CheckpointPace(ROW_GROUP, Duration.ofSeconds(5));
  }

  @Override
  public boolean dropsTemporary() {
    return true;
  }

  @Override
  public Sql lock(Sql table, Sql column, Sql condition) {
    // Setting a column to what it is changes nothing for DuckDB, and so conflicts with nobody.
    return Sql.of("UPDATE {} SET {} = {} + 1 WHERE {}", table, column, column, condition);
  }

  @Override
  public void loadLog(Connection work, String database, String schema, List<LogRow> rows)
      throws SQLException {
    DuckDBConnection duckdb = work.unwrap(DuckDBConnection.class);
    try (DuckDBAppender appender = duckdb.createAppender(database, schema, "sync_log")) {
      for (LogRow row : rows) {
        append(appender, row);
      }
    }
  }

  private static void append(DuckDBAppender appender, LogRow row) throws SQLException {
    appender.beginRow();
    appendTexts(
        appender,
        row.runId(),
        row.sync(),
        row.recordKey(),
        row.operation(),
        row.outcome(),
        row.changes(),
        row.destinationId(),
        row.errorType(),
        row.errorCode(),
        row.errorMessage());
    appender.append((long) row.attempts());
    appender.append(row.occurredAt());
    appender.append(row.seq());
    appender.append(row.checkpointNo());
    appendTexts(appender, row.held());
    appender.endRow();
  }

  private static void appendTexts(DuckDBAppender appender, String... texts) throws SQLException {
    for (String text : texts) {
      if (text == null) {
        appender.appendNull();
      } else {
        appender.append(text);
      }
    }
  }

  @Override
  public boolean inTransaction(Connection work) throws SQLException {
    // Outside a transaction each statement is one of its own and has its own number. An own BEGIN
    // as a probe would abort the user's transaction.
    String probe = "SELECT txid_current()";
    return one(work, probe).equals(one(work, probe));
  }

  @Override
  public boolean hasSavepoints() {
    return false;
  }

  @Override
  public boolean isConflict(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Conflict") || message.contains("write-write conflict");
  }

  @Override
  public SessionContext session(Connection connection) throws SQLException {
    return new SessionContext(
        one(connection, "SELECT current_setting('search_path')"),
        one(connection, "SELECT current_setting('TimeZone')"));
  }

  @Override
  public void apply(Connection connection, SessionContext context) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + quoteLiteral(context.searchPath()));
      statement.execute("SET TimeZone = " + quoteLiteral(context.timeZone()));
    }
  }

  @Override
  public String backend(Connection work) {
    return "";
  }

  @Override
  public boolean hasSeveralProcesses() {
    return false;
  }

  @Override
  public Boolean alive(Connection connection, String backend, boolean heldHere) {
    return heldHere;
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
