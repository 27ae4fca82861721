package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, 40001, 0, RETRY",
    "POSTGRESQL, 40P01, 0, RETRY",
    "POSTGRESQL, 55P03, 0, RETRY",
    "POSTGRESQL, 53300, 0, RETRY",
    "POSTGRESQL, 57P01, 0, BROKEN",
    "POSTGRESQL, 08006, 0, BROKEN",
    "POSTGRESQL, 22P02, 0, DATA",
    "POSTGRESQL, 23505, 0, DATA",
    "POSTGRESQL, 21000, 0, DATA",
    "POSTGRESQL, P0001, 0, DATA",
    "POSTGRESQL, 42P01, 0, MISCONFIGURED",
    "POSTGRESQL, 42501, 0, CREDENTIALS",
    "POSTGRESQL, 28P01, 0, CREDENTIALS",
    "POSTGRESQL, 3D000, 0, MISCONFIGURED",
    "MYSQL, HY000, 1205, RETRY",
    "MYSQL, 40001, 1213, RETRY",
    "MYSQL, 08S01, 2013, BROKEN",
    "MYSQL, 23000, 1062, DATA",
    "MYSQL, HY000, 1366, DATA",
    "MYSQL, HY000, 3819, DATA",
    "MYSQL, 42000, 1142, CREDENTIALS",
    "MYSQL, 28000, 1045, CREDENTIALS",
    "MARIADB, 42S02, 1146, MISCONFIGURED",
    "MARIADB, 23000, 4025, DATA",
    "SQLITE, , 5, RETRY",
    "SQLITE, , 2067, DATA",
    "SQLITE, , 1, MISCONFIGURED",
    "SQLITE, , 14, BROKEN",
  })
  void byStateAndCode(Database database, String state, int code, Failure.Kind kind) {
    assertThat(Failure.of(database, new SQLException("no", state, code)).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "Constraint Error: Duplicate key, DATA",
    "Conversion Error: Could not convert, DATA",
    "TransactionContext Error: Conflict on update!, RETRY",
    "Catalog Error: Table does not exist, MISCONFIGURED",
    "IO Error: Could not set lock, BROKEN",
  })
  void duckDbByItsWords(String message, Failure.Kind kind) {
    assertThat(Failure.of(Database.DUCKDB, new SQLException(message)).kind()).isEqualTo(kind);
  }

  @Test
  void aBatchSaysWhatIsBehindIt() {
    BatchUpdateException batch =
        new BatchUpdateException("Batch entry 0 UPDATE t SET a = 'private'", "22001", new int[0]);
    batch.setNextException(new SQLException("value too long", "22001"));
    Failure failure = Failure.of(Database.POSTGRESQL, batch);
    assertThat(failure.error().message()).isEqualTo("value too long");
    assertThat(failure.error().type()).isEqualTo("VALUE");
    assertThat(failure.error().code()).isEqualTo("22001");
  }
}
