package dev.backfeed.connectors.jdbc;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DuckDbContractTest extends JdbcContract {
  private static Place place;

  @BeforeAll
  static void makeTheFile(@TempDir Path folder) throws SQLException {
    place = Place.duckDb(folder);
  }

  @Override
  Place place() {
    return place;
  }

  @Override
  String types() {
    return "DECIMAL(20,6);BOOLEAN;DATE;TIMESTAMP;JSON";
  }

  @Override
  String timestamp(ResultSet row) throws SQLException {
    return row.getObject("seen", LocalDateTime.class) + "Z";
  }
}
