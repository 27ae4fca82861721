package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is the warehouse's passes through untouched. */
class ForeignStatementsTest {
  @ParameterizedTest
  @EnumSource
  void resultsAreTheInnerDriversOwn(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        Connection inner = warehouse.inner();
        Statement ours = connection.createStatement();
        Statement theirs = inner.createStatement()) {
      Object fromOurs = ours.executeQuery("SELECT 1").getClass();
      assertThat(fromOurs).isEqualTo(theirs.executeQuery("SELECT 1").getClass());
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorsAreTheInnerDriversOwn(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        Connection inner = warehouse.inner()) {
      SQLException theirs = failure(inner);
      SQLException ours = failure(connection);
      assertThat(ours.getClass()).isEqualTo(theirs.getClass());
      assertThat(ours.getMessage()).isEqualTo(theirs.getMessage());
      assertThat(ours.getSQLState()).isEqualTo(theirs.getSQLState());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTextArrivesByteForByte(Warehouses warehouse) throws SQLException {
    String text = "/* {\"app\": \"dbt\"} */ SELECT 'a;b', 'SYNC NOW s' -- ; tail";
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        PreparedStatement prepared = connection.prepareStatement(text)) {
      ResultSet rows = prepared.executeQuery();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("a;b");
      assertThat(rows.getString(2)).isEqualTo("SYNC NOW s");
    }
  }

  @ParameterizedTest
  @EnumSource
  void objectsKeepTheirTiesToEachOther(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours())) {
      Statement statement = connection.createStatement();
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(connection.prepareStatement("SELECT 1").getConnection()).isSameAs(connection);
      DatabaseMetaData meta = connection.getMetaData();
      assertThat(meta.getConnection()).isSameAs(connection);
      assertThat(meta.getURL()).startsWith("jdbc:backfeed:" + scheme(warehouse));
      assertThat(new HashSet<>(Set.of(statement, connection))).contains(statement, connection);
      assertThat(connection).isNotEqualTo(statement);
      assertThat(connection.toString()).isNotBlank();
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  /** The words that our grammar adds are the ones that a client should colour. */
  @ParameterizedTest
  @EnumSource
  void keywordsAreTheInnerDriversAndOurs(Warehouses warehouse) throws Exception {
    String grammar = Files.readString(Path.of("../parser/src/main/codegen/config.fmpp"));
    Matcher words = Pattern.compile("\\n    keywords: \\[([^]]*)]").matcher(grammar);
    assertThat(words.find()).isTrue();
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        Connection inner = warehouse.inner()) {
      String theirs = inner.getMetaData().getSQLKeywords();
      String all = connection.getMetaData().getSQLKeywords();
      assertThat(all).startsWith(theirs);
      List<String> added = List.of(all.substring(theirs.length()).split(",", -1));
      assertThat(added).contains("SYNC", "UPSERT").doesNotHaveDuplicates();
      assertThat(all.toUpperCase(Locale.ROOT).split(",", -1))
          .contains(words.group(1).strip().replace("\"", "").split("\\s+"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void metaDataIsTheWarehousesOwn(Warehouses warehouse) throws Exception {
    try (Connection connection = DriverManager.getConnection(fresh(warehouse));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DESTINATION d TYPE webhook WITH (url = 'https://x.example/')");
      DatabaseMetaData meta = connection.getMetaData();
      try (Connection inner = warehouse.inner()) {
        assertThat(meta.getDatabaseProductName())
            .isEqualTo(inner.getMetaData().getDatabaseProductName());
      }
      Set<String> tables = new HashSet<>();
      try (ResultSet rows = meta.getTables(null, "backfeed", "%", null)) {
        while (rows.next()) {
          tables.add(rows.getString("TABLE_NAME"));
        }
      }
      assertThat(tables).contains("syncs", "destinations", "sync_runs", "sync_log", "sync_errors");
      try (ResultSet columns = meta.getColumns(null, "backfeed", "destinations", "type")) {
        assertThat(columns.next()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unwrapReachesTheInnerClasses(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        Connection inner = warehouse.inner();
        Statement statement = connection.createStatement()) {
      Class<?> innerType = inner.getClass();
      assertThat(connection.isWrapperFor(innerType)).isTrue();
      assertThat((Object) connection.unwrap(innerType)).isInstanceOf(innerType);
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
      assertThat(connection.isWrapperFor(Runtime.class)).isFalse();
      assertThatThrownBy(() -> connection.unwrap(Runtime.class)).isInstanceOf(SQLException.class);
      try (Statement innerStatement = inner.createStatement()) {
        assertThat(statement.isWrapperFor(innerStatement.getClass())).isTrue();
      }
    }
  }

  @Test
  void vendorInterfacesCanBeCastTo() throws Exception {
    try (Connection connection = DriverManager.getConnection(Warehouses.POSTGRESQL.ours());
        Statement statement = connection.createStatement();
        CallableStatement call = connection.prepareCall("{ ? = call lower(?) }")) {
      Class<?> pgConnection = Class.forName("org.postgresql.PGConnection");
      assertThat(connection).isInstanceOf(pgConnection);
      assertThat(pgConnection.getMethod("getBackendPID").invoke(connection))
          .isInstanceOf(Integer.class);
      assertThat(statement).isInstanceOf(Class.forName("org.postgresql.PGStatement"));
      call.registerOutParameter(1, java.sql.Types.VARCHAR);
      call.setString(2, "ABC");
      call.execute();
      assertThat(call.getString(1)).isEqualTo("abc");
      assertThat(call.getConnection()).isSameAs(connection);
    }
  }

  @ParameterizedTest
  @EnumSource
  void defaultMethodsReachTheInnerDriver(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE large (a INT)");
      assertThat(statement.executeLargeUpdate("INSERT INTO large VALUES (1), (2)")).isEqualTo(2);
      assertThat(statement.getLargeUpdateCount()).isEqualTo(2);
      assertThat(statement.enquoteIdentifier("a b", false)).isEqualTo("\"a b\"");
      connection.beginRequest();
      connection.endRequest();
    }
  }

  @ParameterizedTest
  @EnumSource
  void noReflectionShowsInWhatIsThrown(Warehouses warehouse) throws SQLException {
    Connection connection = DriverManager.getConnection(warehouse.ours());
    connection.close();
    assertThatThrownBy(connection::createStatement)
        .isInstanceOf(SQLException.class)
        .isNotInstanceOf(UndeclaredThrowableException.class);
    assertThat(connection.isValid(1)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void connectingMakesNothing(Warehouses warehouse) throws SQLException {
    try (Connection connection = DriverManager.getConnection(warehouse.ours());
        ResultSet schemas = connection.getMetaData().getSchemas()) {
      while (schemas.next()) {
        assertThat(schemas.getString(1)).isNotEqualTo("backfeed");
      }
    }
  }

  private static SQLException failure(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT nothing_there FROM nowhere");
      throw new AssertionError("that should have failed");
    } catch (SQLException e) {
      return e;
    }
  }

  /** A database that no other test looks into. */
  private static String fresh(Warehouses warehouse) throws SQLException {
    if (warehouse == Warehouses.DUCKDB) {
      return warehouse.ours();
    }
    try (Connection admin = warehouse.inner();
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE foreign_meta");
    }
    return warehouse.ours().replaceFirst("/postgres\\?", "/foreign_meta?");
  }

  private static String scheme(Warehouses warehouse) {
    return InnerDrivers.scheme(warehouse.url());
  }
}
