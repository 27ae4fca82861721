package dev.backfeed.engine.plan;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks at the columns of a new sync's query without breaking the user's transaction: under a
 * savepoint where there are any, else on another connection first.
 */
public final class QueryProbe {
  private final Warehouse work;
  private final Supplier<Optional<Warehouse>> keeper;

  /**
   * A probe.
   *
   * @param keeper opens another connection, which the probe closes
   */
  public QueryProbe(Warehouse work, Supplier<Optional<Warehouse>> keeper) {
    this.work = work;
    this.keeper = keeper;
  }

  /**
   * The output columns of a query.
   *
   * @param inTransaction whether the user has a transaction open
   * @throws StatementException with the warehouse's SQLState (42000 where it has none) and message
   */
  public List<QueryColumn> columns(Query query, boolean inTransaction) throws SQLException {
    try {
      if (!inTransaction) {
        return QueryColumn.of(work, query.unordered());
      }
      return work.dialect().hasSavepoints() ? underSavepoint(query) : elsewhereFirst(query);
    } catch (StatementException e) {
      throw e;
    } catch (SQLException e) {
      String state = e.getSQLState() == null ? SqlState.REFUSED_QUERY : e.getSQLState();
      String aborted =
          inTransaction && !work.dialect().hasSavepoints()
              ? "; the warehouse has aborted your transaction with it: ROLLBACK"
              : "";
      throw new StatementException(
          state, "the warehouse refuses the query: " + e.getMessage() + aborted, query.position());
    }
  }

  private List<QueryColumn> underSavepoint(Query query) throws SQLException {
    work.run(Sql.of("SAVEPOINT backfeed_probe"));
    try {
      return QueryColumn.of(work, query.unordered());
    } finally {
      work.run(Sql.of("ROLLBACK TO SAVEPOINT backfeed_probe"));
      work.run(Sql.of("RELEASE SAVEPOINT backfeed_probe"));
    }
  }

  private List<QueryColumn> elsewhereFirst(Query query) throws SQLException {
    Optional<Warehouse> other = keeper.get();
    if (other.isPresent()) {
      Warehouse elsewhere = other.get();
      try {
        elsewhere
            .dialect()
            .apply(elsewhere.connection(), work.dialect().session(work.connection()));
        return QueryColumn.of(elsewhere, query.unordered());
      } catch (SQLException e) {
        // It may be about a table that only this transaction knows.
        return QueryColumn.of(work, query.unordered());
      } finally {
        elsewhere.connection().close();
      }
    }
    return QueryColumn.of(work, query.unordered());
  }
}
