package dev.backfeed.engine;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.SecretProvider;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Relations;
import dev.backfeed.parser.command.TracedQuery;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * What an engine is made with, beside its connections.
 *
 * @param schema the schema of our tables, {@code backfeed} unless the user says otherwise
 * @param connectors every type of destination that was found
 * @param secrets resolves {@code SECRET '…'}
 * @param egress which addresses may be dialled
 * @param clock for back-off, quota days and staleness; leases use the warehouse's clock
 * @param reader parses a stored definition again
 * @param lineage traces the columns of a query
 */
public record EngineSettings(
    String schema,
    List<Connector> connectors,
    SecretProvider secrets,
    EgressPolicy egress,
    Clock clock,
    StatementReader reader,
    LineageReader lineage) {
  public EngineSettings {
    connectors = List.copyOf(connectors);
  }

  /** Text to command; the engine has no grammar of its own. */
  @FunctionalInterface
  public interface StatementReader {
    /**
     * Parses one statement of ours.
     *
     * @throws SQLException {@code 42601} with line and column
     */
    Command read(String statement) throws SQLException;
  }

  /** Query to the origins of its columns. */
  @FunctionalInterface
  public interface LineageReader {
    /**
     * Traces one query; what cannot be read is unknown.
     *
     * @param columns the names of its output columns, as the warehouse gives them
     * @throws SQLException what {@code relations} throws
     */
    TracedQuery trace(String query, List<String> columns, Relations relations) throws SQLException;
  }
}
