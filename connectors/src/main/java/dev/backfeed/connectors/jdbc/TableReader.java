package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.ConnectorException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a table from {@link DatabaseMetaData}. Name patterns are not escaped, since drivers differ
 * in how; what comes back is compared with the name instead.
 */
final class TableReader {
  private final Database database;
  private final Optional<String> defaultSchema;

  TableReader(Database database, Optional<String> defaultSchema) {
    this.database = database;
    this.defaultSchema = defaultSchema;
  }

  /** Where a table lies; MySQL's databases are catalogs to JDBC, elsewhere schemas count. */
  private record Place(String catalog, String schema, String table, boolean view) {}

  /**
   * Reads the table that an object names: {@code users}, or {@code public.users}.
   *
   * @throws ConnectorException {@code MISCONFIGURED} if there is none, with the nearest name
   */
  Table read(Connection connection, String object) throws SQLException {
    Place place = find(connection, object);
    DatabaseMetaData meta = connection.getMetaData();
    String quote = meta.getIdentifierQuoteString();
    EnumValues enums = EnumValues.read(database, connection, place.schema(), place.table());
    List<Column> columns = columns(meta, place, generated(connection, place), enums);
    String schema = database.isMySqlLike() ? place.catalog() : place.schema();
    String name = Names.quote(place.table(), quote);
    return new Table(
        schema == null ? name : Names.quote(schema, quote) + "." + name,
        quote,
        place.view(),
        columns,
        uniqueKeys(connection, place));
  }

