package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Clause;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.Detect;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.KeyColumn;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.command.Verbatim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The clauses of CREATE SYNC that hold more than a word or two, and where each of them stands. */
class SyncClausesTest {
  private static final BackfeedParser DUCKDB = new BackfeedParser(Lexicon.DUCKDB);
  private static final BackfeedParser SNOWFLAKE = new BackfeedParser(Lexicon.SNOWFLAKE);

  @Test
  void keyWithMatchAndRekey() throws StatementException {
    SyncDefinition d =
        read("MATCH (email AS \"Email\"), (a, b AS c.d) REKEY FROM (old, \"Old 2\")");
    assertThat(d.match()).hasSize(2);
    assertThat(d.match().get(0).get(0).field().orElseThrow().text()).isEqualTo("Email");
    assertThat(d.match().get(1).stream().map(KeyColumn::column).map(Name::text))
        .containsExactly("a", "b");
    assertThat(d.rekeyFrom().stream().map(Name::text)).containsExactly("old", "Old 2");
    assertThat(read("REKEY FROM (old)").match()).isEmpty();
  }

  @Test
  void modes() throws StatementException {
    for (Mode mode : Mode.values()) {
      assertThat(read("MODE " + mode).mode()).isEqualTo(mode);
    }
  }

  @Test
  void policiesOfFields() throws StatementException {
    List<FieldList.Item> items =
        read("FIELDS (a, b AS B KEEP EXISTING, c KEEP EDITS IGNORE NULLS, d PASSIVE KEEP LATEST BY"
                + " u, e ON CREATE ONLY RESPECT NULLS, f STABLE FOR 1 RUN, g STABLE FOR 36 HOURS"
                + " OVERWRITE, h LOOKUP public.\"T\" BY \"x.y\".z IGNORE NULLS, keep AS on KEEP"
                + " EXISTING)")
            .fields()
            .items();
    assertThat(items.stream().map(FieldList.Item::policy).map(Object::toString))
        .containsExactly(
            "OVERWRITE",
            "KEEP EXISTING",
            "KEEP EDITS IGNORE NULLS",
            "KEEP LATEST BY u PASSIVE",
            "ON CREATE ONLY",
            "STABLE FOR 1 RUNS",
            "STABLE FOR 36 HOURS",
            "IGNORE NULLS LOOKUP public.T BY \"x.y\".z",
            "KEEP EXISTING");
    assertThat(items.get(1).field().orElseThrow().text()).isEqualTo("B");
    assertThat(items.get(8).column().text()).isEqualTo("keep");
    assertThat(items.get(8).field().orElseThrow().text()).isEqualTo("on");
  }

  @Test
  void removals() throws StatementException {
    assertThat(read("ON REMOVE CLEAR").onRemove().orElseThrow().what()).hasToString("CLEAR");
    SyncDefinition d =
        read(
            "ON REMOVE SET (a = 'it''s', \"B c\" = -1.5, d.e = TRUE, f = NULL)"
                + " ON RETURN SET (a = '')");
    assertThat(d.onRemove().orElseThrow().set())
        .extracting(a -> a.field().text() + "=" + a.value().map(Object::toString).orElse("-"))
        .containsExactly(
            "a=Text[value=it's]", "B c=Numeric[value=-1.5]", "d.e=Flag[value=true]", "f=-");
    assertThat(d.onReturn().get(0).value()).contains(new OptionValue.Text(""));
  }

  @Test
  void deleteWhen() throws StatementException {
    SyncDefinition d = read("DELETE WHEN ( gone AS IS TRUE OR x = ')' -- )\n)");
    assertThat(d.deleteWhen().orElseThrow().condition())
        .isEqualTo(new Verbatim("gone AS IS TRUE OR x = ')' -- )", new Position(1, 44)));
    assertThat(d.deleteWhen().orElseThrow().how().what()).hasToString("DELETE");
    assertThat(d.query().text()).isEqualTo("SELECT 1 AS k");
    d = read("DELETE WHEN (a) CLEAR ON REMOVE DELETE");
    assertThat(d.deleteWhen().orElseThrow().how().what()).hasToString("CLEAR");
    assertThat(d.onRemove().orElseThrow().what()).hasToString("DELETE");
    d = read("DELETE WHEN (a) SET (b = 1)");
    assertThat(d.deleteWhen().orElseThrow().how().set()).hasSize(1);
  }

