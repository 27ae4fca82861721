package dev.backfeed.engine.handler;

import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import java.sql.SQLException;

/** What runs have used of a destination. */
final class Usage {
  private Usage() {}

  /** The calls that runs have made to a destination this UTC day. */
  static long callsToday(RunEnvironment environment, String destination) throws SQLException {
    return environment
        .work()
        .number(
            Sql.of(
                "SELECT COALESCE(SUM(calls), 0) FROM {} WHERE lower(destination) = lower({}) AND"
                    + " utc_day = CAST({} AS DATE)",
                environment.work().table("api_usage"),
                Sql.bind(destination),
                Sql.bind(environment.now().toLocalDate().toString())));
  }
}
