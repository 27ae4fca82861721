package dev.backfeed.connectors.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The closed lists of a table's enum columns, where a database takes exactly these texts. MySQL and
 * MariaDB take them in other cases too, so they are left to judge.
 */
final class EnumValues {
  private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'')*)'");

  private final Map<String, List<String>> listed;

  private EnumValues(Map<String, List<String>> listed) {
    this.listed = listed;
  }

  static EnumValues read(Database database, Connection connection, String schema, String table)
      throws SQLException {
    Map<String, List<String>> listed = new HashMap<>();
    if (database == Database.POSTGRESQL) {
      String sql =
          "SELECT a.attname, e.enumlabel FROM pg_catalog.pg_class c"
              + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
              + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
              + " JOIN pg_catalog.pg_enum e ON e.enumtypid = a.atttypid"
              + " WHERE n.nspname = ? AND c.relname = ? ORDER BY e.enumsortorder";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, schema);
        statement.setString(2, table);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            listed
                .computeIfAbsent(rows.getString(1), c -> new ArrayList<>())
                .add(rows.getString(2));
          }
        }
      }
    }
    return new EnumValues(listed);
  }

  /**
   * The values of a column; none where it takes others.
   *
   * @param typeName DuckDB's says the values itself
   */
  List<String> of(String column, String typeName) {
    if (!typeName.startsWith("ENUM(")) {
      return listed.getOrDefault(column, List.of());
    }
    List<String> values = new ArrayList<>();
    Matcher value = QUOTED.matcher(typeName);
    while (value.find()) {
      values.add(value.group(1).replace("''", "'"));
    }
    return values;
  }
}
