package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.agent.AgentHost;
import dev.backfeed.engine.Trigger;
import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.StatementRouter;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The driver as an agent sees it. All connections hang on one of its own, so that the agent
 * outlives the connection that brought it.
 */
final class AgentSide implements AgentHost {
  private final Connection root;
  private final String url;
  private final ConnectionSettings settings;
  private final StatementRouter router;
  private final BackfeedParser parser;

  private AgentSide(Connection root, String url, ConnectionSettings settings) {
    this.root = root;
    this.url = url;
    this.settings = settings;
    Lexicon lexicon = Lexicon.of(InnerDrivers.scheme(url));
    this.router = new StatementRouter(lexicon);
    this.parser = new BackfeedParser(lexicon);
  }

  /**
   * For the warehouse of a connection.
   *
   * @param settings with what an agent may reach
   */
  static AgentSide of(Connection inner, String url, ConnectionSettings settings)
      throws SQLException {
    return new AgentSide(Keeper.open(inner, url, settings.inner()), url, settings);
  }

  @Override
  public Connection open(Trigger trigger) throws SQLException {
    Connection inner;
    synchronized (root) {
      inner = Keeper.open(root, url, settings.inner());
    }
    return ConnectionFace.open(
        inner,
        new EngineSide(inner, url, settings),
        settings.listener(),
        settings.host().telemetry(),
        false,
        trigger);
  }

  @Override
  public Command parse(String text) throws SQLException {
    List<Statement> statements = router.split(text);
    if (statements.size() != 1) {
      throw new StatementException(
          SqlState.SYNTAX,
          "a request holds one statement, this one holds "
              + statements.size()
              + ": insert a row for each");
    }
    if (!statements.get(0).ours()) {
      throw new StatementException(
          SqlState.NOT_ALLOWED,
          "a request holds a statement of Backfeed's, such as SYNC NOW: other statements are the"
              + " warehouse's own");
    }
    return parser.parse(statements.get(0).text());
  }

  @Override
  public void close() throws SQLException {
    root.close();
  }
}
