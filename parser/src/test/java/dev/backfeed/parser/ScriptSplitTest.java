package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the statements of a script end. */
class ScriptSplitTest {
  @Test
  void knowsWhereEachBeganAndWhoseItIs() {
    String script = "select 1;\n\n  SYNC NOW a ;\r\nselect 2";
    assertThat(new StatementRouter(Lexicon.DUCKDB).split(script))
        .containsExactly(
            new Statement("select 1", 0, new Position(1, 1), false),
            new Statement("SYNC NOW a", 13, new Position(3, 3), true),
            new Statement("select 2", 27, new Position(4, 1), false));
  }

  @Test
  void leavesOutWhatHoldsNothing() {
    assertThat(texts(Lexicon.DUCKDB, "\uFEFF ;; -- a\n; /* b */ ; select 1 ;; -- end"))
        .containsExactly("select 1");
    assertThat(texts(Lexicon.DUCKDB, "")).isEmpty();
  }

  @Test
  void readsConditionsOfOursByTheWarehousesRules() {
    String sync = "ALTER SYNC s SET DELETE WHEN (a = '\\';(' // )\n) SET (b = '\\')";
    assertThat(texts(Lexicon.SNOWFLAKE, sync + "; select '\\';'; VALIDATE CREATE SYNC s AS '\\';'"))
        .containsExactly(sync, "select '\\';'", "VALIDATE CREATE SYNC s AS '\\';'");
  }

  @Test
  void keepsCommentsWithTheirStatement() {
    assertThat(texts(Lexicon.DUCKDB, "/* {\"a\": \";\"} */ select 1 -- ;\n; -- b;\nselect 2"))
        .containsExactly("/* {\"a\": \";\"} */ select 1 -- ;", "-- b;\nselect 2");
  }

  @Test
  void doesNotCutInLiteralsNamesCommentsAndParentheses() {
    List<String> whole =
        List.of(
            "select ';'",
            "select 'it''s;'",
            "select \"a;b\"",
            "select \"a\"\";b\"",
            "select /* ; */ 1",
            "select 1 -- ;\n+ 1",
            "create rule r do also (select 1; select 2)");
    for (String sql : whole) {
      assertThat(texts(Lexicon.POSTGRESQL, sql + ";" + sql)).as(sql).containsExactly(sql, sql);
    }
  }

  @Test
  void followsEachWarehouse() {
    assertSplit(Lexicon.POSTGRESQL, "select $$;$$", "select $a$;$$;$b$;$a$", "select E'\\';'");
    assertSplit(Lexicon.POSTGRESQL, "select '\\'", "select a$b$c", "select $1", "select 1");
    assertSplit(Lexicon.POSTGRESQL, "select /* ; /* ; */ ; */ 1", "select 1 # 2");
    assertSplit(Lexicon.DUCKDB, "select $x$;$x$", "select `;`", "select e'\\';'", "select '\\'");
    assertSplit(Lexicon.REDSHIFT, "select '\\';'", "select $$;$$");
    assertSplit(
        Lexicon.SNOWFLAKE, "select '\\';'", "select $$;'$$", "select 1 // ;\n", "select $1");
    assertSplit(Lexicon.SNOWFLAKE, "select /* /* */ 1", "select $a$", "select 2");
    assertSplit(Lexicon.BIGQUERY, "select '\\';'", "select \"a;'\"", "select '''a;'b''c'''");
    assertSplit(Lexicon.BIGQUERY, "select \"\"\"a;\"\"\"", "select r'\\';'", "select `a;\\`;b`");
    assertSplit(Lexicon.BIGQUERY, "select '', ''", "select 1 # ;\n+ 1", "select \"\"");
    assertSplit(
        Lexicon.DATABRICKS, "select '\\';'", "select r'\\'", "select `a``;b`", "select \";\"");
    assertSplit(Lexicon.DATABRICKS, "select /* /* ; */ ; */ 1", "select r\"\\\"");
    assertSplit(Lexicon.TRINO, "select '\\'", "select $$;$$", "select /* /* */ 1");
    assertSplit(Lexicon.GENERIC, "select `;`", "select '\\'", "select $$");
  }

  @Test
  void readsOurClausesByOurRulesAndTheQueryByTheWarehouses() {
    assertSplit(
        Lexicon.BIGQUERY,
        "CREATE DESTINATION d TYPE webhook WITH (url = 'C:\\')",
        "CREATE SYNC s TO d.\"a;b\" KEY (id) WITH (x = '\\') AS SELECT '\\';', \"'\"",
        "CREATE SYNC s TO d.`a;b` KEY (id AS \"as\") AS TABLE \"x;y\"",
        "select '\\';'");
  }

  @Test
  void whatIsNeverClosedReachesToTheEnd() {
    assertThat(texts(Lexicon.POSTGRESQL, "select 1; select 'a; select 2;"))
        .containsExactly("select 1", "select 'a; select 2;");
    assertThat(texts(Lexicon.POSTGRESQL, "select $a$; select 2;"))
        .containsExactly("select $a$; select 2;");
    assertThat(texts(Lexicon.POSTGRESQL, "select 1 /* ; select 2;"))
        .containsExactly("select 1 /* ; select 2;");
    assertThat(texts(Lexicon.POSTGRESQL, "select (1; select 2")).hasSize(1);
    assertThat(texts(Lexicon.POSTGRESQL, "select 1); select 2")).hasSize(2);
  }

  private static void assertSplit(Lexicon lexicon, String... statements) {
    List<String> expected = List.of(statements).stream().map(String::strip).toList();
    assertThat(texts(lexicon, String.join(";", statements)))
        .as(lexicon.name())
        .containsExactlyElementsOf(expected);
  }

  private static List<String> texts(Lexicon lexicon, String script) {
    return new StatementRouter(lexicon).split(script).stream().map(Statement::text).toList();
  }
}
