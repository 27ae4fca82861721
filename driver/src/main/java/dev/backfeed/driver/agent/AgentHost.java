package dev.backfeed.driver.agent;

import dev.backfeed.engine.Trigger;
import dev.backfeed.parser.command.Command;
import java.sql.Connection;
import java.sql.SQLException;

/** What an agent needs of the driver around it. Safe for several threads. */
public interface AgentHost extends AutoCloseable {
  /**
   * A connection of ours to the warehouse, for whoever closes it.
   *
   * @param trigger what its runs are begun by
   */
  Connection open(Trigger trigger) throws SQLException;

  /**
   * Reads the one statement of ours that a text holds; a semicolon at its end is allowed.
   *
   * @throws SQLException {@code 42601} with line and column; {@code 42501} for a statement of the
   *     warehouse's
   */
  Command parse(String text) throws SQLException;

  /** Ends what the host holds for this agent. */
  @Override
  void close() throws SQLException;
}
