package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts end a transaction that began with autocommit off. */
class OpenWorkTest {
  private final OpenWork work = new OpenWork(false);

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", " rollback;", "\nEND", "ROLLBACK WORK", "abort", "commit work"})
  void itEndsWith(String sql) {
    work.passed("INSERT INTO t VALUES (1)");
    work.passed(sql);
    assertThat(work.statementPassed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ROLLBACK TO a",
        "rollback work to savepoint a",
        "COMMITTED()",
        "SELECT 'COMMIT'",
        ""
      })
  void itGoesOnAfter(String sql) {
    work.passed(sql);
    assertThat(work.statementPassed()).isTrue();
  }
}
