package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.agent.Agent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The agents of this process that came with connections: one a warehouse and user, however many
 * connections a pool opens. An agent lives while one of them is open. Safe for several threads.
 */
final class SharedAgents {
  private static final Map<Key, Shared> RUNNING = new HashMap<>();

  private SharedAgents() {}

  /**
   * What two connections have in common that can share an agent.
   *
   * @param own what tells a database in memory from all others; null for one that is not
   */
  private record Key(String url, String schema, Properties inner, Object own) {}

  private static final class Shared {
    private final Agent agent;
    private int connections;

    Shared(Agent agent) {
      this.agent = agent;
    }
  }

  /** Ends a connection's share in an agent; the last one's end is the agent's. */
  @FunctionalInterface
  interface Share {
    Share NONE = () -> {};

    void end();
  }

  /** A share in the agent of a warehouse, which is started where there is none. */
  static synchronized Share of(Connection inner, String url, ConnectionSettings settings)
      throws SQLException {
    Key key =
        new Key(url, settings.schema(), settings.inner(), inMemory(url) ? new Object() : null);
    Shared shared = RUNNING.get(key);
    if (shared == null) {
      AgentSide side = AgentSide.of(inner, url, settings.forAgent());
      shared =
          new Shared(
              Agent.start(
                  side, settings.host().agent(), settings.agentListener(), BackfeedVersion.text()));
      RUNNING.put(key, shared);
    }
    shared.connections++;
    return () -> end(key);
  }

  private static boolean inMemory(String url) {
    String rest = url.substring(url.indexOf(':', "jdbc:".length()) + 1);
    return InnerDrivers.scheme(url).equals("duckdb")
        && (rest.isEmpty()
            || rest.startsWith(":memory:")
            || rest.startsWith("?")
            || rest.startsWith(";"));
  }

  private static void end(Key key) {
    Agent last = null;
    synchronized (SharedAgents.class) {
      Shared shared = RUNNING.get(key);
      if (shared != null && --shared.connections == 0) {
        RUNNING.remove(key);
        last = shared.agent;
      }
    }
    if (last != null) {
      last.close();
    }
  }
}
