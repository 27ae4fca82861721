package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncFields;
import dev.backfeed.engine.plan.FieldOrigins;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.DescribeSync;
import dev.backfeed.parser.command.Query;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which column becomes which field, and where it comes from: as the query's views are today, looked
 * at over a connection of our own, so that nothing befalls the user's transaction; where that does
 * not see the query's relations, as they were when the definition was stored.
 */
final class DescribeSyncHandler implements Handler<DescribeSync> {
  @Override
  public Result handle(DescribeSync command, RunEnvironment environment, Execution execution)
      throws SQLException {
    StoredSync sync = environment.syncs().get(command.name()).moved();
    Map<String, String> stored = new SyncFields(environment.work()).sources(sync);
    Optional<FieldOrigins> today = today(sync, environment);
    List<List<Object>> rows = new ArrayList<>();
    for (MappedColumn column : sync.columns()) {
      String sources =
          today
              .map(origins -> SyncFields.text(origins.of(column.column())))
              .orElse(stored.get(column.field()));
      rows.add(row(column, sources));
    }
    return Result.rows(command.shape(), rows);
  }

  private static List<Object> row(MappedColumn column, String sources) {
    boolean ignored = column.policy().ignoreNulls();
    return Arrays.asList(
        column.column(),
        column.type().name(),
        column.field(),
        column.key(),
        column.key() ? null : column.policy().toString(),
        column.key() ? null : ignored ? "IGNORE" : "RESPECT",
        sources);
  }

  private static Optional<FieldOrigins> today(StoredSync sync, RunEnvironment environment) {
    Optional<Warehouse> keeper = environment.openKeeper();
    if (keeper.isEmpty()) {
      return Optional.empty();
    }
    Warehouse own = keeper.get();
    Query query = sync.definition().query();
    try (var connection = own.connection()) {
      own.dialect().apply(connection, sync.context());
      List<QueryColumn> columns = QueryColumn.of(own, query.unordered());
      return Optional.of(FieldOrigins.trace(own, environment.settings().lineage(), query, columns));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }
}