  /** Whether the schema of the options is there. */
  boolean hasSchema(Connection connection, String schema) throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    String label = database.isMySqlLike() ? "TABLE_CAT" : "TABLE_SCHEM";
    try (ResultSet rows = database.isMySqlLike() ? meta.getCatalogs() : meta.getSchemas()) {
      while (rows.next()) {
        if (schema.equals(rows.getString(label))) {
          return true;
        }
      }
    }
    return false;
  }

  private Place find(Connection connection, String object) throws SQLException {
    String home = defaultSchema.orElse(currentSchema(connection));
    List<String> near = new ArrayList<>();
    Optional<Place> found = inSchema(connection, home, object, near);
    int dot = object.indexOf('.');
    if (found.isEmpty() && dot > 0) {
      found = inSchema(connection, object.substring(0, dot), object.substring(dot + 1), near);
    }
    String last = object.substring(dot + 1);
    return found.orElseThrow(
        () ->
            new ConnectorException(
                ConnectorException.Kind.MISCONFIGURED,
                "there is no table \"%s\"%s%s"
                    .formatted(
                        object,
                        dot < 0 && home != null ? " in schema \"" + home + "\"" : "",
                        Names.didYouMean(last, near))));
  }

  private String currentSchema(Connection connection) throws SQLException {
    return switch (database) {
      case MYSQL, MARIADB -> connection.getCatalog();
      case SQLITE -> null;
      case POSTGRESQL, DUCKDB -> connection.getSchema();
    };
  }

  private Optional<Place> inSchema(
      Connection connection, String schema, String table, List<String> near) throws SQLException {
    List<Place> exact = tables(connection, schema, table);
    int at = Names.find(table, exact.stream().map(Place::table).toList());
    if (at >= 0) {
      return Optional.of(exact.get(at));
    }
    List<Place> all = tables(connection, schema, "%");
    List<String> names = all.stream().map(Place::table).toList();
    near.addAll(names);
    int alike = Names.find(table, names);
    return alike < 0 ? Optional.empty() : Optional.of(all.get(alike));
  }

  private List<Place> tables(Connection connection, String schema, String pattern)
      throws SQLException {
    boolean byCatalog = database.isMySqlLike();
    if (schema == null && database != Database.SQLITE) {
      // No schema at all would mean any, to JDBC.
      return List.of();
    }
    String catalog = byCatalog ? schema : connection.getCatalog();
    String jdbcSchema = byCatalog || database == Database.SQLITE ? null : schema;
    if (database == Database.SQLITE && schema != null && !schema.equalsIgnoreCase("main")) {
      return List.of();
    }
    List<Place> places = new ArrayList<>();
    try (ResultSet rows = connection.getMetaData().getTables(catalog, jdbcSchema, pattern, null)) {
      while (rows.next()) {
        String type = rows.getString("TABLE_TYPE").toUpperCase(Locale.ROOT);
        boolean view = type.contains("VIEW");
        if ((view || type.contains("TABLE"))
            && !type.startsWith("SYSTEM")
            && (jdbcSchema == null || jdbcSchema.equals(rows.getString("TABLE_SCHEM")))) {
          String found = rows.getString("TABLE_NAME");
          places.add(new Place(catalog, rows.getString("TABLE_SCHEM"), found, view));
        }
      }
    }
    return places;
  }

  private List<Column> columns(
      DatabaseMetaData meta, Place place, Set<String> generated, EnumValues enums)
      throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (ResultSet rows = meta.getColumns(place.catalog(), place.schema(), place.table(), "%")) {
      while (rows.next()) {
        if (place.table().equals(rows.getString("TABLE_NAME"))
            && (place.schema() == null || place.schema().equals(rows.getString("TABLE_SCHEM")))) {
          columns.add(column(rows, generated, enums));
        }
      }
    }
    return columns;
  }

  private Column column(ResultSet row, Set<String> generated, EnumValues enums)
      throws SQLException {
    String name = row.getString("COLUMN_NAME");
    String typeName = row.getString("TYPE_NAME");
    int jdbcType = row.getInt("DATA_TYPE");
    Column.Kind kind = ColumnKinds.of(database, jdbcType, typeName);
    boolean writable =
        !generated.contains(name) && !"YES".equals(row.getString("IS_GENERATEDCOLUMN"));
    boolean required =
        writable
            && row.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls
            && row.getString("COLUMN_DEF") == null
            && !"YES".equals(row.getString("IS_AUTOINCREMENT"));
    return new Column(
        name,
        kind,
        typeName,
        required,
        writable,
        ColumnKinds.maxLength(database, jdbcType, kind, row.getInt("COLUMN_SIZE")),
        enums.of(name, typeName),
        ColumnKinds.ignoresCase(database, kind, typeName));
  }

  /** DuckDB's driver does not tell them. */
  private Set<String> generated(Connection connection, Place place) throws SQLException {
    Set<String> names = new HashSet<>();
    if (database == Database.DUCKDB) {
      String sql =
          "SELECT column_name FROM information_schema.columns WHERE table_catalog = current_database()"
              + " AND table_schema = ? AND table_name = ? AND is_generated = 'ALWAYS'";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, place.schema());
        statement.setString(2, place.table());
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            names.add(rows.getString(1));
          }
        }
      }
    }
    return names;
  }

  private List<Set<String>> uniqueKeys(Connection connection, Place place) throws SQLException {
    if (place.view()) {
      return List.of();
    }
    if (database == Database.DUCKDB) {
      return duckDbKeys(connection, place);
    }
    Set<Set<String>> keys = new LinkedHashSet<>();
    DatabaseMetaData meta = connection.getMetaData();
    Set<String> primary = new LinkedHashSet<>();
    try (ResultSet rows = meta.getPrimaryKeys(place.catalog(), place.schema(), place.table())) {
      while (rows.next()) {
        primary.add(rows.getString("COLUMN_NAME"));
      }
    }
    if (!primary.isEmpty()) {
      keys.add(primary);
    }
    keys.addAll(uniqueIndexes(meta, place));
    return List.copyOf(keys);
  }

  /** Whole-table indexes on plain columns; an expression shows as a column that does not exist. */
  private static Set<Set<String>> uniqueIndexes(DatabaseMetaData meta, Place place)
      throws SQLException {
    Map<String, Set<String>> indexes = new LinkedHashMap<>();
    Set<String> partial = new HashSet<>();
    try (ResultSet rows =
        meta.getIndexInfo(place.catalog(), place.schema(), place.table(), true, true)) {
      while (rows.next()) {
        String index = rows.getString("INDEX_NAME");
        String column = rows.getString("COLUMN_NAME");
        if (index == null || column == null || rows.getBoolean("NON_UNIQUE")) {
          continue;
        }
        if (hasFilter(rows)) {
          partial.add(index);
        }
        indexes.computeIfAbsent(index, i -> new LinkedHashSet<>()).add(column);
      }
    }
    indexes.keySet().removeAll(partial);
    return new LinkedHashSet<>(indexes.values());
  }

  private static boolean hasFilter(ResultSet row) throws SQLException {
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      if (row.getMetaData().getColumnLabel(i).equalsIgnoreCase("FILTER_CONDITION")) {
        return row.getString(i) != null;
      }
    }
    return false;
  }

  /** DuckDB's driver lists primary keys only, and no index of either kind. */
  private static List<Set<String>> duckDbKeys(Connection connection, Place place)
      throws SQLException {
    String sql =
        """
        SELECT to_json(constraint_column_names)::VARCHAR FROM duckdb_constraints()
        WHERE database_name = current_database() AND schema_name = ? AND table_name = ?
          AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')
        UNION ALL
        SELECT expressions FROM duckdb_indexes()
        WHERE database_name = current_database() AND schema_name = ? AND table_name = ? AND is_unique
        """;
    Set<Set<String>> keys = new LinkedHashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < 2; i++) {
        statement.setString(2 * i + 1, place.schema());
        statement.setString(2 * i + 2, place.table());
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          keys.add(names(rows.getString(1)));
        }
      }
    }
    return List.copyOf(keys);
  }

  /** {@code ["a","b"]} as constraints give it, {@code [a, '"B c"']} as indexes do. */
  private static Set<String> names(String list) {
    Set<String> names = new LinkedHashSet<>();
    String inner = list.substring(1, list.length() - 1);
    for (String name : Arrays.asList(inner.split(","))) {
      String bare = name.strip();
      for (String mark : List.of("'", "\"")) {
        if (bare.length() > 1 && bare.startsWith(mark) && bare.endsWith(mark)) {
          bare = bare.substring(1, bare.length() - 1).replace(mark + mark, mark);
        }
      }
      names.add(bare);
    }
    return names;
  }
}
