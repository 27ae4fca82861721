package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.OptionRules;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Manifest.OptionType;
import dev.backfeed.parser.command.Command.AlterDestination;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Changes single options of a destination; the others stay, and all are checked again. */
final class AlterDestinationHandler implements Handler<AlterDestination> {
  @Override
  public Result handle(AlterDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    environment.destinations().get(command.name());
    Definitions.change(
        environment,
        () -> {
          alter(command, environment, execution);
          return null;
        });
    return Result.count(0);
  }

  private static void alter(
      AlterDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination before = environment.destinations().get(command.name());
    Connector connector = SyncTarget.connector(before, environment.connectors());
    OptionRules rules = OptionRules.destination(connector.manifest());
    Set<String> stated = stated(command, rules);
    List<Option> options = new ArrayList<>();
    before
        .options()
        .forEach(
            (name, value) -> {
              if (!stated.contains(name)) {
                options.add(new Option(new Name(name, true, command.name().position()), value));
              }
            });
    options.addAll(command.set());
    Map<String, OptionValue> checked =
        rules.check(options, environment.settings().secrets(), command.name().position());
    StoredDestination after =
        DestinationChange.with(before.name(), before.type(), checked, before.paused());
    requireSecrets(command, before, after, rules, stated);
    DestinationChange change = new DestinationChange(environment, execution);
    change.refuseUnderState(before, after, rules, command.name().position());
    change.tryOut(after, connector);
    environment.destinations().update(after, environment.now());
  }

  /** The options that the statement is about, as they are kept. */
  private static Set<String> stated(AlterDestination command, OptionRules rules)
      throws StatementException {
    Set<String> stated = new HashSet<>();
    for (Option option : command.set()) {
      stated.add(rules.key(option.name()));
    }
    for (Name name : command.unset()) {
      stated.add(rules.key(name));
    }
    return stated;
  }

  /** Whoever may change a host must not thereby learn what only the host's secrets open. */
  private static void requireSecrets(
      AlterDestination command,
      StoredDestination before,
      StoredDestination after,
      OptionRules rules,
      Set<String> stated)
      throws StatementException {
    List<String> hosts =
        rules.moved(before.options(), after.options(), Optional.of(OptionType.STRING));
    List<String> kept =
        after.options().entrySet().stream()
            .filter(e -> e.getValue() instanceof OptionValue.Secret && !stated.contains(e.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    if (!hosts.isEmpty() && !kept.isEmpty()) {
      throw new StatementException(
          SqlState.NOT_ALLOWED,
          "another "
              + String.join(", ", hosts)
              + " would be sent the secrets of destination \""
              + before.name()
              + "\": state them in the same statement: "
              + String.join(", ", kept),
          command.name().position());
    }
  }
}
