package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.engine.EngineSettings;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Lineage;
import dev.backfeed.parser.PreparedCommand;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.StatementRouter;
import dev.backfeed.parser.command.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Parser and engine of one connection; the engine is made when the first statement of ours runs.
 */
final class EngineSide implements OurSide {
  private final Connection work;
  private final String url;
  private final ConnectionSettings settings;
  private final StatementRouter router;
  private final BackfeedParser parser;
  private final Lineage lineage;
  private BackfeedEngine engine;
  private SharedAgents.Share agent = SharedAgents.Share.NONE;

  /**
   * One connection's side.
   *
   * @param work the inner connection
   * @param url its URL
   */
  EngineSide(Connection work, String url, ConnectionSettings settings) {
    this.work = work;
    this.url = url;
    this.settings = settings;
    Lexicon lexicon = Lexicon.of(InnerDrivers.scheme(url));
    this.router = new StatementRouter(lexicon);
    this.parser = new BackfeedParser(lexicon);
    this.lineage = new Lineage(lexicon);
  }

  @Override
  public boolean isOurs(String sql) {
    return router.isOurs(sql);
  }

  @Override
  public List<Statement> split(String sql) {
    return router.split(sql);
  }

  @Override
  public Command parse(String sql) throws SQLException {
    return parser.parse(sql);
  }

  @Override
  public PreparedCommand prepare(String sql) throws SQLException {
    return parser.prepare(sql);
  }

  @Override
  public Result execute(Command command, Execution execution) throws SQLException {
    return engine().execute(command, execution);
  }

  @Override
  public BackfeedEngine engine() {
    if (engine == null) {
      engine = made();
    }
    return engine;
  }

  @Override
  public void close() {
    engine = null;
    agent.end();
  }

  /** The agent that came with this connection ends with it. */
  void accompaniedBy(SharedAgents.Share share) {
    agent = share;
  }

  private BackfeedEngine made() {
    return new BackfeedEngine(
        work,
        () -> Keeper.open(work, url, settings.inner()),
        new EngineSettings(
            settings.schema(),
            settings.connectors().orElseGet(Connectors::find),
            settings.host().secrets(),
            settings.host().egress(),
            settings.clock(),
            parser::parse,
            lineage::trace));
  }
}
