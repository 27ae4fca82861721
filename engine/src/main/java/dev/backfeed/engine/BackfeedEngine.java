package dev.backfeed.engine;

import dev.backfeed.engine.agent.Desk;
import dev.backfeed.engine.catalog.Connectors;
import dev.backfeed.engine.catalog.Destinations;
import dev.backfeed.engine.catalog.Schema;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.handler.Handlers;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.Dialects;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Runs our statements against one warehouse connection. Not safe for use by several threads at
 * once, as the connection is not; {@link Execution#cancelled()} may change from any thread.
 *
 * <p>The engine borrows the caller's connection for the time of one {@link #execute} and leaves it
 * as it was found: autocommit, isolation, search path and time zone restored, no temporary table,
 * no lock. It never closes it, unless restoring failed.
 */
public final class BackfeedEngine {
  private final Connection work;
  private final ConnectionFactory keepers;
  private final EngineSettings settings;
  private RunEnvironment environment;

  /** Opens a second connection to the same warehouse. */
  @FunctionalInterface
  public interface ConnectionFactory {
    Connection open() throws SQLException;
  }

  /**
   * An engine for one connection; makes no call and stores nothing.
   *
   * @param work the caller's own inner connection
   * @param keepers opens another one to the same database, for leases and flags
   */
  public BackfeedEngine(Connection work, ConnectionFactory keepers, EngineSettings settings) {
    this.work = work;
    this.keepers = keepers;
    this.settings = settings;
  }

  /**
   * Executes one statement of ours.
   *
   * @return rows or an update count, with warnings
   * @throws SQLException as the language page lists them
   */
  public Result execute(Command command, Execution execution) throws SQLException {
    return Handlers.handle(command, environment(), execution);
  }

  /**
   * Where an agent finds what is to be done in this warehouse. It uses the connection between
   * statements.
   *
   * @param agent what tells this agent from all others, for its life
   */
  public AgentDesk desk(String agent) throws SQLException {
    return new Desk(environment(), agent);
  }

  private RunEnvironment environment() throws SQLException {
    if (environment == null) {
      WarehouseDialect dialect = Dialects.of(work);
      Warehouse warehouse = new Warehouse(work, dialect, home(dialect), settings.schema());
      Schema schema = new Schema(warehouse);
      environment =
          new RunEnvironment(
              warehouse,
              keepers::open,
              settings,
              schema,
              new Destinations(warehouse, schema),
              new Syncs(warehouse, schema, settings.reader()),
              new Connectors(settings.connectors()));
    }
    return environment;
  }

  /** A fresh connection knows the database of the URL, whatever USE did on this one. */
  private String home(WarehouseDialect dialect) throws SQLException {
    try (Connection fresh = keepers.open()) {
      return dialect.homeDatabase(fresh);
    } catch (SQLException e) {
      return dialect.homeDatabase(work);
    }
  }
}
