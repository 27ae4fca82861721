package dev.backfeed.driver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.SQLWarningException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's JdbcTemplate and its transactions. */
class SpringTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void runsReadsAndBatches(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      JdbcTemplate template = template(shop);
      assertThat(template.update("INSERT INTO people VALUES (?, ?)", 3, "Cid")).isEqualTo(1);
      Map<String, Object> run = template.queryForMap("SYNC NOW s");
      assertThat(run).containsEntry("status", "succeeded").containsEntry("created", 3L);
      assertThat(template.update("SYNC NOW s FULL")).isEqualTo(3);
      assertThat(template.query("SHOW SYNCS", (rows, n) -> rows.getString("name")))
          .containsExactly("s");
      assertThat(template.batchUpdate("PAUSE SYNC s", "RESUME SYNC s")).containsExactly(0, 0);
      assertThat(template.queryForObject("SELECT count(*) FROM backfeed.sync_runs", Long.class))
          .isEqualTo(2L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void translatesStatesAndWarnings(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      JdbcTemplate template = template(shop);
      assertThatThrownBy(() -> template.queryForMap("SYNC NOW t"))
          .isInstanceOf(BadSqlGrammarException.class)
          .rootCause()
          .hasMessageContaining("there is no sync \"t\"");
      assertThatThrownBy(() -> template.execute("SYNC NOW s FULLY"))
          .isInstanceOf(BadSqlGrammarException.class)
          .rootCause()
          .hasMessageContaining("did you mean FULL? (line 1, column 12)");
      template.execute("INSERT INTO people VALUES (NULL, 'Nobody')");
      template.setIgnoreWarnings(false);
      assertThatThrownBy(() -> template.queryForMap("SYNC NOW s"))
          .isInstanceOfSatisfying(
              SQLWarningException.class,
              e -> assertThat(e.getSQLWarning().getSQLState()).isEqualTo("01000"));
      assertThat(shop.vendor().sent()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void definitionsBelongToItsTransactions(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      JdbcTemplate template = template(shop);
      TransactionTemplate transaction =
          new TransactionTemplate(new DataSourceTransactionManager(shop.source()));
      transaction.executeWithoutResult(
          status -> {
            template.execute("PAUSE SYNC s");
            assertThat(paused(template)).containsExactly(true);
            status.setRollbackOnly();
          });
      assertThat(paused(template)).containsExactly(false);
      transaction.executeWithoutResult(status -> template.execute("PAUSE SYNC s"));
      assertThat(paused(template)).containsExactly(true);
      template.execute("RESUME SYNC s");
      assertThatThrownBy(
              () ->
                  transaction.executeWithoutResult(
                      status -> {
                        template.update("DELETE FROM people");
                        template.queryForMap("SYNC NOW s");
                      }))
          .isInstanceOfSatisfying(
              UncategorizedSQLException.class,
              e -> assertThat(e.getSQLException().getSQLState()).isEqualTo("XB006"));
      assertThat(shop.vendor().sent()).isEmpty();
      assertThat(template.queryForMap("SYNC NOW s")).containsEntry("created", 2L);
    }
  }

  private static List<Boolean> paused(JdbcTemplate template) {
    return template.queryForList("SELECT paused FROM backfeed.syncs", Boolean.class);
  }

  private static JdbcTemplate template(Shop shop) {
    JdbcTemplate template = new JdbcTemplate(shop.source());
    template.setQueryTimeout(30);
    template.setFetchSize(100);
    template.execute(Shop.DESTINATION);
    template.execute(Shop.SYNC);
    return template;
  }
}
