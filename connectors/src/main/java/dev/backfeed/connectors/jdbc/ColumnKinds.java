package dev.backfeed.connectors.jdbc;

import java.sql.Types;
import java.util.Locale;
import java.util.Optional;

/** From what a driver says of a column's type to how we treat it. */
final class ColumnKinds {
  private ColumnKinds() {}

  static Column.Kind of(Database database, int jdbcType, String typeName) {
    String name = typeName.toUpperCase(Locale.ROOT);
    return switch (database) {
      case SQLITE -> byAffinity(name);
      case DUCKDB -> duckDb(name);
      case POSTGRESQL -> postgres(jdbcType, name);
      case MYSQL, MARIADB -> mySql(jdbcType, name);
    };
  }

  /** The longest text that the database lets in; SQLite and DuckDB do not look. */
  static Optional<Integer> maxLength(Database database, int jdbcType, Column.Kind kind, int size) {
    boolean counted =
        jdbcType == Types.CHAR
            || jdbcType == Types.VARCHAR
            || jdbcType == Types.NCHAR
            || jdbcType == Types.NVARCHAR;
    return counted && kind == Column.Kind.TEXT && !database.isFile() && size > 0 && size < 1 << 28
        ? Optional.of(size)
        : Optional.empty();
  }

  /** MySQL's and MariaDB's default collations do, PostgreSQL's citext does. */
  static boolean ignoresCase(Database database, Column.Kind kind, String typeName) {
    return kind == Column.Kind.TEXT
        && (database.isMySqlLike() || typeName.equalsIgnoreCase("citext"));
  }

  private static Column.Kind postgres(int jdbcType, String name) {
    return switch (name) {
      case "BOOL" -> Column.Kind.BOOLEAN;
      case "TIMESTAMPTZ" -> Column.Kind.TIMESTAMP_TZ;
      case "JSON", "JSONB" -> Column.Kind.JSON;
      case "CITEXT" -> Column.Kind.TEXT;
      case "BIT", "VARBIT", "MONEY" -> Column.Kind.OTHER;
      default -> byJdbcType(jdbcType);
    };
  }

  private static Column.Kind mySql(int jdbcType, String name) {
    return switch (name) {
      case "JSON" -> Column.Kind.JSON;
      case "YEAR" -> Column.Kind.INTEGER;
      case "DATETIME", "TIMESTAMP" -> Column.Kind.TIMESTAMP;
      case "ENUM", "SET", "GEOMETRY" -> Column.Kind.OTHER;
      default -> byJdbcType(jdbcType);
    };
  }

  private static Column.Kind duckDb(String name) {
    if (name.endsWith("]") || name.startsWith("STRUCT(") || name.startsWith("MAP(")) {
      return Column.Kind.ARRAY;
    }
    if (name.startsWith("DECIMAL(")) {
      return Column.Kind.DECIMAL;
    }
    return switch (name) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT" -> Column.Kind.INTEGER;
      case "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT" -> Column.Kind.INTEGER;
      case "FLOAT", "DOUBLE" -> Column.Kind.FLOAT;
      case "BOOLEAN" -> Column.Kind.BOOLEAN;
      case "VARCHAR" -> Column.Kind.TEXT;
      case "DATE" -> Column.Kind.DATE;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> Column.Kind.TIMESTAMP;
      case "TIMESTAMP WITH TIME ZONE" -> Column.Kind.TIMESTAMP_TZ;
      case "JSON" -> Column.Kind.JSON;
      case "BLOB" -> Column.Kind.BINARY;
      default -> Column.Kind.OTHER;
    };
  }

  /** A declared type means little to SQLite; these are its own rules (datatype3.html, 3.1). */
  private static Column.Kind byAffinity(String name) {
    if (name.startsWith("BOOL")) {
      return Column.Kind.BOOLEAN;
    }
    if (name.equals("DATE")) {
      return Column.Kind.DATE;
    }
    if (name.startsWith("DATETIME") || name.startsWith("TIMESTAMP")) {
      return Column.Kind.TIMESTAMP;
    }
    if (name.startsWith("JSON")) {
      return Column.Kind.JSON;
    }
    if (name.contains("INT")) {
      return Column.Kind.INTEGER;
    }
    if (name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT")) {
      return Column.Kind.TEXT;
    }
    if (name.contains("BLOB")) {
      return Column.Kind.BINARY;
    }
    if (name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB")) {
      return Column.Kind.FLOAT;
    }
    return name.startsWith("DEC") || name.startsWith("NUM")
        ? Column.Kind.DECIMAL
        : Column.Kind.OTHER;
  }

  private static Column.Kind byJdbcType(int jdbcType) {
    return switch (jdbcType) {
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Column.Kind.INTEGER;
      case Types.NUMERIC, Types.DECIMAL -> Column.Kind.DECIMAL;
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> Column.Kind.FLOAT;
      case Types.BOOLEAN, Types.BIT -> Column.Kind.BOOLEAN;
      case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB -> Column.Kind.TEXT;
      case Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR, Types.NCLOB -> Column.Kind.TEXT;
      case Types.DATE -> Column.Kind.DATE;
      case Types.TIMESTAMP -> Column.Kind.TIMESTAMP;
      case Types.TIMESTAMP_WITH_TIMEZONE -> Column.Kind.TIMESTAMP_TZ;
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Column.Kind.BINARY;
      case Types.ARRAY -> Column.Kind.ARRAY;
      default -> Column.Kind.OTHER;
    };
  }
}
