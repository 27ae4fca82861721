package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
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
    number++;
    work.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, 'sending', NULL, NULL, {}, NULL)",
            work.table("run_batches"),
            Sql.bind(runId),
            Sql.number(number),
            Sql.number(page.get(0).seq()),
            Sql.number(page.get(page.size() - 1).seq()),
            Sql.bind(OffsetDateTime.now(clock))));
  }
}
