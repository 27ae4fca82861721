package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.Settings;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunOrder;
import dev.backfeed.engine.push.RunReport;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.push.SyncRunner;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Retention;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.parser.command.Command.SyncNow;
import dev.backfeed.parser.command.Shape;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs syncs. A single one that fails raises; of several each runs whatever befell the others, and
 * troubles are warnings.
 */
final class SyncNowHandler implements Handler<SyncNow> {
  @Override
  public Result handle(SyncNow command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Selected selected = Selected.by(command.selection(), environment);
    List<RunReport> reports = new ArrayList<>();
    for (StoredSync sync : new RunOrder(environment).of(selected.syncs())) {
      reports.add(run(sync, command, environment, execution, selected.syncs().size() == 1));
    }
    Optional<String> unkept = keepLess(reports, environment, execution);
    List<StatementException> errors = reports.stream().flatMap(r -> r.error().stream()).toList();
    if (!errors.isEmpty() && command.orFail() && reports.size() > 1) {
      throw together(reports, errors);
    }
    List<String> further = new ArrayList<>();
    selected.nothing().ifPresent(further::add);
    unkept.ifPresent(further::add);
    return result(command.shape(), reports, further);
  }

  /**
   * The rows of several runs, or of one, whose error is thrown.
   *
   * @param further warnings that are about no run
   */
  static Result result(Shape shape, List<RunReport> reports, List<String> further)
      throws StatementException {
    if (reports.size() == 1 && reports.get(0).error().isPresent()) {
      throw reports.get(0).error().get();
    }
    List<SQLWarning> warnings = new ArrayList<>();
    for (RunReport report : reports) {
      report.error().ifPresent(e -> warnings.add(warning(told(report, e))));
      report.warnings().forEach(text -> warnings.add(warning(text)));
    }
    further.forEach(text -> warnings.add(warning(text)));
    long acknowledged = reports.stream().mapToLong(r -> r.counters().acknowledged()).sum();
    return new Result(shape, reports.stream().map(RunReport::row).toList(), acknowledged, warnings);
  }

  /** What is kept for a limited time goes when runs have ended; no run suffers by it. */
  private static Optional<String> keepLess(
      List<RunReport> reports, RunEnvironment environment, Execution execution) {
    if (reports.stream().allMatch(report -> report.runId() == null)) {
      return Optional.empty();
    }
    try {
      RunSession session = RunSession.enter(environment.work(), execution);
      try {
        new Retention(environment.work(), new Settings(environment.work(), environment.schema()))
            .apply(environment.now());
      } finally {
        session.close();
      }
      return Optional.empty();
    } catch (SQLException e) {
      return environment.work().dialect().isConflict(e)
          ? Optional.empty()
          : Optional.of("old runs and log rows could not be deleted: " + e.getMessage());
    }
  }

  /** One error for all; each sync's own hangs on it. Their state, where all have the same. */
  private static StatementException together(
      List<RunReport> reports, List<StatementException> errors) {
    Set<String> states = errors.stream().map(SQLException::getSQLState).collect(Collectors.toSet());
    String all =
        reports.stream()
            .flatMap(r -> r.error().map(e -> told(r, e)).stream())
            .collect(Collectors.joining("; "));
    StatementException error =
        new StatementException(
            states.size() == 1 ? states.iterator().next() : SqlState.RUN_FAILED,
            errors.size() + " of " + reports.size() + " syncs did not succeed: " + all);
    errors.forEach(error::setNextException);
    return error;
  }

  private static String told(RunReport report, StatementException error) {
    return "sync \"" + report.sync() + "\": " + error.getMessage();
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

  private static SQLWarning warning(String text) {
    return new SQLWarning(text, SqlState.WARNING);
  }
}
