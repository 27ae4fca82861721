package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.Query.OrderTerm;
import dev.backfeed.parser.command.StatementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trailing ORDER BY of a query. */
class PushOrderTest {
  @Test
  void isTakenOffTheQuery() throws StatementException {
    Query query = parse(Lexicon.DUCKDB, "SELECT a FROM t\n  ORDER BY a DESC");
    assertThat(query.text()).isEqualTo("SELECT a FROM t\n  ORDER BY a DESC");
    assertThat(query.unordered()).isEqualTo("SELECT a FROM t");
    assertThat(query.order())
        .containsExactly(new OrderTerm("a", true, true, Optional.empty(), new Position(3, 12)));
  }

  @Test
  void readsDirectionsAndNulls() throws StatementException {
    assertThat(
            terms(
                "a, b asc, c DESC, d NULLS FIRST, e ASC NULLS LAST, f desc nulls first, nulls,"
                    + " first, \"desc\" desc, asc"))
        .isEqualTo("a| b| c-| d first| e last| f- first| nulls| first| desc-| asc");
  }

  @Test
  void tellsColumnsFromExpressions() throws StatementException {
    assertThat(terms("\"A b\", 2, t.x, upper(a), a + b DESC, ALL, 'x', \"all\", -x, t.\"y\""))
        .isEqualTo("A b| (2)| (t.x)| (upper(a))| (a + b)-| (ALL)| ('x')| all| (-x)| (t.\"y\")");
    assertThat(
            terms("CASE WHEN a THEN 1 ELSE 2 END DESC, coalesce(a, b), [a, b], x COLLATE \"de\""))
        .isEqualTo(
            "(CASE WHEN a THEN 1 ELSE 2 END)-| (coalesce(a, b))| ([a, b])| (x COLLATE \"de\")");
    assertThat(terms("a /* c, d */ DESC -- , e\n, b -- done")).isEqualTo("a-| b");
  }

  @Test
  void namesFollowTheWarehouse() throws StatementException {
    assertThat(show(parse(Lexicon.BIGQUERY, "SELECT 1 ORDER BY `a b`, \"x\", offset DESC")))
        .isEqualTo("a b| (\"x\")| offset-");
    assertThat(show(parse(Lexicon.DATABRICKS, "SELECT 1 ORDER BY `a``b`"))).isEqualTo("a`b");
    assertThat(show(parse(Lexicon.POSTGRESQL, "SELECT 1 ORDER BY \"a\"\"b\""))).isEqualTo("a\"b");
  }

  @Test
  void belongsToTheWholeQuery() throws StatementException {
    Query union =
        parse(Lexicon.DUCKDB, "SELECT a FROM t UNION ALL (SELECT b FROM u ORDER BY c) ORDER BY a");
    assertThat(union.unordered())
        .isEqualTo("SELECT a FROM t UNION ALL (SELECT b FROM u ORDER BY c)");
    Query with =
        parse(
            Lexicon.DUCKDB,
            "WITH c AS (SELECT * FROM t ORDER BY x LIMIT 5) SELECT a, sum(b) OVER (ORDER BY d)"
                + " FROM c WINDOW w AS (ORDER BY e) ORDER BY 1 -- last\n;");
    assertThat(with.unordered()).endsWith("WINDOW w AS (ORDER BY e)");
    assertThat(show(with)).isEqualTo("(1)");
  }

  @Test
  void staysWhereTheRowsDependOnIt() throws StatementException {
    Query query =
        parse(Lexicon.POSTGRESQL, "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC");
    assertThat(show(query)).isEqualTo("a| b-");
    assertThat(query.unordered()).isEqualTo(query.text());
  }

  @Test
  void aCommentBeforeItStays() throws StatementException {
    assertThat(parse(Lexicon.DUCKDB, "SELECT 1 -- why\nORDER BY 1").unordered())
        .isEqualTo("SELECT 1 -- why");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM t",
        "SELECT a FROM t ORDER BY a LIMIT 5",
        "SELECT a FROM t ORDER BY a DESC OFFSET 5",
        "SELECT a FROM t ORDER BY a NULLS LAST FETCH FIRST 5 ROWS ONLY",
        "SELECT a FROM t ORDER BY \"a\" FOR UPDATE",
        "SELECT a FROM t ORDER BY upper(a) LIMIT 1",
        "SELECT a FROM t ORDER BY a USING SAMPLE 5",
        "SELECT a FROM t ORDER BY 1 LIMIT 1",
        "SELECT a FROM t ORDER BY [a] LIMIT 1",
        "SELECT a FROM t ORDER BY a UNION SELECT b FROM u",
        "SELECT TOP 5 a FROM t ORDER BY a",
        "SELECT a FROM t ORDER BY",
        "SELECT a FROM t ORDER BY ,",
        "SELECT a FROM t ORDER BY a,",
        "(SELECT a FROM t ORDER BY a)",
        "SELECT a, rank() OVER (ORDER BY b) FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY b) FROM t",
        "SELECT array_agg(x ORDER BY y) FROM t",
        "SELECT 'ORDER BY a' FROM t",
        "SELECT a FROM t -- ORDER BY a",
        "SELECT a FROM t /* ORDER BY a */",
        "SELECT t.order by FROM t",
        "SELECT $$ ORDER BY a $$",
        "SELECT \"ORDER\" BY a",
        "FROM t |> ORDER BY a",
        "FROM t |> ORDER BY a |> SELECT b",
      })
  void isNone(String sql) throws StatementException {
    Query query = parse(Lexicon.DUCKDB, sql);
    assertThat(query.order()).isEmpty();
    assertThat(query.unordered()).isEqualTo(sql).isEqualTo(query.text());
  }

  private static String terms(String terms) throws StatementException {
    return show(parse(Lexicon.DUCKDB, "SELECT 1 ORDER BY " + terms));
  }

  /** Terms apart by bars: expressions in parentheses, {@code -} for DESC. */
  private static String show(Query query) {
    StringBuilder shown = new StringBuilder();
    for (OrderTerm term : query.order()) {
      shown.append(shown.isEmpty() ? "" : "| ");
      shown.append(term.column() ? term.text() : "(" + term.text() + ")");
      shown.append(term.descending() ? "-" : "");
      term.nullsFirst().ifPresent(first -> shown.append(first ? " first" : " last"));
    }
    return shown.toString();
  }

  private static Query parse(Lexicon lexicon, String query) throws StatementException {
    String statement = "CREATE SYNC s TO d.o KEY (id) AS\n" + query;
    return ((Command.CreateSync) new BackfeedParser(lexicon).parse(statement)).definition().query();
  }
}
