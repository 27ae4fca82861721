package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.plan.Planner;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.RowStatements;
import dev.backfeed.parser.command.Command.ExplainKey;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;

/** What is known of one row, and what a run would do with it. From SELECTs alone. */
final class ExplainKeyHandler implements Handler<ExplainKey> {
  @Override
  public Result handle(ExplainKey command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name());
    int parts = sync.moved().keys().size();
    if (command.key().size() != parts) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "the key of sync \""
              + sync.name()
              + "\" has "
              + parts
              + (parts == 1 ? " column" : " columns")
              + ", and "
              + command.key().size()
              + " values are given: write one string for each",
          command.keyPosition());
    }
    return new DryRun(environment)
        .compared(
            sync,
            Scope.CHANGES,
            execution,
            (planner, target, spec, baseline) ->
                Result.rows(
                    command.shape(), explain(command, environment, sync, planner, spec).rows()));
  }

  private static RowExplanation explain(
      ExplainKey command,
      RunEnvironment environment,
      StoredSync sync,
      Planner planner,
      DiffSpec spec)
      throws SQLException {
    RowStatements statements = new RowStatements(environment.work(), spec);
    Sql asText = statements.keyOf(command.key());
    String key;
    try {
      key = environment.work().queryOne(asText, row -> row.getString(1)).orElseThrow();
    } catch (SQLException e) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "the key is not of the type that the key columns have: " + e.getMessage(),
          command.keyPosition());
    }
    RowExplanation explanation = new RowExplanation(environment, sync, spec, key);
    explanation.query();
    explanation.state();
    explanation.policies();
    explanation.plan(planner.asQuery(spec));
    explanation.notes();
    explanation.answers();
    return explanation;
  }
}
