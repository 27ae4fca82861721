package dev.backfeed.engine.agent;

import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;

/** The table {@code agents}: who is there. All times are the warehouse's. */
final class Agents {
  private final Warehouse work;
  private final String agent;

  Agents(Warehouse work, String agent) {
    this.work = work;
    this.agent = agent;
  }

  void enter(String host, long pid, String version) throws SQLException {
    leave();
    work.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, {})",
            table(),
            Sql.literal(agent),
            Sql.literal(host),
            Sql.number(pid),
            Sql.literal(version),
            work.dialect().clock(),
            work.dialect().clock()));
  }

  /** Whether we are still listed: the dead are cleared away after an hour. */
  boolean beat() throws SQLException {
    boolean listed =
        work.run(
                Sql.of(
                    "UPDATE {} SET seen_at = {} WHERE agent = {}",
                    table(),
                    work.dialect().clock(),
                    Sql.literal(agent)))
            == 1;
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE seen_at < {} - INTERVAL '1 hour'",
            table(),
            work.dialect().clock()));
    return listed;
  }

  void leave() throws SQLException {
    work.run(Sql.of("DELETE FROM {} WHERE agent = {}", table(), Sql.literal(agent)));
  }

  /** The agents that live. */
  Sql living() {
    return Sql.of(
        "SELECT agent FROM {} WHERE seen_at > {} - {} * INTERVAL '1 second'",
        table(),
        work.dialect().clock(),
        Sql.number(AgentDesk.PATIENCE_SECONDS));
  }

  private Sql table() {
    return work.table("agents");
  }
}
