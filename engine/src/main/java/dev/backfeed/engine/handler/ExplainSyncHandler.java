package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Plan;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.parser.command.Command.ExplainSync;
import dev.backfeed.parser.command.Scope;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What SYNC NOW would do. Evaluates the query once, changes nothing. */
final class ExplainSyncHandler implements Handler<ExplainSync> {
  @Override
  public Result handle(ExplainSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    DryRun.Estimate estimate = new DryRun(environment).estimate(sync, Scope.CHANGES, execution);
    List<List<Object>> rows = new ArrayList<>();
    Counters counters = estimate.plan().counters();
    for (int i = 0; i <= Counters.NAMES.indexOf("resent"); i++) {
      rows.add(row("rows", Counters.NAMES.get(i), counters.values().get(i)));
    }
    rows.add(row("rows", "rejected", counters.rejected));
    Plan plan = estimate.plan();
    rows.add(row("rows", "to send", estimate.baseline() ? 0 : plan.toSend()));
    rows.add(row("rows", "held back", plan.held() + plan.inDoubt()));
    addPace(rows, sync, plan);
    String run = estimate.baseline() ? DryRun.RECORDS : "would run";
    rows.add(row("guards", "verdict", estimate.verdict().orElse(run)));
    addCalls(rows, sync, estimate, environment);
    for (Sql statement : estimate.statements()) {
      rows.add(
          row("warehouse", "statement", statement.render(environment.work().dialect()).text()));
    }
    return Result.rows(command.shape(), rows);
  }

  private static void addPace(List<List<Object>> rows, StoredSync sync, Plan plan) {
    if (plan.spec().pace().isPresent()) {
      rows.add(row("pace", "new rows a day", sync.definition().firstRun().pace().getAsLong()));
      rows.add(row("pace", "left today", plan.spec().pace().getAsLong()));
      rows.add(row("pace", "rows waiting", plan.waiting()));
    }
  }

  private static void addCalls(
      List<List<Object>> rows,
      StoredSync sync,
      DryRun.Estimate estimate,
      RunEnvironment environment)
      throws SQLException {
    SyncTarget target = estimate.target();
    long calls = estimate.baseline() ? 0 : calls(sync, estimate.plan(), target);
    rows.add(row("calls", "writes", calls));
    Optional<BigDecimal> perDay = target.options().number("max_calls_per_day");
    if (perDay.isPresent()) {
      long used = Usage.callsToday(environment, target.destination().name());
      rows.add(row("calls", "quota a day", perDay.get().toPlainString()));
      rows.add(row("calls", "used today", used));
      rows.add(row("calls", "share of the quota", percent(calls, perDay.get().longValue())));
    }
    double perSecond =
        target
            .options()
            .number("max_calls_per_second")
            .map(BigDecimal::doubleValue)
            .orElse(target.manifest().callsPerSecond().orElse(0.0));
    if (perSecond > 0) {
      rows.add(row("calls", "seconds at the rate limit", Math.round(calls / perSecond)));
    }
  }

  private static long calls(StoredSync sync, Plan plan, SyncTarget target) {
    long removals = Math.min(plan.counters().removed, plan.toSend());
    long writes = plan.toSend() - removals;
    long calls = batches(writes, target.batchSize(SyncTarget.writes(sync.definition())));
    return switch (sync.definition().removal()) {
      case KEEP -> calls;
      case DELETE -> calls + batches(removals, target.batchSize(Operation.DELETE));
      case CLEAR, SET -> calls + batches(removals, target.batchSize(Operation.UPDATE));
    };
  }

  private static long batches(long rows, long size) {
    return (rows + size - 1) / size;
  }

  private static String percent(long part, long whole) {
    return Math.round(100.0 * part / whole) + " %";
  }

  private static List<Object> row(String section, String item, Object value) {
    return List.of(section, item, value.toString());
  }
}
