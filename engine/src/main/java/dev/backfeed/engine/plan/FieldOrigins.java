package dev.backfeed.engine.plan;

import dev.backfeed.engine.EngineSettings.LineageReader;
import dev.backfeed.engine.warehouse.CatalogRelations;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.TracedQuery;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the columns of a query come from, by name. Tracing never fails: what cannot be read is
 * unknown, with the reason. Immutable.
 */
public final class FieldOrigins {
  private final Map<String, Origin> byColumn = new HashMap<>();
  private final Optional<Set<String>> unsteadyFilters;

  private FieldOrigins(List<QueryColumn> columns, TracedQuery traced) {
    for (int i = 0; i < columns.size(); i++) {
      byColumn.merge(columns.get(i).name(), traced.columns().get(i), Origin::and);
    }
    this.unsteadyFilters = traced.unsteadyFilters();
  }

  /**
   * Traces a query under the names of the connection's present context. Reads the catalog only, not
   * the data.
   *
   * @param columns the output columns of the query
   */
  public static FieldOrigins trace(
      Warehouse warehouse, LineageReader lineage, Query query, List<QueryColumn> columns) {
    List<String> names = columns.stream().map(QueryColumn::name).toList();
    return new FieldOrigins(columns, traced(warehouse, lineage, query, names));
  }

  private static TracedQuery traced(
      Warehouse warehouse, LineageReader lineage, Query query, List<String> names) {
    try {
      return lineage.trace(query.text(), names, new CatalogRelations(warehouse));
    } catch (SQLException e) {
      return TracedQuery.unknown(names.size(), "the warehouse's catalog cannot be read");
    } catch (RuntimeException | LinkageError e) {
      // A mistake of the tracer's: no sync must fail for want of its lineage.
      return TracedQuery.unknown(names.size(), "it could not be traced");
    }
  }

  /** The origin of an output column. */
  public Origin of(String column) {
    return byColumn.getOrDefault(column, new Origin.Unknown("the query has no such column"));
  }

  /**
   * Functions of time or chance in the query's conditions; empty where some of them could not be
   * read.
   */
  public Optional<Set<String>> unsteadyFilters() {
    return unsteadyFilters;
  }
}
