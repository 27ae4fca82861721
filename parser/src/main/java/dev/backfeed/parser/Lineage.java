package dev.backfeed.parser;

import dev.backfeed.parser.command.Relations;
import dev.backfeed.parser.command.TracedQuery;
import dev.backfeed.parser.internal.lineage.QueryTracer;
import java.sql.SQLException;
import java.util.List;

/**
 * Traces the output columns of queries to columns of stored tables. Best effort: what cannot be
 * read is unknown, never guessed. Immutable and thread-safe; the first call loads a parser of its
 * own, which nothing else uses.
 */
public final class Lineage {
  private final Lexicon lexicon;

  /** For queries of the warehouse that has these lexical rules. */
  public Lineage(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  /**
   * Where each column comes from.
   *
   * @param query in the warehouse's dialect
   * @param columns the names of its output columns, as the warehouse gives them
   * @param relations asked for each relation that the query names, and for those their views name
   * @throws SQLException what {@code relations} throws
   */
  public TracedQuery trace(String query, List<String> columns, Relations relations)
      throws SQLException {
    return new QueryTracer(lexicon, relations).trace(query, columns);
  }
}
