package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.testing.MapOptions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

class PostgresContractTest extends JdbcContract {
  private static final Place PLACE = Place.postgres(PostgresContractTest.class);

  @Override
  Place place() {
    return PLACE;
  }

  @Override
  String types() {
    return "NUMERIC(20,6);BOOLEAN;DATE;TIMESTAMPTZ;JSONB";
  }

  @Override
  String timestamp(ResultSet row) throws SQLException {
    return row.getObject("seen", OffsetDateTime.class)
        .withOffsetSameInstant(ZoneOffset.UTC)
        .toString();
  }

  @Override
  protected Optional<MapOptions> optionsWith(Fault fault) {
    MapOptions options = new MapOptions(connector().manifest());
    return switch (fault) {
      case CREDENTIALS_REFUSED ->
          Optional.of(
              options
                  .with("url", PLACE.url())
                  .with("user", PostgresServer.GUARDED_USER)
                  .withSecret("password", "not the BACKFEED-SECRET"));
      case UNREACHABLE ->
          Optional.of(
              options
                  .with("url", "jdbc:postgresql://localhost:1/nowhere")
                  .with("user", "postgres")
                  .withSecret("password", PostgresServer.PASSWORD));
      case THROTTLED_ONCE, ANSWER_LOST -> Optional.empty();
    };
  }
}