  @Test
  void detect() throws StatementException {
    assertThat(read("").detect()).isEqualTo(Detect.DIFF);
    assertThat(read("DETECT CHANGES BY DIFF").detect()).isEqualTo(Detect.DIFF);
    assertThat(read("DETECT CHANGES BY COLUMN column LOOKBACK 1 MINUTE").detect())
        .isEqualTo(Detect.column(name("column", 55), 1));
    assertThat(read("DETECT CHANGES BY COLUMN t").detect().lookbackMinutes()).isZero();
    assertThat(read("DETECT CHANGES BY OPERATION op ORDER BY seq").detect())
        .isEqualTo(Detect.operation(name("op", 58), Optional.of(name("seq", 70))));
    assertThat(read("RECONCILE EVERY 7 DAYS").reconcileDays()).isEqualTo(7);
    assertThat(read("RECONCILE EVERY 1 DAY").reconcileDays()).isEqualTo(1);
  }

  @Test
  void constraints() throws StatementException {
    SyncDefinition d =
        read(
            "CONSTRAINT \"a B\" EXPECT (a IN (1, 2)) ON VIOLATION DROP ROW"
                + " CONSTRAINT expect EXPECT OVERALL (avg(a) > 1) ON VIOLATION PAUSE");
    assertThat(d.constraints())
        .containsExactly(
            new Constraint(
                new Name("a B", true, new Position(1, 41)),
                false,
                new Verbatim("a IN (1, 2)", new Position(1, 55)),
                Constraint.Violation.DROP_ROW),
            new Constraint(
                name("expect", 101),
                true,
                new Verbatim("avg(a) > 1", new Position(1, 124)),
                Constraint.Violation.PAUSE));
  }

  @Test
  void schedules() throws StatementException {
    for (String words :
        List.of(
            "EVERY 90 SECONDS",
            "EVERY 5 MINUTES",
            "EVERY 1 HOUR",
            "EVERY 2 DAYS WINDOW '20:00' TO '06:00'",
            "CRON '0 6 * * *' TIME ZONE 'Europe/Berlin'",
            "AFTER other WINDOW '00:00' TO '23:59' TIME ZONE 'UTC'",
            "CONTINUOUS")) {
      assertThat(read("SCHEDULE " + words).schedule().orElseThrow()).hasToString(words);
    }
    assertThat(read("SCHEDULE EVERY 1 HOUR TIME ZONE 'UTC' WINDOW '08:00' TO '09:00'").schedule())
        .hasToString("Optional[EVERY 1 HOUR WINDOW '08:00' TO '09:00' TIME ZONE 'UTC']");
    assertThat(read("").schedule()).isEmpty();
  }

  /** The warehouse's rules hold between the parentheses and nowhere else. */
  @Test
  void conditionsAreTheWarehouses() throws StatementException {
    Command.CreateSync c =
        (Command.CreateSync)
            SNOWFLAKE.parse(
                "CREATE SYNC s TO a.b KEY (k) DELETE WHEN (a = '\\')(' // )\n OR b = $$)$$)"
                    + " SET (x = 'y\\') CONSTRAINT c EXPECT (a:b::INT > 1) ON VIOLATION WARN"
                    + " WITH (o = 'z\\') AS SELECT '\\'' AS k");
    SyncDefinition d = c.definition();
    assertThat(d.deleteWhen().orElseThrow().condition().text())
        .isEqualTo("a = '\\')(' // )\n OR b = $$)$$");
    assertThat(d.deleteWhen().orElseThrow().how().set().get(0).value())
        .contains(new OptionValue.Text("y\\"));
    assertThat(d.constraints().get(0).expression().text()).isEqualTo("a:b::INT > 1");
    assertThat(d.options().get(0).value()).isEqualTo(new OptionValue.Text("z\\"));
    assertThat(d.query().text()).isEqualTo("SELECT '\\'' AS k");
  }

