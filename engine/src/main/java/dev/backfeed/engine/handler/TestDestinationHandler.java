package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.CheckedOptions;
import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunGate;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.parser.command.Command.TestDestination;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;

/** Asks a destination whether it can be used: one row a check, failed ones included. */
final class TestDestinationHandler implements Handler<TestDestination> {
  @Override
  public Result handle(TestDestination command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredDestination stored = environment.destinations().get(command.name());
    Connector connector = SyncTarget.connector(stored, environment.connectors());
    CheckedOptions options =
        SyncTarget.options(stored, connector, environment.settings().secrets());
    RunGate gate = new RunGate(execution, options.duration("timeout").orElseThrow());
    List<Check> checks;
    try (Destination destination = environment.open(stored, connector, options, gate)) {
      checks = destination.test();
    } catch (ConnectorException | SecretException e) {
      checks = List.of(new Check("connection", false, e.getMessage()));
    } catch (RunStopped e) {
      throw new StatementException(SqlState.CANCELLED, e.getMessage());
    }
    return Result.rows(
        command.shape(),
        checks.stream().map(c -> List.<Object>of(c.name(), c.ok(), c.message())).toList());
  }
}
