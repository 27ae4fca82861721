package dev.backfeed.engine.push;

import dev.backfeed.engine.EngineSettings;
import dev.backfeed.engine.catalog.Connectors;
import dev.backfeed.engine.catalog.Destinations;
import dev.backfeed.engine.catalog.Schema;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * What handlers and runs work with: the borrowed connection, the catalog, and how to open what lies
 * outside.
 *
 * @param work the caller's connection
 * @param keepers opens further connections to the same warehouse
 */
public record RunEnvironment(
    Warehouse work,
    KeeperSource keepers,
    EngineSettings settings,
    Schema schema,
    Destinations destinations,
    Syncs syncs,
    Connectors connectors) {

  /** Opens a connection of our own to the warehouse. */
  @FunctionalInterface
  public interface KeeperSource {
    Connection open() throws SQLException;
  }

  /** A second connection for leases and flags; empty where it cannot be had. */
  public Optional<Warehouse> openKeeper() {
    try {
      return Optional.of(openWarehouse());
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /** A further connection to the same warehouse, for whoever closes it. */
  Warehouse openWarehouse() throws SQLException {
    return new Warehouse(keepers.open(), work.dialect(), work.database(), work.schema());
  }

  public Clock clock() {
    return settings.clock();
  }

  public OffsetDateTime now() {
    return OffsetDateTime.now(settings.clock()).withOffsetSameInstant(ZoneOffset.UTC);
  }

  /** Destination and connector of a definition, options checked. */
  public SyncTarget target(SyncDefinition definition) throws SQLException {
    return SyncTarget.of(definition, destinations, connectors, settings.secrets());
  }

  /**
   * Opens a destination. The sandbox's store, if it is asked for, is closed with it.
   *
   * @throws StatementException {@code 22023} if the options contradict each other
   */
  public Destination open(
      StoredDestination stored, Connector connector, Options options, CallGate gate)
      throws SQLException {
    SandboxRecords records = new SandboxRecords(this::openWarehouse, stored.name());
    try {
      Destination opened =
          connector.open(
              new DestinationContext(
                  stored.name(), options, gate, settings.egress(), records::opened));
      return WithSandbox.of(opened, records);
    } catch (OptionException e) {
      throw new StatementException(
          SqlState.INVALID_VALUE, "destination \"" + stored.name() + "\": " + e.getMessage());
    }
  }
}
