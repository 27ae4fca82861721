package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.alert.Violations;
import dev.backfeed.engine.alert.Violations.Violation;
import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command.ShowAlerts;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Lists alerts by name, with what was wrong when an agent looked last. */
final class ShowAlertsHandler implements Handler<ShowAlerts> {
  @Override
  public Result handle(ShowAlerts command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Predicate<String> matching = Like.matching(command.like());
    List<List<Object>> rows = new ArrayList<>();
    for (StoredAlert alert : new Alerts(environment.work(), environment.schema()).all()) {
      if (matching.test(alert.name())) {
        rows.add(row(alert, environment));
      }
    }
    return Result.rows(command.shape(), rows);
  }

  private static List<Object> row(StoredAlert alert, RunEnvironment environment)
      throws SQLException {
    List<Violation> violations = Violations.of(alert, environment.work());
    boolean gone =
        alert.onSync().isPresent() && environment.syncs().find(alert.onSync().get()).isEmpty();
    return Arrays.asList(
        alert.name(),
        alert.onSync().orElse("ALL SYNCS"),
        alert.when(),
        alert.targets().stream()
            .map(StoredAlert.Target::toString)
            .collect(Collectors.joining(", ")),
        gone ? "no sync" : violations.isEmpty() ? "ok" : "violated",
        violations.stream()
            .map(Violation::since)
            .min(Comparator.naturalOrder())
            .map(OffsetDateTime.class::cast)
            .orElse(null),
        violations.isEmpty()
            ? null
            : violations.stream().map(Violation::toString).collect(Collectors.joining(", ")));
  }
}
