package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunSession;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.RunName;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/**
 * A run that a statement names.
 *
 * @param sync its sync, empty if that was dropped
 * @param syncName what the sync was called then
 * @param status as {@code sync_runs} has it
 */
record StoredRun(String runId, Optional<StoredSync> sync, String syncName, String status) {

  /**
   * Finds it.
   *
   * @throws StatementException {@code 42704}
   */
  static StoredRun find(RunName name, RunEnvironment environment) throws SQLException {
    Warehouse work = environment.work();
    String id = name.id().toLowerCase(Locale.ROOT);
    Optional<String[]> row =
        environment.schema().exists()
            ? work.queryOne(
                Sql.of(
                    "SELECT sync_id, sync, status FROM {} WHERE run_id = {}",
                    work.table("sync_runs"),
                    Sql.bind(id)),
                r -> new String[] {r.getString(1), r.getString(2), r.getString(3)})
            : Optional.empty();
    if (row.isEmpty()) {
      throw new StatementException(
          SqlState.UNDEFINED_OBJECT,
          "there is no run '" + name.id() + "': see SHOW SYNC RUNS",
          name.position());
    }
    return new StoredRun(id, environment.syncs().byId(row.get()[0]), row.get()[1], row.get()[2]);
  }

  /**
   * The sync it is a run of.
   *
   * @throws StatementException {@code 55000} if that was dropped
   */
  StoredSync requireSync() throws StatementException {
    return sync.orElseThrow(
        () -> wrong("sync \"" + syncName + "\", which it was a run of, was dropped"));
  }

  /**
   * The plan that it has left to be approved.
   *
   * @throws StatementException {@code 55000} if there is none, or nobody may approve it any more
   */
  HeldPlans.Held requirePlan(RunEnvironment environment) throws SQLException {
    HeldPlans.Held held = plan(environment);
    if (held.expired(environment.now())) {
      throw tooOld(held);
    }
    return held;
  }

  /**
   * The same for a statement that may write: a plan that is too old is dropped.
   *
   * @throws StatementException {@code 55000}, and {@code XB006} in a transaction
   */
  HeldPlans.Held requirePlan(RunEnvironment environment, Execution execution) throws SQLException {
    Warehouse work = environment.work();
    RunSession.refuseOpenTransaction(work, execution);
    HeldPlans.Held held = plan(environment);
    if (held.expired(environment.now())) {
      RunSession.within(
          work,
          execution,
          () -> work.transaction(() -> new HeldPlans(work).drop(held, RunStatus.EXPIRED)));
      throw tooOld(held);
    }
    return held;
  }

  private HeldPlans.Held plan(RunEnvironment environment) throws SQLException {
    requireSync();
    return new HeldPlans(environment.work())
        .ofRun(runId)
        .orElseThrow(() -> wrong("it is " + status + " and no plan of it is held"));
  }

  private StatementException tooOld(HeldPlans.Held held) {
    return wrong(
        "its plan was held until " + held.expiresAt().toInstant() + ": run SYNC NOW again");
  }

  /** The error of a statement that cannot be carried out for this run. */
  StatementException wrong(String why) {
    return new StatementException(SqlState.WRONG_STATE, "run " + runId + ": " + why);
  }
}
