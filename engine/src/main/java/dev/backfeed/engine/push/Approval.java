package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.HeldPlans;
import dev.backfeed.engine.state.HeldPlans.Held;
import dev.backfeed.engine.state.Runs;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/** What must still be so for a kept plan to be sent. */
public final class Approval {
  private final RunEnvironment environment;
  private final Warehouse work;

  public Approval(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
  }

  /**
   * Takes the plan for its run, which is about to send, in the transaction that takes the lease.
   *
   * @throws StatementException {@code 55000} saying what has moved since it was made
   */
  void begin(StoredSync sync, Held held) throws SQLException {
    require(sync, held);
    if (!new HeldPlans(work).take(held)) {
      throw refused(held, "its plan is gone");
    }
    new Runs(work).approved(held.runId(), environment.now());
  }

  /**
   * Makes sure that the plan still fits.
   *
   * @throws StatementException {@code 55000} saying what has moved since it was made
   */
  public void require(StoredSync sync, Held held) throws SQLException {
    if (held.expired(environment.now())) {
      throw refused(held, "its plan was held until " + held.expiresAt().toInstant());
    }
    Moved moved = moved(held);
    if (moved.definition()) {
      throw refused(held, "the definition of sync \"" + sync.name() + "\" has changed since");
    }
    if (moved.state()) {
      throw refused(held, "the state of sync \"" + sync.name() + "\" has changed since");
    }
  }

  private record Moved(boolean definition, boolean state) {}

  private Moved moved(Held held) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT s.version <> r.version, c.epoch <> {} FROM {} r JOIN {} s ON s.sync_id ="
                    + " r.sync_id JOIN {} c ON c.sync_id = r.sync_id WHERE r.run_id = {}",
                Sql.number(held.epoch()),
                work.table("sync_runs"),
                work.table("syncs"),
                work.table("control"),
                Sql.bind(held.runId())),
            row -> new Moved(row.getBoolean(1), row.getBoolean(2)))
        .orElseThrow(() -> refused(held, "its sync was dropped"));
  }

  private static StatementException refused(Held held, String why) {
    return new StatementException(
        SqlState.WRONG_STATE,
        "run " + held.runId() + " cannot be approved: " + why + "; SYNC NOW makes a new plan");
  }
}
