package dev.backfeed.parser.command;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What could be read of a query.
 *
 * @param columns the origin of each output column, in order; as many as the warehouse says there
 *     are
 * @param unsteadyFilters functions of time or chance in the conditions that choose the rows, views
 *     included; empty where the query could not be read
 */
public record TracedQuery(List<Origin> columns, Optional<Set<String>> unsteadyFilters) {
  public TracedQuery {
    columns = List.copyOf(columns);
    unsteadyFilters = unsteadyFilters.map(Set::copyOf);
  }

  /** Of a query that could not be read. */
  public static TracedQuery unknown(int columns, String why) {
    Origin origin = new Origin.Unknown(why);
    return new TracedQuery(java.util.Collections.nCopies(columns, origin), Optional.empty());
  }
}
