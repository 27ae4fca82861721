package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Backlog;
import dev.backfeed.engine.plan.Guards;
import dev.backfeed.engine.plan.Plan;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.plan.Rekeying;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunReport;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What a run would do, from SELECTs alone: works in an open transaction and with no more rights
 * than reading.
 */
final class DryRun {
  static final String RECORDS = "would record the present as synced, and send nothing";

  private final RunEnvironment environment;
  private final Warehouse work;

  DryRun(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
  }

  /**
   * What was found.
   *
   * @param verdict why the plan would not be sent, if so
   * @param baseline whether the plan would be recorded as synced and not be sent
   */
  record Estimate(
      SyncTarget target,
      Plan plan,
      Optional<String> verdict,
      boolean baseline,
      List<Sql> statements) {}

  /** The row of SYNC NOW … DRY RUN. */
  RunReport run(StoredSync sync, Scope scope, Execution execution) throws SQLException {
    long started = System.nanoTime();
    Estimate estimate = estimate(sync, scope, execution);
    var counters = estimate.plan().counters();
    if (estimate.baseline()) {
      counters.takeForUnchanged();
    }
    counters.deferred = counters.planned();
    return new RunReport(
        null,
        sync.name(),
        RunStatus.DRY_RUN,
        counters,
        (System.nanoTime() - started) / 1_000_000,
        estimate
            .verdict()
            .map(
                v ->
                    (estimate.plan().fatal().isPresent() ? "would fail: " : "would be blocked: ")
                        + v)
            .or(() -> estimate.baseline() ? Optional.of(RECORDS) : estimate.plan().waitingFor())
            .orElse(null),
        Optional.empty(),
        estimate.plan().warnings());
  }

  Estimate estimate(StoredSync sync, Scope scope, Execution execution) throws SQLException {
    return compared(
        sync,
        scope,
        execution,
        (planner, target, spec, baseline) -> {
          Plan plan = planner.estimate(sync, spec);
          boolean populated = new StateTable(work).populated(sync);
          Optional<String> verdict =
              baseline
                  ? Guards.emptied(sync, plan)
                  : plan.fatal()
                      .map(v -> v.text() + ": nothing would be sent")
                      .or(() -> Guards.verdict(sync, plan, populated));
          return new Estimate(target, plan, verdict, baseline, planner.explain(spec));
        });
  }

  /** What is asked of a plan that is not made. */
  @FunctionalInterface
  interface Question<T> {
    /**
     * Asks, in the session of the sync's query.
     *
     * @param baseline whether the plan would be recorded as synced and not be sent
     */
    T ask(Planner planner, SyncTarget target, DiffSpec spec, boolean baseline) throws SQLException;
  }

  /** Asks what a run would do, and gives the session back as it was. */
  <T> T compared(StoredSync sync, Scope scope, Execution execution, Question<T> question)
      throws SQLException {
    SyncTarget target = environment.target(sync.definition());
    boolean baseline =
        sync.definition().firstRun().baseline() && !new StateTable(work).populated(sync);
    ObjectSchema schema =
        baseline
            ? ObjectSchema.FREE_FORM
            : ObjectCheck.describe(environment, execution, target, sync.definition());
    return StoredContext.in(
        sync.context(),
        work,
        () -> {
          Planner planner = new Planner(work, environment.syncs(), environment.clock());
          List<QueryColumn> columns = QueryColumn.of(work, sync.definition().query().unordered());
          DiffSpec spec =
              new Rekeying(work, environment.syncs())
                  .spec(sync, moved -> planner.spec(moved, target, schema, columns, scope));
          new Backlog(work).requireKnownOperations(spec, sync);
          return question.ask(planner, target, spec, baseline);
        });
  }
}
