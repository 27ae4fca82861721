package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command;
import java.sql.SQLException;

/**
 * Carries out one kind of command. Stateless.
 *
 * @param <C> the command
 */
@FunctionalInterface
public interface Handler<C extends Command> {
  /**
   * Carries out one command.
   *
   * @throws SQLException with the SQLStates of the language page
   */
  Result handle(C command, RunEnvironment environment, Execution execution) throws SQLException;
}
