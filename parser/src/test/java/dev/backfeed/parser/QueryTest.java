package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.StatementException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the query begins and ends, and that it is passed on as it was written. */
class QueryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "WITH a AS (SELECT 1 AS x) SELECT x AS y FROM a",
        "FROM t SELECT x",
        "(SELECT 1) UNION (SELECT 2)",
        "VALUES (1), (2)",
        "SELECT CAST(x AS INT), 'AS', \"AS\" FROM t AS u",
        "SELECT t.as, t . as FROM t",
        "/* hint */ SELECT /*+ PARALLEL(4) */ 1",
        "-- first\nSELECT 1 -- last",
        "SELECT ';' -- ;\n FROM t /* ; */",
        "SELECT $$ AS ; ( $$, $x$ ' $x$",
        "SELECT E'\\' ; (', '\\'",
        "SELECT a // b, 5 % 2, x::int, j -> 'a' ->> 'b', @v, #1 FROM t",
        "SELECT [1, 2], {'a': 1} FROM read_csv('x.csv')",
        "SELECT 'ünï ☃ 🙂' AS \"ßß\" FROM t",
        "TABLES_OF_MINE",
        "SELECT \"a\"\"b\", 'it''s'",
        "SELECT 1 AS \"table\"",
        "SELECT 1\n\n\n  ,2",
        "SELECT v:path::NUMBER(38,0), x.*, COLUMNS('a.*') FROM t",
        "SELECT id, count(*) FROM t GROUP BY ALL",
        "SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY id ORDER BY ts DESC) = 1",
        "SELECT sync, key, now, mode, plan, run, destination, secret FROM sync AS now WHERE key = 'x'",
        "SELECT to, fields, remove, limit_, always AS reset FROM \"with\".state JOIN destination USING (sync)",
        "SELECT list_transform(l, x -> x + 1), {'as': 1}.as, f(x := ';') FROM t",
        "SELECT E'a' -- '\n'b'",
        "SELECT '\u00A0', \"\u2028\", $\u00e9$ \u00A0 $\u00e9$ /* \u0001 */",
      })
  void isVerbatim(String sql) throws StatementException {
    assertThat(parse(Lexicon.DUCKDB, sql).text()).isEqualTo(sql);
    assertThat(parse(Lexicon.DUCKDB, "  \n" + sql + "\n ;").text()).isEqualTo(sql);
  }

  @Test
  void followsTheWarehouse() throws StatementException {
    verbatim(Lexicon.BIGQUERY, "SELECT '\\';(', \"it's ;(\", `a;(`, r'\\';(' FROM t # ;(");
    verbatim(Lexicon.BIGQUERY, "SELECT '''a'b;(''', \"\"\";\"(\"\"\"");
    verbatim(Lexicon.SNOWFLAKE, "SELECT '\\';(', v:path::INT, $1, $$;($$ FROM @stage // ;(");
    verbatim(Lexicon.DATABRICKS, "SELECT '\\';(', `a``;(`, r'\\' FROM t /* /* */ ;( */");
    verbatim(Lexicon.TRINO, "SELECT U&'\\00e4', '\\' FROM t");
    verbatim(Lexicon.REDSHIFT, "SELECT '\\';('");
    verbatim(Lexicon.POSTGRESQL, "SELECT j ? 'a' FROM t");
    verbatim(Lexicon.POSTGRESQL, "SELECT '\\', E'\\';(', $a$;($a$ /* /* ; */ ( */");
  }

  @Test
  void beginsAtTheFirstAsThatIsNeitherNestedNorQuotedNorAName() throws StatementException {
    Command.CreateSync command =
        (Command.CreateSync)
            new BackfeedParser(Lexicon.DUCKDB)
                .parse(
                    """
                    CREATE SYNC "as" -- AS SELECT 0
                      TO crm.as KEY (id AS as) /* AS */ WITH (x = 'AS') FIELDS (a AS "as")
                    as/**/SELECT b AS c""");
    assertThat(command.definition().query().text()).isEqualTo("/**/SELECT b AS c");
    assertThat(command.definition().query().position()).isEqualTo(new Position(3, 3));
    assertThat(command.definition().target().object()).isEqualTo("as");
  }

  @Test
  void asTableIsOurs() throws StatementException {
    assertThat(parse(Lexicon.DUCKDB, "TABLE shop.health").text())
        .isEqualTo("SELECT * FROM shop.health");
    assertThat(parse(Lexicon.DUCKDB, "table `My Shop`.\"a\"\"b\" ;").text())
        .isEqualTo("SELECT * FROM \"My Shop\".\"a\"\"b\"");
    Query query = parse(Lexicon.BIGQUERY, " TABLE \"my-project\".d.`t` -- x");
    assertThat(query.text()).isEqualTo("SELECT * FROM `my-project`.d.`t`");
    assertThat(query.unordered()).isEqualTo(query.text());
    assertThat(query.order()).isEmpty();
    assertThat(parse(Lexicon.BIGQUERY, "TABLE \"a\\\".\"b`c\"").text())
        .isEqualTo("SELECT * FROM `a\\\\`.`b\\`c`");
    assertThat(parse(Lexicon.DATABRICKS, "TABLE \"a\\\".\"b`c\"").text())
        .isEqualTo("SELECT * FROM `a\\`.`b``c`");
  }

  @Test
  void whatSurroundsAStatementIsNoObstacle() throws StatementException {
    String comment = "/* {\"app\": \"dbt\", \"node_id\": \"model.shop.health; AS (\"} */\n";
    for (Lexicon lexicon : Promises.LEXICONS) {
      String statement = comment + "CREATE SYNC s TO d.o KEY (id) AS\n  SELECT 1 AS id;\n";
      assertThat(new StatementRouter(lexicon).isOurs(statement)).isTrue();
      Command.CreateSync command =
          (Command.CreateSync) new BackfeedParser(lexicon).parse(statement);
      assertThat(command.definition().query().text()).isEqualTo("SELECT 1 AS id");
      assertThat(command.definition().query().position()).isEqualTo(new Position(3, 3));
      assertThat(command.text()).startsWith("CREATE SYNC").endsWith("AS id");
    }
  }

  @Test
  void blanksBeyondAsciiAreFineAroundAQueryAndInOurClauses() throws StatementException {
    assertThat(parse(Lexicon.POSTGRESQL, "\u00A0SELECT 1").text()).isEqualTo("SELECT 1");
    assertThat(parse(Lexicon.POSTGRESQL, "SELECT 1;\u00A0\uFEFF").text()).isEqualTo("SELECT 1");
    assertThat(parse(Lexicon.DUCKDB, "\u00A0TABLE\u2003t").text()).isEqualTo("SELECT * FROM t");
  }

  @Test
  void mayNotLeaveItsParentheses() {
    List<String> attacks =
        List.of(
            "SELECT 1) x; DROP TABLE t; SELECT (1",
            "SELECT 1; DROP TABLE t",
            "SELECT 1); --",
            "SELECT ')' )",
            "SELECT (1",
            "SELECT ((1) FROM t",
            "SELECT (1; DROP TABLE t)",
            "SELECT 1 /*",
            "SELECT 1 /* ) /* */",
            "SELECT 'a",
            "SELECT \"a",
            "SELECT $$ ) ",
            "SELECT $a$ $b$ $A$",
            "SELECT E'\\'",
            // One text to PostgreSQL, in whose second half the backslash still means something.
            "SELECT E'a'\n'\\'' ) x; DROP TABLE t; --'",
            "SELECT E'a' -- b'\r\n -- c\n '\\'' ) x; DROP TABLE t; --'",
            // The second slash begins a comment.
            "SELECT 2 //* ' */ 1) x; DROP TABLE t; --'",
            // Parts of a name there, blanks elsewhere.
            "SELECT 1 x\u00A0$$) q; DROP TABLE t; --$$",
            "SELECT 1 x\u2028$$) q; DROP TABLE t; --$$",
            "SELECT 1 x\u0001$$) q; DROP TABLE t; --$$",
            "SELECT 1,\u2060$$ ' $$ ) q; DROP TABLE t; -- '",
            "SELECT $\u00A0$ ' $\u00A0$ ) q; DROP TABLE t; -- '",
            "SELECT 1 -- \n)");
    for (String attack : attacks) {
      assertThatThrownBy(() -> parse(Lexicon.POSTGRESQL, attack))
          .as(attack)
          .isInstanceOfSatisfying(
              StatementException.class, e -> assertThat(e.getSQLState()).isEqualTo("42601"));
    }
    assertThatThrownBy(() -> parse(Lexicon.SNOWFLAKE, "SELECT '\\'' || ')'; DROP TABLE t'"))
        .isInstanceOf(StatementException.class);
  }

  private static void verbatim(Lexicon lexicon, String sql) throws StatementException {
    assertThat(parse(lexicon, sql).text()).as(lexicon.name()).isEqualTo(sql);
  }

  private static Query parse(Lexicon lexicon, String query) throws StatementException {
    String statement = "CREATE SYNC s TO d.o KEY (id) AS " + query;
    return ((Command.CreateSync) new BackfeedParser(lexicon).parse(statement)).definition().query();
  }
}