  @Test
  void placesOfClauses() throws StatementException {
    String text =
        """
        CREATE SYNC "s" -- the name
          TO crm.Account KEY (k) MATCH (e AS E)
          LIMIT CHANGES TO 5 ROWS LIMIT REMOVALS TO 6 PERCENT
          CONSTRAINT "Has Name" EXPECT (n > 1 -- )
          ) ON VIOLATION WARN
          ON REMOVE CLEAR ON RETURN SET (a = 1) DELETE WHEN (gone)
          DETECT CHANGES BY DIFF RECONCILE EVERY 7 DAYS ON FIRST RUN BASELINE
          ALLOW EMPTY RESET STATE SCHEDULE CONTINUOUS WITH (a = 1)
        AS SELECT 1""";
    Command.CreateSync c = (Command.CreateSync) DUCKDB.parse("-- x\n" + text + "\n;");
    List<String> found = new ArrayList<>();
    for (Clause clause : c.clauses()) {
      found.add(clause.name() + " | " + c.text().substring(clause.start(), clause.end()));
    }
    assertThat(found)
        .containsExactly(
            "TO | TO crm.Account",
            "KEY | KEY (k) MATCH (e AS E)",
            "LIMIT CHANGES | LIMIT CHANGES TO 5 ROWS",
            "LIMIT REMOVALS | LIMIT REMOVALS TO 6 PERCENT",
            "CONSTRAINT has name | CONSTRAINT \"Has Name\" EXPECT (n > 1 -- )\n"
                + "  ) ON VIOLATION WARN",
            "ON REMOVE | ON REMOVE CLEAR",
            "ON RETURN | ON RETURN SET (a = 1)",
            "DELETE WHEN | DELETE WHEN (gone)",
            "DETECT | DETECT CHANGES BY DIFF",
            "RECONCILE | RECONCILE EVERY 7 DAYS",
            "ON FIRST RUN | ON FIRST RUN BASELINE",
            "ALLOW EMPTY | ALLOW EMPTY",
            "RESET STATE | RESET STATE",
            "SCHEDULE | SCHEDULE CONTINUOUS",
            "WITH | WITH (a = 1)");
    assertThat(c.text()).isEqualTo(text);
    assertThat(c.text().substring(c.nameStart(), c.nameEnd())).isEqualTo("\"s\"");
    assertThat(c.text().substring(c.bodyStart())).isEqualTo("AS SELECT 1");
  }

  @Test
  void alterSetAndDrop() throws StatementException {
    assertThat(altered("SET MODE  APPEND CHANGES"))
        .isEqualTo(new Alteration.SetClause("MODE", "MODE  APPEND CHANGES", new Position(1, 18)));
    String constraint = "CONSTRAINT Sane EXPECT (a > ')' /* ( */) ON VIOLATION FAIL";
    assertThat(altered("SET " + constraint + " ;"))
        .isEqualTo(new Alteration.SetClause("CONSTRAINT sane", constraint, new Position(1, 18)));
    for (String name :
        List.of(
            "MODE",
            "FIELDS",
            "ON REMOVE",
            "ON RETURN",
            "ON FIRST RUN",
            "DELETE WHEN",
            "DETECT",
            "RECONCILE",
            "LIMIT FAILURES",
            "ALLOW EMPTY",
            "SCHEDULE",
            "WITH",
            "CONSTRAINT sane")) {
      assertThat(altered("DROP " + name))
          .isEqualTo(new Alteration.DropClause(name, new Position(1, 19)));
    }
    assertThat(altered("DROP CONSTRAINT \"Sane\""))
        .isEqualTo(new Alteration.DropClause("CONSTRAINT sane", new Position(1, 19)));
    assertThat(altered("DROP DETECT CHANGES"))
        .isEqualTo(new Alteration.DropClause("DETECT", new Position(1, 19)));
  }

  private static Alteration altered(String alteration) throws StatementException {
    return ((Command.AlterSync) DUCKDB.parse("ALTER SYNC s " + alteration)).alteration();
  }

  /** A clause begins in column 30. */
  private static SyncDefinition read(String clauses) throws StatementException {
    return ((Command.CreateSync)
            DUCKDB.parse("CREATE SYNC s TO a.b KEY (k) " + clauses + " AS SELECT 1 AS k"))
        .definition();
  }

  private static Name name(String text, int column) {
    return new Name(text, false, new Position(1, column));
  }

  @Test
  void callsOfOurFunctionsAreFound() throws StatementException {
    String condition = "abs(a - Previous( \"x \"\"y\" )) < 1 AND s.previous(b) > 'drift(c)'";
    Command.CreateSync create =
        (Command.CreateSync)
            new BackfeedParser(Lexicon.POSTGRESQL)
                .parse(
                    "CREATE SYNC s TO d.o KEY (a) CONSTRAINT c EXPECT ("
                        + condition
                        + ") ON VIOLATION WARN AS SELECT 1");
    Verbatim expression = create.definition().constraints().get(0).expression();
    assertThat(expression.calls()).hasSize(1);
    Verbatim.Call call = expression.calls().get(0);
    assertThat(call.function()).isEqualTo("previous");
    assertThat(call.column().text()).isEqualTo("x \"y");
    assertThat(String.join("", expression.pieces(p -> p, c -> "P")))
        .isEqualTo("abs(a - P) < 1 AND s.previous(b) > 'drift(c)'");
    assertThatThrownBy(
            () ->
                new BackfeedParser(Lexicon.POSTGRESQL)
                    .parse(
                        "CREATE SYNC s TO d.o KEY (a) CONSTRAINT c EXPECT OVERALL (drift(a + b) < 1)"
                            + " ON VIOLATION WARN AS SELECT 1"))
        .hasMessage("drift takes the name of one column: drift(column) (line 1, column 59)");
  }
}
