package dev.backfeed.driver.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.parser.BackfeedParser;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.StatementException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A query that the parser lets through is one statement to the warehouse itself as well, in the
 * parentheses that the engine puts around it. The warehouses' own parsers say so: DuckDB's through
 * {@code json_serialize_sql}, PostgreSQL's through a cursor, which takes one statement only.
 */
class QueriesStayInsideTest {
  private static final int QUERIES = 3_000;

  /** What literals, comments and names begin and end with, and what may glue them together. */
  private static final List<String> BITS =
      List.of(
          "'", "'", "\"", "`", "$$", "$a$", "$", "(", ")", "--", "/*", "*/", "/", "//", "#", "\\",
          "\n", "\r", "\t", "\u000B", "E'", "e'", "N'", "X'", "U&'", "U&\"", "r'", "1", "1e", "x",
          "E", ",", ".", "::int", "@", "-", "*", ":", "?", "[", "]", "{", "}", "|", "é", "\u200C",
          "\u00A0", "\u2028", "\u2060", "\u0001", "''", "\"\"", "\\'", " ", "+ 1", ") q", "date '",
          "--'", "$1$", "$1$$", "->>", "x$", "$é$", "/**/");

  private static final List<String> ATTACKS =
      List.of(
          "SELECT 1 AS id) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --",
          "SELECT 1 AS id, E'a'\n'\\'' AS x) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --'",
          "SELECT 1 AS id, 2 //* ' */ + 1) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --'",
          "SELECT 1 AS id, 2 x\u00A0$$) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --$$",
          "SELECT 1 AS id, 2 x\u2028$$) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --$$",
          "SELECT 1 AS id, 2 x\u0001$$) q; DROP TABLE kept; SELECT * FROM (SELECT 1 --$$",
          "SELECT 1 AS id,\u2060$$ ' $$) q; DROP TABLE kept; SELECT * FROM (SELECT 1 -- '",
          "SELECT 1 AS id, $\u00A0$ ' $\u00A0$) q; DROP TABLE kept; SELECT * FROM (SELECT 1 -- '");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void toTheWarehousesOwnParser(Warehouses warehouse) throws SQLException {
    BackfeedParser parser = new BackfeedParser(Lexicon.of(InnerDrivers.scheme(warehouse.url())));
    Random random = new Random(20_261_121);
    int valid = 0;
    try (Connection connection = warehouse.inner()) {
      prepare(connection, warehouse);
      assertThat(verdict(connection, warehouse, "SELECT 1) q; SELECT (2")).isEqualTo("several");
      assertThat(verdict(connection, warehouse, "SELECT ')'';' -- )")).isEqualTo("one");
      for (int i = 0; i < QUERIES; i++) {
        String each = i < ATTACKS.size() ? ATTACKS.get(i) : random(random);
        Optional<String> query = accepted(parser, each);
        if (query.isPresent()) {
          String verdict = verdict(connection, warehouse, query.get());
          assertThat(verdict).as(query.get()).isNotEqualTo("several");
          valid += verdict.equals("one") ? 1 : 0;
        }
      }
    }
    assertThat(valid).as("queries that mean something").isGreaterThan(QUERIES / 100);
  }

  @ParameterizedTest
  @EnumSource
  void whoeverTries(Warehouses warehouse) throws SQLException {
    Properties properties = new Properties();
    properties.put("backfeed.connectors", List.of(new ScriptedConnector()));
    try (Connection connection = DriverManager.getConnection(warehouse.fresh(folder), properties)) {
      execute(connection, "CREATE TABLE kept (id INTEGER)");
      execute(connection, "CREATE DESTINATION d TYPE scripted");
      for (String attack : ATTACKS) {
        try {
          execute(connection, "CREATE OR REPLACE SYNC s TO d.a KEY (id) AS " + attack);
          execute(connection, "EXPLAIN SYNC s");
          execute(connection, "SYNC NOW s DRY RUN");
        } catch (SQLException e) {
          assertThat(e.getSQLState()).as(attack).isNotNull();
        }
        // Where it is no attack, on the other warehouse, the text is one string.
        assertThat(kept(connection)).as(attack).isTrue();
      }
    }
  }

  private static boolean kept(Connection connection) throws SQLException {
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "kept", null)) {
      return tables.next();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Optional<String> accepted(BackfeedParser parser, String query) {
    try {
      Command command = parser.parse("CREATE SYNC s TO d.o KEY (k) AS " + query);
      return Optional.of(((Command.CreateSync) command).definition().query().text());
    } catch (StatementException e) {
      return Optional.empty();
    }
  }

  private static String random(Random random) {
    StringBuilder query = new StringBuilder(random.nextBoolean() ? "SELECT 1 " : "SELECT 2 x");
    bits(query, 1 + random.nextInt(4), random);
    if (random.nextInt(4) > 0) {
      query.append(
          random.nextBoolean()
              ? " ) q; SELECT * FROM (SELECT 3 "
              : " 1) q; SELECT * FROM (SELECT 3 ");
    }
    bits(query, random.nextInt(4), random);
    return query.toString();
  }

  private static void bits(StringBuilder query, int number, Random random) {
    for (int i = 0; i < number; i++) {
      query.append(BITS.get(random.nextInt(BITS.size())));
    }
  }

  private static void prepare(Connection connection, Warehouses warehouse) throws SQLException {
    if (warehouse == Warehouses.POSTGRESQL) {
      execute(
          connection,
          """
          CREATE FUNCTION pg_temp.verdict(query text) RETURNS text LANGUAGE plpgsql AS $f$
          DECLARE c refcursor;
          BEGIN
            OPEN c FOR EXECUTE query;
            CLOSE c;
            RETURN 'one';
          EXCEPTION
            WHEN invalid_cursor_definition THEN RETURN 'several';
            WHEN OTHERS THEN RETURN 'error';
          END $f$""");
    }
  }

  /** Whether the warehouse takes it for one statement, for several, or for none at all. */
  private static String verdict(Connection connection, Warehouses warehouse, String query)
      throws SQLException {
    String ask =
        warehouse == Warehouses.POSTGRESQL
            ? "SELECT pg_temp.verdict(?)"
            : """
              SELECT CASE WHEN j->>'error_type' = 'not implemented' THEN 'several'
                WHEN j->>'error' = 'true' THEN 'error'
                WHEN json_array_length(j->'statements') = 1 THEN 'one' ELSE 'several' END
              FROM (SELECT CAST(json_serialize_sql(?) AS JSON) AS j)""";
    try (PreparedStatement statement = connection.prepareStatement(ask)) {
      statement.setString(1, "SELECT * FROM (\n" + query + "\n) AS q");
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    } catch (SQLException e) {
      return "error";
    }
  }
}
