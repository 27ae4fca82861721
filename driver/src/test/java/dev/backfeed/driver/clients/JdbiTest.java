package dev.backfeed.driver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.StatementException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jdbi: its scripts, mappers and transactions. */
class JdbiTest {
  private static final String SCRIPT =
      """
      -- Jdbi cuts this itself; a colon is its sign for a parameter.
      CREATE DESTINATION d TYPE scripted WITH (tags = 'a;b');
      CREATE SYNC s TO d.a KEY (id) AS
        SELECT CAST(id AS INTEGER) AS id, name || ':x'::VARCHAR(9) AS name FROM people; -- end
      """;

  @TempDir Path folder;

  /** A row of {@code SYNC NOW}, as far as one wants it. */
  public record Run(String sync, String status, long created) {}

  @ParameterizedTest
  @EnumSource
  void runsScriptsAndMapsRows(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder);
        Handle handle = Jdbi.create(shop.source()).open()) {
      handle.createScript(SCRIPT).execute();
      handle.registerRowMapper(ConstructorMapper.factory(Run.class));
      assertThat(handle.createQuery("SYNC NOW s").mapTo(Run.class).one())
          .isEqualTo(new Run("s", "succeeded", 2));
      assertThat(shop.vendor().sent()).anyMatch(line -> line.contains("Ann:x"));
      assertThat(handle.execute("RESUME SYNC s")).isZero();
      assertThat(
              handle
                  .createQuery("SELECT status FROM backfeed.sync_runs WHERE sync = :sync")
                  .bind("sync", "s")
                  .mapTo(String.class)
                  .list())
          .containsExactly("succeeded");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rollsBackWhatFails(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      Jdbi jdbi = Jdbi.create(shop.source());
      jdbi.useHandle(handle -> handle.createScript(SCRIPT).execute());
      assertThatThrownBy(
              () ->
                  jdbi.useTransaction(
                      handle -> {
                        handle.execute("PAUSE SYNC s");
                        handle.execute("PAUSE SYNC t");
                      }))
          .isInstanceOf(StatementException.class)
          .cause()
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
      Map<String, Object> run =
          jdbi.withHandle(handle -> handle.createQuery("SYNC NOW s").mapToMap().one());
      assertThat(run).containsEntry("status", "succeeded");
    }
  }
}
