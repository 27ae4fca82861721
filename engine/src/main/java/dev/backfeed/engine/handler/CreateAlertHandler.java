package dev.backfeed.engine.handler;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.Command.CreateAlert;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Stores an alert. No call is made: whether its destinations can be reached shows with the first.
 */
final class CreateAlertHandler implements Handler<CreateAlert> {
  private static final long LONGEST_DAYS = 3_650;
  private static final long MOST_PERCENT = 1_000_000;

  @Override
  public Result handle(CreateAlert command, RunEnvironment environment, Execution execution)
      throws SQLException {
    for (AlertCondition condition : command.conditions()) {
      requireSane(condition);
    }
    checked(command, environment);
    Alerts alerts = new Alerts(environment.work(), environment.schema());
    Definitions.change(
        environment,
        () -> {
          Optional<StoredAlert> before = alerts.find(command.name().text());
          if (before.isPresent() && !command.orReplace()) {
            throw new StatementException(
                SqlState.DUPLICATE_OBJECT,
                "alert \"" + before.get().name() + "\" exists already: write CREATE OR REPLACE",
                command.name().position());
          }
          StoredAlert alert = alert(command, before, environment);
          if (before.isPresent()) {
            alerts.update(alert);
          } else {
            alerts.insert(alert);
          }
          return null;
        });
    return Result.count(0);
  }

  private static StoredAlert alert(
      CreateAlert command, Optional<StoredAlert> before, RunEnvironment environment)
      throws SQLException {
    Optional<String> sync = Optional.empty();
    if (command.sync().isPresent()) {
      sync = Optional.of(environment.syncs().get(command.sync().get()).name());
    }
    return new StoredAlert(
        before
            .map(StoredAlert::alertId)
            .orElseGet(() -> UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT)),
        command.name().text(),
        sync,
        command.conditions(),
        checked(command, environment),
        environment.now());
  }

  /** Sync and destinations are there, and these can be told something. */
  private static List<StoredAlert.Target> checked(CreateAlert command, RunEnvironment environment)
      throws SQLException {
    if (command.sync().isPresent()) {
      environment.syncs().get(command.sync().get());
    }
    List<StoredAlert.Target> targets = new ArrayList<>();
    for (ObjectName object : command.targets()) {
      StoredDestination destination = environment.destinations().get(object.destination());
      Manifest manifest = SyncTarget.connector(destination, environment.connectors()).manifest();
      if (!manifest.operations().contains(Operation.APPEND)) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "destination \"%s\" is of type %s, which takes no messages: types that append are %s"
                .formatted(destination.name(), manifest.type(), appending(environment)),
            object.destination().position());
      }
      targets.add(new StoredAlert.Target(destination.name(), object.object()));
    }
    return targets;
  }

  private static String appending(RunEnvironment environment) {
    return String.join(
        ", ",
        environment.connectors().manifests().stream()
            .filter(manifest -> manifest.operations().contains(Operation.APPEND))
            .map(Manifest::type)
            .toList());
  }

  private static void requireSane(AlertCondition condition) throws StatementException {
    long n = condition.amount();
    Optional<String> wrong =
        switch (condition.kind()) {
          case STALE ->
              n >= 1 && n <= LONGEST_DAYS * perDay(condition)
                  ? Optional.empty()
                  : Optional.of("the time is at least 1 MINUTE and at most 3650 DAYS");
          case FAILURES, QUOTA, DIFFERENCES ->
              n <= 99 ? Optional.empty() : Optional.of("the percentage is at most 99");
          case ROWS_CHANGED ->
              n >= 1 && n <= MOST_PERCENT
                  ? Optional.empty()
                  : Optional.of("the percentage is at least 1 and at most 1000000");
          case FAILED, BLOCKED, DEFINITION_CHANGED -> Optional.empty();
        };
    if (wrong.isPresent()) {
      throw new StatementException(
          SqlState.INVALID_VALUE, condition + ": " + wrong.get(), condition.position());
    }
  }

  private static long perDay(AlertCondition condition) {
    return switch (condition.unit().orElseThrow()) {
      case MINUTES -> 1_440;
      case HOURS -> 24;
      case DAYS -> 1;
    };
  }
}
