package dev.backfeed.connectors.jdbc;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What differs between the databases we write to: how they upsert, what a statement may carry, and
 * which driver properties may be given. Everything else is plain JDBC.
 */
enum Database {
  POSTGRESQL("postgresql", 5432, "org.postgresql:postgresql", 65_535),
  MYSQL("mysql", 3306, "com.mysql:mysql-connector-j", 65_535),
  MARIADB("mariadb", 3306, "org.mariadb.jdbc:mariadb-java-client", 65_535),
  // 32,766 is SQLITE_MAX_VARIABLE_NUMBER since 3.32 (sqlite.org/limits.html).
  SQLITE("sqlite", 0, "org.xerial:sqlite-jdbc", 32_766),
  DUCKDB("duckdb", 0, "org.duckdb:duckdb_jdbc", 65_535);

  /** More rows a statement gain nothing, and make a refused one dearer. */
  private static final int ROWS_PER_STATEMENT = 500;

  private final String scheme;
  private final int defaultPort;
  private final String driverJar;
  private final int bindLimit;

  Database(String scheme, int defaultPort, String driverJar, int bindLimit) {
    this.scheme = scheme;
    this.defaultPort = defaultPort;
    this.driverJar = driverJar;
    this.bindLimit = bindLimit;
  }

  /** The word between {@code jdbc:} and the next colon. */
  String scheme() {
    return scheme;
  }

  int defaultPort() {
    return defaultPort;
  }

  /** Maven coordinates of the driver, for the message that it is missing. */
  String driverJar() {
    return driverJar;
  }

  /** The driver properties that a URL may set, as the driver spells them. */
  List<String> allowedProperties() {
    return switch (this) {
      case POSTGRESQL ->
          List.of(
              "sslmode",
              "channelBinding",
              "ApplicationName",
              "connectTimeout",
              "socketTimeout",
              "tcpKeepAlive",
              "prepareThreshold");
      case MYSQL, MARIADB -> List.of("sslMode", "connectTimeout", "socketTimeout", "tcpKeepAlive");
      case SQLITE -> List.of("busy_timeout", "foreign_keys");
      // Two connections to one file must agree on every setting, so none can be given.
      case DUCKDB -> List.of();
    };
  }

  /** Whether it is a file rather than a server. */
  boolean isFile() {
    return this == SQLITE || this == DUCKDB;
  }

  boolean isMySqlLike() {
    return this == MYSQL || this == MARIADB;
  }

  /** How many rows of so many binds one statement may carry; at least one. */
  int rowsPerStatement(int bindsPerRow) {
    return Math.max(1, Math.min(ROWS_PER_STATEMENT, bindLimit / bindsPerRow));
  }

  /**
   * What follows {@code INSERT INTO t (…) VALUES (…)} to make it an upsert.
   *
   * <p>MySQL's row alias needs 8.0.19; {@code VALUES(a)} is MariaDB's only form (MySQL manual,
   * INSERT … ON DUPLICATE KEY UPDATE).
   *
   * @param keys quoted names of the key columns
   * @param updates quoted names of the other columns, may be empty: an existing row then stays
   */
  String onConflict(List<String> keys, List<String> updates) {
    if (isMySqlLike()) {
      String alias = this == MYSQL ? " AS backfeed_new" : "";
      // Setting the key to itself is how these two say "do nothing".
      List<String> sets = updates.isEmpty() ? List.of(keys.get(0)) : updates;
      UnaryOperator<String> incoming =
          c -> this == MYSQL ? "backfeed_new." + c : "VALUES(" + c + ")";
      return alias
          + " ON DUPLICATE KEY UPDATE "
          + sets.stream().map(c -> c + " = " + incoming.apply(c)).collect(Collectors.joining(", "));
    }
    String target = " ON CONFLICT (" + String.join(", ", keys) + ") DO ";
    return updates.isEmpty()
        ? target + "NOTHING"
        : target
            + "UPDATE SET "
            + updates.stream().map(c -> c + " = EXCLUDED." + c).collect(Collectors.joining(", "));
  }

  /**
   * The place of a value of this column. DuckDB is given most values as text and told the type,
   * since a driver's number types would meet in one VALUES list and lose digits; it reads lists and
   * structs from JSON only.
   */
  String placeholder(Column column) {
    if (this != DUCKDB) {
      return "?";
    }
    return switch (column.kind()) {
      case JSON, ARRAY -> "CAST(? AS JSON)";
      case BINARY, OTHER, TEXT -> "?";
      default -> "CAST(? AS " + column.typeName() + ")";
    };
  }

  /**
   * Driver properties that are always set, whatever the URL says: no local files, no second
   * statement, counts of rows found rather than rows altered (an UPDATE that alters nothing has
   * found its row).
   */
  Map<String, String> fixedProperties() {
    return switch (this) {
      // The server's details print the failing row whole, columns among it that no sync maps.
      case POSTGRESQL -> Map.of("reWriteBatchedInserts", "false", "logServerErrorDetail", "false");
      case MYSQL ->
          Map.of(
              "useAffectedRows", "false",
              "allowLoadLocalInfile", "false",
              "allowMultiQueries", "false",
              "autoDeserialize", "false",
              "rewriteBatchedStatements", "false");
      case MARIADB ->
          Map.of(
              "useAffectedRows", "false",
              "allowLocalInfile", "false",
              "allowMultiQueries", "false",
              "useBulkStmts", "false",
              "rewriteBatchedStatements", "false");
      // A transaction that begins as a reader cannot become a writer while another one writes.
      case SQLITE -> Map.of("transaction_mode", "IMMEDIATE");
      case DUCKDB -> Map.of();
    };
  }

  /**
   * Statements that a new connection begins with. MySQL and MariaDB cut what is too long, and shift
   * times by the session's zone, unless told otherwise.
   */
  List<String> sessionStatements() {
    return isMySqlLike()
        ? List.of(
            "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')",
            "SET SESSION time_zone = '+00:00'")
        : List.of();
  }
}
