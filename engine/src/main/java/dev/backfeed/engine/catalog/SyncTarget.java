package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.SecretProvider;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.SyncDefinition;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Where a sync goes, with all options checked again: tables can be edited.
 *
 * @param destination as stored
 * @param connector of its type
 * @param options of the destination
 * @param syncOptions of the sync, those of the object included
 */
public record SyncTarget(
    StoredDestination destination,
    Connector connector,
    CheckedOptions options,
    CheckedOptions syncOptions) {

  /**
   * Finds destination and connector of a definition.
   *
   * @throws SQLException {@code 42704, 22023, 42501}
   */
  public static SyncTarget of(
      SyncDefinition definition,
      Destinations destinations,
      Connectors connectors,
      SecretProvider secrets)
      throws SQLException {
    StoredDestination destination = destinations.get(definition.target().destination());
    Connector connector = connector(destination, connectors);
    OptionRules rules = OptionRules.sync(connector.manifest());
    return new SyncTarget(
        destination,
        connector,
        options(destination, connector, secrets),
        rules.options(
            rules.check(definition.options(), secrets, definition.name().position()), secrets));
  }

  /** The connector of a stored destination. */
  public static Connector connector(StoredDestination destination, Connectors connectors)
      throws SQLException {
    return connectors.get(new Name(destination.type(), false, null));
  }

  /** The options of a stored destination, checked again. */
  public static CheckedOptions options(
      StoredDestination destination, Connector connector, SecretProvider secrets)
      throws SQLException {
    OptionRules rules = OptionRules.destination(connector.manifest());
    List<Option> stored =
        destination.options().entrySet().stream()
            .map(e -> new Option(new Name(e.getKey(), true, null), e.getValue()))
            .toList();
    return rules.options(rules.check(stored, secrets, null), secrets);
  }

  public Manifest manifest() {
    return connector.manifest();
  }

  /** Whether a record read back tells when it was changed. */
  public boolean tellsChangeTimes() {
    return connector.tellsChangeTimes(options);
  }

  /** What the rows of a sync are sent as, removals aside. */
  public static Operation writes(SyncDefinition definition) {
    return switch (definition.mode()) {
      case APPEND, APPEND_CHANGES -> Operation.APPEND;
      case UPDATE -> Operation.UPDATE;
      case INSERT -> Operation.INSERT;
      case MEMBERS -> Operation.MEMBERS;
      case REPLACE -> Operation.REPLACE;
      case UPSERT, MIRROR -> Operation.UPSERT;
    };
  }

  /** Whether records can be read back. */
  public boolean readable() {
    return manifest().operations().contains(Operation.READ);
  }

  /** Rows a call: what the type takes, or less if the destination or the sync says so. */
  public int batchSize(Operation operation) {
    long size = connector.batchSize(operation, options);
    for (CheckedOptions some : List.of(options, syncOptions)) {
      size = Math.min(size, some.number("batch_size").map(BigDecimal::longValue).orElse(size));
    }
    return (int) Math.max(1, size);
  }

  /** Whether a row whose fate is unknown may be sent again, whatever was done with it. */
  public boolean repeatable(SyncDefinition definition) {
    Set<Operation> repeatable = manifest().idempotent();
    if (definition.mode().appends()) {
      return connector.takesIdempotencyKey(options) || repeatable.contains(Operation.APPEND);
    }
    // A second insert finds the first one's record, and an update or deletion changes nothing more.
    Operation writes = writes(definition);
    return connector.takesIdempotencyKey(options)
        || ((writes == Operation.INSERT || repeatable.contains(writes))
            && (repeatable.contains(Operation.DELETE)
                || !manifest().operations().contains(Operation.DELETE)));
  }
}
