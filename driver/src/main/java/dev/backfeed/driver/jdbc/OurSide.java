package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.parser.PreparedCommand;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.command.Command;
import java.sql.SQLException;
import java.util.List;

/**
 * What answers to our statements on one connection. The JDBC face knows grammar and engine only
 * through it, so that its contract can be tested with results of every form.
 */
interface OurSide extends AutoCloseable {
  /** Whether the text's first statement is ours; never throws and takes no notice of the rest. */
  boolean isOurs(String sql);

  /** The statements of a text, in order; never throws. */
  List<Statement> split(String sql);

  /** Reads one statement of ours. */
  Command parse(String sql) throws SQLException;

  /** Reads one statement of ours whose values may come later. */
  PreparedCommand prepare(String sql) throws SQLException;

  /** Runs one statement of ours. */
  Result execute(Command command, Execution execution) throws SQLException;

  /**
   * The engine behind it.
   *
   * @throws SQLException {@code 0A000} where there is none
   */
  default BackfeedEngine engine() throws SQLException {
    throw Refusal.notAWrapper(BackfeedEngine.class);
  }

  @Override
  void close();
}
