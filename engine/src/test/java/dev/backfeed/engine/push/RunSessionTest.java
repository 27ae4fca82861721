package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.TestWarehouse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caller's connection before, during and after a run. */
class RunSessionTest {
  private static final Execution STATEMENT_PASSED =
      new Execution(() -> false, Optional.empty(), 0, RunListener.NONE, true);
  private EngineFixture fixture;
  private String warehouse;

  private void open(String name) throws SQLException {
    warehouse = name;
    fixture = EngineFixture.on(TestWarehouse.named(name));
    People.create(fixture, 10);
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void noRunInATransactionThatABeginOpened(String name) throws SQLException {
    open(name);
    fixture.sql("BEGIN");
    fixture.sql("INSERT INTO people VALUES (11, 'n11', 11)");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB006");
    assertThat(People.error(fixture, "SYNC NOW people, people").getSQLState()).isEqualTo("XB006");
    fixture.sql("COMMIT");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=11 added=11 created=11");
    fixture.sql("BEGIN");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB006");
    fixture.sql("ROLLBACK");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=11 unchanged=11");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void noRunInATransactionThatAStatementOpened(String name) throws SQLException {
    open(name);
    fixture.connection().setAutoCommit(false);
    fixture.sql("INSERT INTO people VALUES (11, 'n11', 11)");
    fixture.execution(STATEMENT_PASSED);
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB006");
    fixture.connection().commit();
    fixture.execution(Execution.PLAIN);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=11 added=11 created=11");
    assertThat(fixture.connection().getAutoCommit()).isFalse();
    fixture.connection().setAutoCommit(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunLeavesTheSessionAsItWas(String name) throws SQLException {
    open(name);
    unusual();
    List<String> before = session();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 added=10 created=10");
    assertThat(session()).isEqualTo(before);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=10 unchanged=10");
    assertThat(session()).isEqualTo(before);
    assertThat(temporary()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatFailsLeavesTheSessionAsItWas(String name) throws SQLException {
    open(name);
    fixture.run(RUN);
    unusual();
    List<String> before = session();
    fixture.sql("UPDATE " + table() + " SET score = -1");
    fixture.vendor().tell("batch credentials the token was revoked");
    assertThat(People.error(fixture, RUN + " FULL").getSQLState()).isEqualTo("XB001");
    assertThat(session()).isEqualTo(before);
    fixture.vendor().tell("reset");
    fixture.sql("ALTER TABLE " + table() + " RENAME COLUMN score TO points");
    assertThat(People.error(fixture, RUN).getMessage()).contains("score");
    assertThat(session()).isEqualTo(before);
    assertThat(temporary()).isEmpty();
    fixture.sql("ALTER TABLE " + table() + " RENAME COLUMN points TO score");
    fixture.sql("DELETE FROM " + table());
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB003");
    assertThat(session()).isEqualTo(before);
    assertThat(temporary()).isEmpty();
  }

  private String table() {
    return warehouse.equals("duckdb") ? "main.people" : "public.people";
  }

  private void unusual() throws SQLException {
    fixture.sql("CREATE SCHEMA elsewhere");
    fixture.sql(
        warehouse.equals("duckdb")
            ? "SET search_path = 'elsewhere'"
            : "SET search_path = elsewhere, pg_catalog");
    fixture.sql("SET TimeZone = 'Asia/Kolkata'");
    if (warehouse.equals("postgresql")) {
      fixture.connection().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    }
  }

  private List<String> session() throws SQLException {
    List<String> settings =
        fixture.query("SELECT current_setting('search_path'), current_setting('TimeZone')");
    return List.of(
        settings.get(0),
        String.valueOf(fixture.connection().getTransactionIsolation()),
        String.valueOf(fixture.connection().getAutoCommit()));
  }

  private List<String> temporary() throws SQLException {
    return fixture.query(
        warehouse.equals("duckdb")
            ? "SELECT table_name FROM duckdb_tables() WHERE temporary"
            : "SELECT relname FROM pg_catalog.pg_class WHERE relpersistence = 't' AND relkind = 'r'");
  }
}
