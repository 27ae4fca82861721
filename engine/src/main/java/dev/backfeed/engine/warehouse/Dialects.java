package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.duckdb.DuckDbDialect;
import dev.backfeed.engine.warehouse.postgresql.PostgresqlDialect;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** Finds the dialect of a connection. */
public final class Dialects {
  private Dialects() {}

  /**
   * The dialect by the product's name.
   *
   * @throws StatementException {@code 55000} if we do not know the product
   */
  public static WarehouseDialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "duckdb" -> new DuckDbDialect();
      case "postgresql" -> new PostgresqlDialect();
      default ->
          throw new StatementException(
              SqlState.WRONG_STATE,
              "Backfeed cannot keep its state in "
                  + product
                  + ": warehouses are duckdb, postgresql. Its own SQL works as ever");
    };
  }
}
