package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunReport;
import dev.backfeed.engine.push.SyncRunner;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.parser.command.Command.SyncNow;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Selection;
import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs syncs. A single one that fails raises; of several each runs whatever befell the others, and
 * troubles are warnings.
 */
final class SyncNowHandler implements Handler<SyncNow> {
  @Override
  public Result handle(SyncNow command, RunEnvironment environment, Execution execution)
      throws SQLException {
    List<StoredSync> syncs = syncs(command, environment);
    List<RunReport> reports = new ArrayList<>();
    for (StoredSync sync : syncs) {
      reports.add(run(sync, command, environment, execution, syncs.size() == 1));
    }
    if (command.orFail()) {
      raise(reports);
    }
    return result(command.shape(), reports);
  }

  /** OR FAIL: what went wrong with any of them. */
  private static void raise(List<RunReport> reports) throws StatementException {
    List<RunReport> failed = reports.stream().filter(r -> r.error().isPresent()).toList();
    if (!failed.isEmpty()) {
      throw new StatementException(
          failed.get(0).error().get().getSQLState(),
          failed.stream()
              .map(r -> "sync \"" + r.sync() + "\": " + r.error().get().getMessage())
              .collect(Collectors.joining("; ")));
    }
  }

  /** The rows of several runs, or of one, whose error is thrown. */
  static Result result(Shape shape, List<RunReport> reports) throws StatementException {
    List<SQLWarning> warnings = new ArrayList<>();
    for (RunReport report : reports) {
      if (report.error().isPresent()) {
        if (reports.size() == 1) {
          throw report.error().get();
        }
        warnings.add(
            warning("sync \"" + report.sync() + "\": " + report.error().get().getMessage()));
      }
      report.warnings().forEach(text -> warnings.add(warning(text)));
    }
    long acknowledged = reports.stream().mapToLong(r -> r.counters().acknowledged()).sum();
    return new Result(shape, reports.stream().map(RunReport::row).toList(), acknowledged, warnings);
  }

  private static RunReport run(
      StoredSync sync,
      SyncNow command,
      RunEnvironment environment,
      Execution execution,
      boolean alone)
      throws SQLException {
    try {
      return command.dryRun()
          ? new DryRun(environment).run(sync, command.scope(), execution)
          : new SyncRunner(environment).run(sync, request(command), execution);
    } catch (StatementException e) {
      if (alone || e.getSQLState().equals(SqlState.TRANSACTION_OPEN)) {
        throw e;
      }
      return new RunReport(
          null,
          sync.name(),
          RunStatus.FAILED,
          new Counters(),
          0,
          e.getMessage(),
          Optional.of(e),
          List.of());
    }
  }

  private static SyncRunner.Request request(SyncNow command) {
    return new SyncRunner.Request(
        command.scope(), command.limit(), command.forReview(), Optional.empty(), Optional.empty());
  }

  /** Every name is known before the first runs; a lower priority goes first, else as written. */
  private static List<StoredSync> syncs(SyncNow command, RunEnvironment environment)
      throws SQLException {
    Map<String, StoredSync> byId = new LinkedHashMap<>();
    if (command.selection().syncs().isEmpty()) {
      chosen(command.selection(), environment).forEach(sync -> byId.put(sync.syncId(), sync));
    }
    for (Name name : command.selection().syncs()) {
      StoredSync sync = environment.syncs().get(name);
      byId.put(sync.syncId(), sync);
    }
    Map<String, BigDecimal> priority = new LinkedHashMap<>();
    for (StoredSync sync : byId.values()) {
      priority.put(
          sync.syncId(),
          byId.size() == 1
              ? BigDecimal.ZERO
              : environment
                  .target(sync.definition())
                  .syncOptions()
                  .number("priority")
                  .orElse(BigDecimal.valueOf(100)));
    }
    return byId.values().stream()
        .sorted(Comparator.comparing(sync -> priority.get(sync.syncId())))
        .toList();
  }

  private static List<StoredSync> chosen(Selection selection, RunEnvironment environment)
      throws SQLException {
    if (selection.destination().isPresent()) {
      return environment
          .syncs()
          .to(environment.destinations().get(selection.destination().get()).name());
    }
    List<StoredSync> all = environment.syncs().all();
    if (selection.tag().isEmpty()) {
      return all;
    }
    List<StoredSync> tagged = new ArrayList<>();
    for (StoredSync sync : all) {
      Optional<String> tags = environment.target(sync.definition()).syncOptions().text("tags");
      if (tags.filter(t -> hasTag(t, selection.tag().get())).isPresent()) {
        tagged.add(sync);
      }
    }
    return tagged;
  }

  private static boolean hasTag(String tags, String tag) {
    return Arrays.stream(tags.split(",", -1))
        .anyMatch(t -> t.strip().equalsIgnoreCase(tag.strip()));
  }

  private static SQLWarning warning(String text) {
    return new SQLWarning(text, SqlState.WARNING);
  }
}
