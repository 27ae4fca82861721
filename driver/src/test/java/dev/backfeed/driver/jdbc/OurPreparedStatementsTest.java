package dev.backfeed.driver.jdbc;

import static dev.backfeed.driver.jdbc.OurStatementsTest.answer;
import static dev.backfeed.driver.jdbc.OurStatementsTest.assertState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.Command;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statements of ours that are prepared, with and without values. */
class OurPreparedStatementsTest {
  private static final String RUN = "SYNC NOW s";

  private ScriptedSide side;
  private Connection connection;

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @EnumSource
  void aPreparedStatementOfOursRunsAsOftenAsOneLikes(Warehouses warehouse) throws SQLException {
    connect(warehouse);

    PreparedStatement prepared = connection.prepareStatement(RUN);
    assertThat(prepared.getMetaData().getColumnLabel(1)).isEqualTo("run_id");
    assertThat(prepared.getParameterMetaData().getParameterCount()).isZero();
    assertThat(prepared.executeUpdate()).isEqualTo(5);
    assertThat(prepared.execute()).isTrue();
    ResultSet rows = prepared.getResultSet();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getStatement()).isSameAs(prepared);
    assertThat(prepared.getConnection()).isSameAs(connection);
    assertThatThrownBy(() -> prepared.setString(1, "x"))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07009"))
        .hasMessageContaining("the statement has 0");
    assertThatThrownBy(() -> prepared.execute("SELECT 1")).isInstanceOf(SQLException.class);
    prepared.addBatch();
    prepared.addBatch();
    assertThat(prepared.executeBatch()).containsExactly(5, 5);
    prepared.close();
    assertThat(prepared.isClosed()).isTrue();
    assertThatThrownBy(prepared::execute).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> connection.prepareStatement("CREATE SYNC s FROM t"))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "42601"));
    assertThatThrownBy(() -> connection.prepareCall(RUN)).isInstanceOf(SQLException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aPreparedStatementOfOursTakesValues(Warehouses warehouse) throws SQLException {
    connect(warehouse);

    PreparedStatement prepared = connection.prepareStatement("SYNC NOW ? LIMIT ?");
    ParameterMetaData meta = prepared.getParameterMetaData();
    assertThat(meta.getParameterCount()).isEqualTo(2);
    assertThat(meta.getParameterType(1)).isEqualTo(Types.VARCHAR);
    assertThat(meta.getParameterTypeName(2)).isEqualTo("BIGINT");
    assertThat(meta.getParameterClassName(2)).isEqualTo("java.lang.Long");
    assertThat(meta.getParameterMode(1)).isEqualTo(ParameterMetaData.parameterModeIn);
    assertThat(meta.isNullable(2)).isEqualTo(ParameterMetaData.parameterNoNulls);
    assertThat(meta.unwrap(ParameterMetaData.class)).isSameAs(meta);
    assertThatThrownBy(() -> meta.getParameterType(3))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07009"));
    assertThat(prepared.getMetaData().getColumnLabel(2)).isEqualTo("sync");

    assertThatThrownBy(prepared::executeQuery)
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07001"))
        .hasMessage("no value is set for parameter 1, 2");
    prepared.setString(1, "all");
    prepared.setInt(2, 3);
    assertThat(prepared.executeQuery().next()).isTrue();
    assertThat(synced(0)).isEqualTo("\"all\" 3");
    prepared.setObject(2, "4", Types.BIGINT);
    assertThat(prepared.executeUpdate()).isEqualTo(5);
    assertThat(synced(1)).isEqualTo("\"all\" 4");

    for (String name : List.of("a", "b")) {
      prepared.setObject(1, name);
      prepared.addBatch();
    }
    prepared.setString(1, "c");
    assertThat(prepared.executeBatch()).containsExactly(5, 5);
    assertThat(List.of(synced(2), synced(3))).containsExactly("\"a\" 4", "\"b\" 4");

    prepared.setNull(1, Types.VARCHAR);
    assertThatThrownBy(prepared::execute)
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "22023"))
        .hasMessageContaining("parameter 1 takes the name of a sync");
    prepared.clearParameters();
    assertThatThrownBy(prepared::addBatch)
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "07001"));
    prepared.close();
    assertThatThrownBy(() -> prepared.setString(1, "x")).hasMessageContaining("closed");
    assertThatThrownBy(prepared::getParameterMetaData).hasMessageContaining("closed");
  }

  @ParameterizedTest
  @EnumSource
  void aQueryOfOursTakesNoValues(Warehouses warehouse) throws SQLException {
    connect(warehouse);
    String text = "CREATE SYNC s TO d.a KEY (id) AS SELECT id FROM t WHERE id = ?";
    assertThatThrownBy(() -> connection.prepareStatement(text))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "42601"))
        .hasMessageContaining("takes no parameters")
        .hasMessageContaining("(line 1, column 62)");
    assertThatThrownBy(() -> connection.createStatement().execute("SYNC NOW ?"))
        .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "42601"))
        .hasMessageContaining("in a prepared statement only");
  }

  /** Down to the engine: what is stored holds the values, not the marks. */
  @ParameterizedTest
  @EnumSource
  void valuesReachTheEngine(Warehouses warehouse) throws SQLException {
    Properties schema = new Properties();
    schema.setProperty("backfeed.schema", "prepared");
    connection = DriverManager.getConnection(warehouse.ours(), schema);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE told (id INT, facts VARCHAR)");
      statement.execute("INSERT INTO told VALUES (1, '{\"a\": 1}'), (2, '{}')");
    }
    run(
        "CREATE DESTINATION ? TYPE webhook WITH (url = ?, sandbox = ?, tags = ?)",
        "my \"hook\"",
        "https://hook.example/",
        true,
        "it's");
    run(
        "CREATE SYNC ? TO ?.people KEY (id) LIMIT REMOVALS TO ? ROWS AS SELECT id, '?' AS x FROM told",
        "all",
        "my \"hook\"",
        3);
    try (PreparedStatement show = connection.prepareStatement("SHOW CREATE SYNC ?")) {
      show.setString(1, "ALL");
      ResultSet rows = show.executeQuery();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1))
          .startsWith("CREATE SYNC \"all\" TO \"my \"\"hook\"\"\".people")
          .contains("REMOVALS TO 3 ROWS")
          .endsWith("AS SELECT id, '?' AS x FROM told");
    }
    try (PreparedStatement now = connection.prepareStatement("SYNC NOW ? LIMIT ?")) {
      now.setString(1, "all");
      now.setInt(2, 1);
      assertThat(now.executeUpdate()).isEqualTo(1);
      now.setLong(2, 10);
      assertThat(now.executeUpdate()).isEqualTo(1);
      now.setString(1, "none");
      assertThatThrownBy(now::executeQuery)
          .isInstanceOfSatisfying(SQLException.class, e -> assertState(e, "42704"));
    }
  }

  /** PostgreSQL's own {@code ?} is an operator, which goes with the query. */
  @Test
  void anOperatorOfTheQueryStaysOne() throws SQLException {
    Properties schema = new Properties();
    schema.setProperty("backfeed.schema", "operators");
    connection = DriverManager.getConnection(Warehouses.POSTGRESQL.ours(), schema);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE facts AS SELECT 1 AS id, '{\"a\": 1}'::jsonb AS f");
      statement.execute(
          "CREATE DESTINATION d TYPE webhook WITH (url = 'https://d.example/', sandbox = TRUE)");
      statement.execute(
          "CREATE SYNC s TO d.x KEY (id) AS SELECT id, f ? 'a' AS has FROM facts WHERE f ?| '{a}'");
      assertThat(statement.executeUpdate("SYNC NOW s")).isEqualTo(1);
      assertThat(statement.executeUpdate("SYNC NOW s")).isZero();
    }
  }

  private void run(String text, Object... values) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(text)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      assertThat(prepared.execute()).isFalse();
    }
  }

  private String synced(int index) {
    Command.SyncNow run = (Command.SyncNow) side.executed.get(index);
    String quote = run.selection().syncs().get(0).quoted() ? "\"" : "";
    return quote + run.selection().syncs().get(0) + quote + " " + run.limit().orElseThrow();
  }

  private void connect(Warehouses warehouse) throws SQLException {
    Connection inner = warehouse.inner();
    side = warehouse.side(inner);
    side.answer = (command, execution) -> answer(command, 5);
    connection = Warehouses.wrap(inner, side);
  }
}
