package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.Relations;
import dev.backfeed.parser.command.SourceColumn;
import dev.backfeed.parser.command.TracedQuery;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds of tracing, and what holds of any warehouse; the engine's tests have real ones. */
class LineageTest {
  private static final Origin A = source("t", "a");

  private static Origin source(String table, String column) {
    return new Origin.Known(Set.of(new SourceColumn(List.of("s", table), column)), Set.of());
  }

  /** Tables t and u, views that go in a circle, and a long chain of views. */
  private static final class Few implements Relations {
    @Override
    public Relation find(List<String> name, List<String> within) {
      String last = name.get(name.size() - 1);
      if (last.matches("chain\\d+")) {
        int next = Integer.parseInt(last.substring(5)) - 1;
        String from = next < 0 ? "t" : "chain" + next;
        return new View(List.of("s", last), List.of("a"), "SELECT a FROM " + from);
      }
      return switch (last) {
        case "t" -> new Stored(List.of("s", "t"), List.of("a", "b"));
        case "u" -> new Stored(List.of("s", "u"), List.of("a", "c", "user"));
        case "circle" -> new View(List.of("s", "circle"), List.of("a"), "SELECT a FROM circle");
        case "moving" ->
            new View(
                List.of("s", "moving"), List.of("a"), "SELECT a FROM t WHERE b > current_date;");
        case "odd" -> new View(List.of("s", "odd"), List.of("a"), "SELECT a MATCH t");
        case "wide" -> new View(List.of("s", "wide"), List.of("a"), "SELECT a, b FROM t");
        default -> new Unreadable("no table or view " + last + " is found");
      };
    }

    @Override
    public Set<String> userFunctions() {
      return Set.of();
    }
  }

  private static TracedQuery trace(Lexicon lexicon, String query, String... names)
      throws SQLException {
    return new Lineage(lexicon).trace(query, List.of(names), new Few());
  }

  private static Origin one(String query, String name) throws SQLException {
    return trace(Lexicon.POSTGRESQL, query, name).columns().get(0);
  }

  private static void unknown(String query, String why) throws SQLException {
    assertThat(one(query, "a")).isEqualTo(new Origin.Unknown(why));
  }

  @Test
  void aColumnThatSeveralRelationsMayHaveIsUnknown() throws SQLException {
    unknown("SELECT a FROM t, u", "there are several columns a");
    unknown("SELECT x AS a FROM t, nowhere", "no table or view nowhere is found");
    unknown("SELECT * FROM nowhere", "no table or view nowhere is found");
    unknown("SELECT x AS a FROM t", "there is no column x");
    assertThat(one("SELECT b FROM t, nowhere", "b")).isEqualTo(source("t", "b"));
  }

  @Test
  void aNameThatTheWarehouseMakesUpIsNotGuessed() throws SQLException {
    unknown(
        "SELECT (SELECT upper FROM (SELECT upper(b) FROM t) q) AS a FROM u",
        "upper may be a column that has no name of its own");
  }

  @Test
  void otherColumnsThanTheWarehouseGivesAreUnknown() throws SQLException {
    unknown("SELECT b FROM t", "another column was read than the warehouse gives it");
    unknown("SELECT a, b FROM t", "other columns were read than the warehouse gives it");
    unknown("SELECT a FROM wide", "view s.wide has other columns than its definition");
  }

  @Test
  void viewsAreExpandedToABound() throws SQLException {
    assertThat(one("SELECT a FROM chain20", "a")).isEqualTo(A);
    assertThat(one("SELECT a FROM chain40", "a")).isInstanceOf(Origin.Unknown.class);
    assertThat(one("SELECT a FROM circle", "a")).isInstanceOf(Origin.Unknown.class);
  }

  @Test
  void aViewThatCannotBeReadMakesItsColumnsUnknown() throws SQLException {
    TracedQuery traced =
        trace(Lexicon.POSTGRESQL, "SELECT t.b, odd.a FROM t, odd WHERE t.b > 1", "b", "a");
    assertThat(traced.columns().get(0)).isEqualTo(source("t", "b"));
    assertThat(traced.columns().get(1))
        .isEqualTo(
            new Origin.Unknown(
                "view s.odd cannot be read: it has syntax that is not understood, near t"));
    assertThat(traced.unsteadyFilters()).isEmpty();
  }

  @Test
  void conditionsOfViewsAreReadToo() throws SQLException {
    assertThat(trace(Lexicon.POSTGRESQL, "SELECT a FROM moving", "a").unsteadyFilters())
        .isEqualTo(Optional.of(Set.of("current_date")));
    assertThat(trace(Lexicon.POSTGRESQL, "SELECT a FROM t", "a").unsteadyFilters())
        .isEqualTo(Optional.of(Set.of()));
  }

  @Test
  void lengthAndDepthAreBounded() throws SQLException {
    unknown("SELECT 1 AS a" + " ".repeat(200_000), "it has more than 200000 characters");
    String deep = "(".repeat(90_000) + "a" + ")".repeat(90_000);
    unknown("SELECT " + deep + " AS a FROM t", "it is nested too deeply");
    assertThat(one("SELECT " + "(".repeat(200) + "a" + ")".repeat(200) + " AS a FROM t", "a"))
        .isEqualTo(A);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT U&\"d0061\" AS a FROM t | a name or literal is written by code points",
        "SELECT q'x' AS a FROM t | a literal has a prefix",
        "SELECT 1 AS a; SELECT 2 | a ; stands in it",
        "SELECT 'x | a literal is not closed",
        "SELECT a FROM t WHERE | it has syntax that is not understood",
        "DELETE FROM t | it has a DELETE",
      })
  void whatBabelWouldMisreadIsRefused(String query, String why) throws SQLException {
    assertThat(one(query, "a")).extracting(Object::toString).asString().contains(why);
  }

  @Test
  void noLiteralIsRepeated() throws SQLException {
    Origin origin = one("SELECT a FROM t WHERE b = = 'hunter2'", "a");
    assertThat(origin.toString()).doesNotContain("hunter2").contains("not understood");
  }

  @Test
  void foldingIsTheWarehouses() throws SQLException {
    assertThat(one("SELECT A, T.a AS b FROM T", "a")).isInstanceOf(Origin.Unknown.class);
    assertThat(trace(Lexicon.POSTGRESQL, "SELECT \"A\" FROM t", "A").columns().get(0))
        .isEqualTo(new Origin.Unknown("there is no column A"));
    assertThat(trace(Lexicon.DUCKDB, "SELECT \"A\" FROM t", "a").columns().get(0)).isEqualTo(A);
  }

  @Test
  void aWordThatMayBeAFunctionOrAColumnIsUnknown() throws SQLException {
    assertThat(trace(Lexicon.DUCKDB, "SELECT user AS a FROM u", "a").columns().get(0))
        .isEqualTo(new Origin.Unknown("user may be a column or a function"));
    assertThat(one("SELECT user AS a FROM u", "a")).isEqualTo(Origin.none());
    assertThat(one("SELECT \"user\" AS a FROM u", "a")).isEqualTo(source("u", "user"));
  }

  @Test
  void whatTheCatalogThrowsIsThrown() {
    Relations broken =
        new Relations() {
          @Override
          public Relation find(List<String> name, List<String> within) throws SQLException {
            throw new SQLException("no rights");
          }

          @Override
          public Set<String> userFunctions() {
            return Set.of();
          }
        };
    Lineage lineage = new Lineage(Lexicon.DUCKDB);
    assertThatThrownBy(() -> lineage.trace("SELECT a FROM t", List.of("a"), broken))
        .hasMessage("no rights");
  }
}
