package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * Announces a page before it is sent, one row in {@code run_batches}, where a repeated call could
 * do harm: after a crash its rows are in doubt. Used by the run's own thread only.
 */
final class Intents {
  private final Warehouse work;
  private final String runId;
  private final Clock clock;
  private long number;

  Intents(Warehouse work, String runId, Clock clock) {
    this.work = work;
    this.runId = runId;
    this.clock = clock;
  }

  void announce(List<PlannedRow> page) throws SQLException {
    write(page, "sending");
  }

  /** The answer of these rows got lost: they are in doubt, whatever becomes of their page. */
  void doubt(List<PlannedRow> batch) throws SQLException {
    write(batch, "in_doubt");
  }

  private void write(List<PlannedRow> rows, String status) throws SQLException {
    number++;
    // Only while the lease is ours: whoever has taken over has settled this run already.
    long written =
        work.run(
            Sql.of(
                "INSERT INTO {} SELECT {}, {}, {}, {}, {}, NULL, NULL, CAST({} AS TIMESTAMPTZ), NULL"
                    + " FROM {} WHERE run_id = {}",
                work.table("run_batches"),
                Sql.literal(runId),
                Sql.number(number),
                Sql.number(rows.get(0).seq()),
                Sql.number(rows.get(rows.size() - 1).seq()),
                Sql.literal(status),
                Sql.literal(clock.instant().toString()),
                work.table("control"),
                Sql.literal(runId)));
    if (written == 0) {
      throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
    }
  }
}
