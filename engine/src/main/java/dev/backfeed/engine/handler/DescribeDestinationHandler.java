package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.CheckedOptions;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.parser.command.Command.DescribeDestination;
import dev.backfeed.parser.command.OptionValue;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the warehouse knows of a destination. Makes no call, and shows no secret. */
final class DescribeDestinationHandler implements Handler<DescribeDestination> {
  @Override
  public Result handle(DescribeDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination stored = environment.destinations().get(command.name());
    Connector connector = SyncTarget.connector(stored, environment.connectors());
    CheckedOptions options =
        SyncTarget.options(stored, connector, environment.settings().secrets());
    String account;
    RunGate gate = new RunGate(execution, Duration.ZERO);
    try (Destination opened = environment.open(stored, connector, options, gate)) {
      account = opened.account();
    }
    List<List<Object>> rows = new ArrayList<>();
    rows.add(row("destination", "name", stored.name()));
    rows.add(row("destination", "type", stored.type()));
    rows.add(row("destination", "account", account));
    rows.add(row("destination", "tags", stored.tags()));
    rows.add(row("destination", "paused", stored.paused()));
    // Not every warehouse keeps the order of a JSON object.
    new TreeMap<>(stored.options())
        .forEach((name, value) -> rows.add(row("options", name, shown(value))));
    addLimits(rows, connector.manifest(), options);
    addQuota(rows, stored, account, options, environment);
    addSyncs(rows, environment.syncs().to(stored.name()));
    return Result.rows(command.shape(), rows);
  }

  private static String shown(OptionValue value) {
    if (value instanceof OptionValue.Secret secret) {
      return "SECRET '" + secret.reference().replace("'", "''") + "'";
    }
    if (value instanceof OptionValue.Text text) {
      return text.value();
    }
    return value instanceof OptionValue.Numeric number
        ? number.value().toPlainString()
        : String.valueOf(((OptionValue.Flag) value).value());
  }

  /** What holds, whether somebody has said so or the type does. */
  private static void addLimits(
      List<List<Object>> rows, Manifest manifest, CheckedOptions options) {
    number(options, "max_calls_per_second")
        .or(() -> manifest.callsPerSecond().map(n -> BigDecimal.valueOf(n).toPlainString()))
        .ifPresent(n -> rows.add(row("limits", "max_calls_per_second", n)));
    number(options, "max_concurrency")
        .or(() -> manifest.concurrency().map(String::valueOf))
        .ifPresent(n -> rows.add(row("limits", "max_concurrency", n)));
    number(options, "batch_size").ifPresent(n -> rows.add(row("limits", "batch_size", n)));
    options.text("timeout").ifPresent(text -> rows.add(row("limits", "timeout", text)));
    number(options, "max_retries").ifPresent(n -> rows.add(row("limits", "max_retries", n)));
  }

  private static void addQuota(
      List<List<Object>> rows,
      StoredDestination stored,
      String account,
      CheckedOptions options,
      RunEnvironment environment)
      throws SQLException {
    rows.add(row("quota", "calls today", Usage.callsToday(environment, stored.name())));
    Optional<BigDecimal> perDay = options.number("max_calls_per_day");
    if (perDay.isPresent()) {
      long claimed = claimedToday(environment, account);
      rows.add(row("quota", "max_calls_per_day", perDay.get().toPlainString()));
      rows.add(row("quota", "left today", Math.max(0, perDay.get().longValue() - claimed)));
    }
    options.text("reserve").ifPresent(share -> rows.add(row("quota", "reserve", share)));
  }

  /** Of all destinations that share the account. */
  private static long claimedToday(RunEnvironment environment, String account) throws SQLException {
    return environment
        .work()
        .number(
            Sql.of(
                "SELECT COALESCE(SUM(calls), 0) FROM {} WHERE account = {} AND utc_day = CAST({} AS"
                    + " DATE)",
                environment.work().table("quota_claims"),
                Sql.bind(account),
                Sql.bind(environment.now().toLocalDate().toString())));
  }

  private static void addSyncs(List<List<Object>> rows, List<StoredSync> syncs) {
    Map<String, List<String>> byObject = new TreeMap<>();
    for (StoredSync sync : syncs) {
      byObject
          .computeIfAbsent(sync.definition().target().object(), o -> new ArrayList<>())
          .add(sync.name());
    }
    byObject.forEach((object, names) -> rows.add(row("objects", object, String.join(", ", names))));
    for (StoredSync sync : syncs) {
      String what = sync.definition().mode() + " " + sync.definition().target().object();
      rows.add(row("syncs", sync.name(), sync.paused() ? what + ", paused" : what));
    }
  }

  private static Optional<String> number(CheckedOptions options, String name) {
    return options.number(name).map(BigDecimal::toPlainString);
  }

  private static List<Object> row(String section, String item, Object value) {
    return List.of(section, item, value.toString());
  }
}
