package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An output column of a query.
 *
 * @param name as the warehouse gives it
 * @param type what it is kept as
 */
public record QueryColumn(String name, ColumnType type) {
  /** Columns named in an error. */
  private static final int SHOWN = 10;

  /** The output columns of a query, which is not run. */
  public static List<QueryColumn> of(Warehouse warehouse, String query) throws SQLException {
    return warehouse.describe(
        query,
        metaData -> {
          List<QueryColumn> columns = new ArrayList<>();
          for (int i = 1; i <= metaData.getColumnCount(); i++) {
            columns.add(
                new QueryColumn(
                    metaData.getColumnLabel(i), warehouse.dialect().columnType(metaData, i)));
          }
          return columns;
        });
  }

  /**
   * The column a user means: exactly so spelled, else the only one that differs in case alone.
   *
   * @throws StatementException {@code 42703} with the nearest name, else with the names there are
   */
  public static QueryColumn find(List<QueryColumn> columns, Name name, String role)
      throws StatementException {
    List<QueryColumn> exact = columns.stream().filter(c -> c.name.equals(name.text())).toList();
    List<QueryColumn> found =
        exact.isEmpty()
            ? columns.stream().filter(c -> c.name.equalsIgnoreCase(name.text())).toList()
            : exact;
    if (found.size() == 1) {
      return found.get(0);
    }
    String problem =
        found.isEmpty()
            ? "the query has no column \"" + name + "\""
            : "the query has " + found.size() + " columns \"" + name + "\"";
    String hint =
        found.isEmpty()
            ? nearestOrAll(name.text(), columns.stream().map(QueryColumn::name).toList())
            : ": give each its own name";
    throw new StatementException(
        SqlState.UNDEFINED_COLUMN, problem + " for " + role + hint, name.position());
  }

  /** Where no name is near, the user sees what there is. */
  private static String nearestOrAll(String wanted, List<String> names) {
    String hint = Nearest.hint(wanted, names);
    if (!hint.isEmpty()) {
      return hint;
    }
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return ": its columns are " + first + (names.size() > SHOWN ? ", …" : "");
  }
}
