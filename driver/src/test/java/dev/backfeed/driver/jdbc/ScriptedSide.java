package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.parser.PreparedCommand;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.command.Command;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The real grammar, and answers that the test decides. */
final class ScriptedSide implements OurSide {
  /** What a test answers with. */
  @FunctionalInterface
  interface Answer {
    Result to(Command command, Execution execution) throws SQLException;
  }

  final List<Command> executed = new ArrayList<>();
  final List<Execution> executions = new ArrayList<>();
  Answer answer = (command, execution) -> Result.rows(command.shape(), List.of());
  boolean closed;

  private final EngineSide grammar;

  ScriptedSide(EngineSide grammar) {
    this.grammar = grammar;
  }

  @Override
  public boolean isOurs(String sql) {
    return grammar.isOurs(sql);
  }

  @Override
  public List<Statement> split(String sql) {
    return grammar.split(sql);
  }

  @Override
  public Command parse(String sql) throws SQLException {
    return grammar.parse(sql);
  }

  @Override
  public PreparedCommand prepare(String sql) throws SQLException {
    return grammar.prepare(sql);
  }

  @Override
  public Result execute(Command command, Execution execution) throws SQLException {
    executed.add(command);
    executions.add(execution);
    return answer.to(command, execution);
  }

  @Override
  public void close() {
    closed = true;
  }
}
