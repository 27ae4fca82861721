package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.OptionRules;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.state.Leases;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.parser.command.Command.CreateDestination;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stores a destination. Its options are checked; no call is made. */
final class CreateDestinationHandler implements Handler<CreateDestination> {
  @Override
  public Result handle(CreateDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Connector connector = environment.connectors().get(command.type());
    OptionRules rules = OptionRules.destination(connector.manifest());
    Map<String, OptionValue> options =
        rules.check(command.options(), environment.settings().secrets(), command.name().position());
    StoredDestination created =
        new StoredDestination(
            command.name().text(), connector.manifest().type(), options, tags(options), false);
    Definitions.change(
        environment,
        () -> {
          Optional<StoredDestination> before =
              environment.destinations().find(command.name().text());
          if (before.isEmpty()) {
            tryOut(created, connector, environment, execution);
            environment.destinations().insert(created, environment.now());
          } else if (command.orReplace()) {
            checkReplacement(before.get(), created, connector.manifest(), environment, command);
            tryOut(created, connector, environment, execution);
            environment.destinations().update(created, environment.now());
          } else if (!command.ifNotExists()) {
            throw new StatementException(
                SqlState.DUPLICATE_OBJECT,
                "destination \""
                    + before.get().name()
                    + "\" exists already: write CREATE OR REPLACE, or IF NOT EXISTS",
                command.name().position());
          }
          return null;
        });
    return Result.count(0);
  }

  /** Opening makes no call; it finds options that contradict each other. */
  private static void tryOut(
      StoredDestination created,
      Connector connector,
      RunEnvironment environment,
      Execution execution)
      throws SQLException {
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

  private static String tags(Map<String, OptionValue> options) {
    return options.get("tags") instanceof OptionValue.Text tags
        ? String.join(",", tags.value().strip().split("\\s*,\\s*", -1))
        : "";
  }

  /** What says where data goes cannot change under a state that says what is there. */
  private static void checkReplacement(
      StoredDestination before,
      StoredDestination after,
      Manifest manifest,
      RunEnvironment environment,
      CreateDestination command)
      throws SQLException {
    Set<String> moved = new LinkedHashSet<>();
    if (!before.type().equals(after.type())) {
      moved.add("type");
    }
    for (String name : List.of("base_url", "sandbox")) {
      addIfChanged(moved, name, before, after);
    }
    manifest.options().stream()
        .filter(Manifest.Option::where)
        .forEach(option -> addIfChanged(moved, option.name(), before, after));
    List<String> holders = new ArrayList<>();
    for (StoredSync sync : environment.syncs().to(before.name())) {
      new Leases(environment.work()).lock(sync, environment.now());
      if (new StateTable(environment.work()).rows(sync) > 0) {
        holders.add(sync.name());
      }
    }
    if (!moved.isEmpty() && !holders.isEmpty()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          String.join(", ", moved)
              + " of destination \""
              + before.name()
              + "\" cannot change while these syncs hold state for it: "
              + String.join(", ", holders)
              + ". RESET SYNC them, or make a second destination",
          command.name().position());
    }
  }

  private static void addIfChanged(
      Set<String> moved, String option, StoredDestination before, StoredDestination after) {
    if (!java.util.Objects.equals(before.options().get(option), after.options().get(option))) {
      moved.add(option);
    }
  }
}
