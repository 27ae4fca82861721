package dev.backfeed.driver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** jOOQ: plain SQL of ours, its own SQL over our tables. */
class JooqTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void runsOursAsPlainSql(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      DSLContext jooq = jooq(shop, warehouse);
      Record run = jooq.fetchSingle("SYNC NOW s");
      assertThat(run.get("status", String.class)).isEqualTo("succeeded");
      assertThat(run.get("created", int.class)).isEqualTo(2);
      assertThat(jooq.fetch("SHOW SYNCS").getValues("name", String.class)).containsExactly("s");
      assertThat(jooq.execute("PAUSE SYNC s")).isZero();
      assertThat(
              jooq.select(DSL.field("record_key", String.class))
                  .from(DSL.table("backfeed.sync_log"))
                  .where(DSL.field("outcome").eq("created"))
                  .orderBy(1)
                  .fetchInto(String.class))
          .containsExactly("1", "2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsStatesAndRollsBack(Warehouses warehouse) throws SQLException {
    try (Shop shop = new Shop(warehouse, folder)) {
      DSLContext jooq = jooq(shop, warehouse);
      assertThatThrownBy(() -> jooq.fetch("SYNC NOW t"))
          .isInstanceOfSatisfying(
              DataAccessException.class, e -> assertThat(e.sqlState()).isEqualTo("42704"));
      assertThatThrownBy(
              () ->
                  jooq.transaction(
                      work -> {
                        work.dsl().execute("DROP SYNC s");
                        work.dsl().execute("DROP SYNC s");
                      }))
          .isInstanceOfSatisfying(
              DataAccessException.class, e -> assertThat(e.sqlState()).isEqualTo("42704"));
      assertThat(jooq.fetchSingle("SYNC NOW s").get("status")).isEqualTo("succeeded");
    }
  }

  private static DSLContext jooq(Shop shop, Warehouses warehouse) {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    DSLContext jooq =
        DSL.using(
            shop.source(),
            warehouse == Warehouses.DUCKDB ? SQLDialect.DUCKDB : SQLDialect.POSTGRES);
    jooq.execute(Shop.DESTINATION);
    jooq.execute(Shop.SYNC);
    return jooq;
  }
}
