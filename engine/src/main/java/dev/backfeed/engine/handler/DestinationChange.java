package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.OptionRules;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has to hold when a destination is made or becomes another one. */
final class DestinationChange {
  private final RunEnvironment environment;
  private final Execution execution;

  DestinationChange(RunEnvironment environment, Execution execution) {
    this.environment = environment;
    this.execution = execution;
  }

  /** A destination with these options, which have been checked. */
  static StoredDestination with(
      String name, String type, Map<String, OptionValue> options, boolean paused) {
    String tags =
        options.get("tags") instanceof OptionValue.Text given
            ? String.join(",", given.value().strip().split("\\s*,\\s*", -1))
            : "";
    return new StoredDestination(name, type, options, tags, paused);
  }

  /** Opening makes no call; it finds options that contradict each other. */
  void tryOut(StoredDestination created, Connector connector) throws SQLException {
    RunGate gate = new RunGate(execution, Duration.ZERO);
    try (Destination opened =
        environment.open(
            created,
            connector,
            SyncTarget.options(created, connector, environment.settings().secrets()),
            gate)) {
      opened.account();
    }
  }

  /**
   * What says where data goes cannot change under a state that says what is there. To be called
   * within the transaction of the change, which locks the syncs.
   *
   * @throws StatementException {@code 55000} naming the syncs, {@code 55006} while one of them runs
   */
  void refuseUnderState(
      StoredDestination before, StoredDestination after, OptionRules rules, Position at)
      throws SQLException {
    List<String> moved = new ArrayList<>();
    if (!before.type().equals(after.type())) {
      moved.add("type");
    }
    moved.addAll(rules.moved(before.options(), after.options(), Optional.empty()));
    if (moved.isEmpty()) {
      return;
    }
    List<String> holders = new ArrayList<>();
    for (StoredSync sync : environment.syncs().to(before.name())) {
      new Leases(environment.work()).lock(sync, environment.now());
      if (new StateTable(environment.work()).rows(sync) > 0) {
        holders.add(sync.name());
      }
    }
    if (!holders.isEmpty()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          String.join(", ", moved)
              + " of destination \""
              + before.name()
              + "\" cannot change while these syncs hold state for it: "
              + String.join(", ", holders)
              + ". RESET SYNC them, or make a second destination",
          at);
    }
  }
}
