package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.parser.Parameter.Kind;
import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.Selection;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A {@code ?} where a value may stand. */
class ParametersTest {
  private final BackfeedParser parser = new BackfeedParser(Lexicon.POSTGRESQL);

  @Test
  void standForNamesStringsAndNumbers() throws StatementException {
    PreparedCommand run = parser.prepare("SYNC NOW ?, b, ? FULL LIMIT ?;");
    assertThat(run.parameters())
        .containsExactly(
            new Parameter(Kind.NAME, new Position(1, 10)),
            new Parameter(Kind.NAME, new Position(1, 16)),
            new Parameter(Kind.WHOLE, new Position(1, 29)));
    assertThat(run.shape().columns().get(0).label()).isEqualTo("run_id");
    assertThat(run.bind(List.of("a", "All \"that\"", 10)))
        .isEqualTo(
            new Command.SyncNow(
                Selection.of(
                    List.of(
                        name("a", 10),
                        new Name("b", false, new Position(1, 13)),
                        name("All \"that\"", 16))),
                Scope.FULL,
                false,
                false,
                OptionalLong.of(10),
                false));
    assertThat(bind("SHOW SYNC RUNS FOR ? LIKE ?", "s", "a%"))
        .isEqualTo(new Command.ShowSyncRuns(Optional.of(name("s", 20)), Optional.of("a%")));
    for (String statement :
        List.of(
            "DROP SYNC IF EXISTS ? KEEP STATE",
            "DROP DESTINATION ?",
            "TEST DESTINATION ?",
            "SHOW CREATE SYNC ?",
            "EXPLAIN SYNC ?",
            "RESET SYNC ?",
            "BASELINE SYNC ?",
            "PAUSE SYNC ?",
            "RESUME SYNC ?",
            "PAUSE DESTINATION ?",
            "SYNC NOW TO ?",
            "DESCRIBE DESTINATION ?.b",
            "ALTER SYNC ? DROP MODE",
            "VERIFY SYNC ?",
            "RESOLVE SYNC ? IN DOUBT AS SENT")) {
      assertThat(parser.prepare(statement).parameters())
          .as(statement)
          .extracting(Parameter::kind)
          .containsExactly(Kind.NAME);
    }
  }

  @Test
  void standForTheValuesOfOptions() throws StatementException {
    String text = "CREATE DESTINATION ? TYPE jdbc WITH (a = ?, b = ?, c = ?, d = SECRET ?)";
    Command.CreateDestination command =
        (Command.CreateDestination) bind(text, "crm", "it's", 0.5, true, "env:BACKFEED_X");
    assertThat(command.name()).isEqualTo(name("crm", 20));
    assertThat(command.options().stream().map(Option::value))
        .containsExactly(
            new OptionValue.Text("it's"),
            new OptionValue.Numeric(new BigDecimal("0.5")),
            new OptionValue.Flag(true),
            new OptionValue.Secret("env:BACKFEED_X"));
    assertThat(parser.prepare(text).parameters())
        .extracting(Parameter::kind)
        .containsExactly(Kind.NAME, Kind.ANY, Kind.ANY, Kind.ANY, Kind.TEXT);
  }

  /** What is stored must be readable without the values. */
  @Test
  void areWrittenOutInTheTextOfASync() throws StatementException {
    Command.CreateSync command =
        (Command.CreateSync)
            bind(
                "/* a ? */ CREATE SYNC ? TO ?.contacts KEY (id) LIMIT REMOVALS TO ? ROWS"
                    + " WITH (tags = ?, n = ?, f = ?) AS SELECT id, '?' AS x FROM t -- ?",
                "a \"b\"",
                "crm",
                "5",
                "it's ? x",
                -2.50,
                false);
    String stored =
        "CREATE SYNC \"a \"\"b\"\"\" TO \"crm\".contacts KEY (id) LIMIT REMOVALS TO 5 ROWS"
            + " WITH (tags = 'it''s ? x', n = -2.5, f = FALSE) AS SELECT id, '?' AS x FROM t -- ?";
    assertThat(command.text()).isEqualTo(stored);
    Command.CreateSync again = (Command.CreateSync) parser.parse(stored);
    assertThat(again.definition().name().text()).isEqualTo("a \"b\"");
    assertThat(again.definition().options().stream().map(Option::value))
        .isEqualTo(command.definition().options().stream().map(Option::value).toList());
    assertThat(command.definition().limits())
        .containsExactly(new Limit(Limit.Subject.REMOVALS, 5, Limit.Unit.ROWS));
    assertThat(again.definition().query().text()).isEqualTo(command.definition().query().text());
  }

  @Test
  void standInClauses() throws StatementException {
    Command.CreateSync sync =
        (Command.CreateSync)
            bind(
                "CREATE SYNC ? TO a.b KEY (k) ON REMOVE SET (x = ?) SCHEDULE EVERY ? HOURS WINDOW ?"
                    + " TO '06:00' DELETE WHEN (a = '?') AS SELECT 1",
                "a b",
                "it's",
                2,
                "20:00");
    assertThat(sync.text())
        .isEqualTo(
            "CREATE SYNC \"a b\" TO a.b KEY (k) ON REMOVE SET (x = 'it''s') SCHEDULE EVERY 2 HOURS"
                + " WINDOW '20:00' TO '06:00' DELETE WHEN (a = '?') AS SELECT 1");
    Command read = parser.parse(sync.text());
    assertThat(((Command.CreateSync) read).clauses())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("position")
        .isEqualTo(sync.clauses());
    assertThat(((Command.CreateSync) read).bodyStart()).isEqualTo(sync.bodyStart());
    assertThat(((Command.CreateSync) read).nameEnd()).isEqualTo(sync.nameEnd());
    assertThat(((Command.AlterSync) bind("ALTER SYNC s SET SCHEDULE CRON ?", "* * *")).alteration())
        .isEqualTo(
            new Alteration.SetClause("SCHEDULE", "SCHEDULE CRON '* * *'", new Position(1, 18)));
    assertRefused(
        "42601",
        "expected a time of day",
        "ALTER SYNC s SET SCHEDULE CONTINUOUS WINDOW ? TO '06:00'",
        "8");
  }

  @Test
  void areRefusedInACondition() throws StatementException {
    String sync = "ALTER SYNC s SET CONSTRAINT c EXPECT (a ? 'x') ON VIOLATION FAIL";
    assertThat(prepareFailure(sync))
        .startsWith("a sync's condition takes no parameters")
        .endsWith("(line 1, column 41)");
    assertThat(parser.parse(sync)).as("an operator of PostgreSQL").isNotNull();
    BackfeedParser duckdb = new BackfeedParser(Lexicon.DUCKDB);
    StatementException refused =
        catchThrowableOfType(StatementException.class, () -> duckdb.parse(sync));
    assertThat(refused.getMessage()).startsWith("a sync's condition takes no parameters");
  }

  @Test
  void takeOnlyWhatTheirPlaceTakes() throws StatementException {
    String name = "parameter 1 takes the name of a sync or a destination: set it to one";
    assertRefused("22023", name + " (line 1, column 10)", "SYNC NOW ?", (Object) null);
    assertRefused("22023", name, "SYNC NOW ?", "");
    assertRefused("22023", name, "SYNC NOW ?", "x".repeat(256));
    assertRefused("22023", name, "SYNC NOW ?", 7);
    String whole = "parameter 2 takes a whole number: set it to one";
    for (Object wrong : Arrays.asList(-1, 1.5, "ten", "-3", null, Double.NaN, true)) {
      assertRefused("22023", whole, "SYNC NOW ? LIMIT ?", "s", wrong);
    }
    assertRefused("22023", "parameter 1 takes a string", "SHOW SYNCS LIKE ?", 1);
    String any = "parameter 1 takes a string, a number or a boolean";
    assertRefused("22023", any, "CREATE DESTINATION d TYPE t WITH (a = ?)", new byte[0]);
    assertRefused("22023", any, "CREATE DESTINATION d TYPE t WITH (a = ?)", 1e300);
    assertRefused(
        "42601",
        "at most 100 (line 1, column 52)",
        "CREATE SYNC s TO a.b KEY (c) LIMIT FAILURES TO ?   PERCENT AS SELECT 1",
        101);
    assertThat(bind("SYNC NOW ? LIMIT ?", "s", "10"))
        .isEqualTo(bind("SYNC NOW ? LIMIT ?", "s", 10));
  }

  @Test
  void standNowhereElse() {
    String hint = "a ? may stand for the name of a sync or a destination, for a string or a number";
    for (String statement :
        List.of(
            "CREATE DESTINATION d TYPE ?",
            "CREATE DESTINATION d TYPE t WITH (? = 1)",
            "CREATE SYNC s TO a.? KEY (id) AS SELECT 1",
            "CREATE SYNC s TO a.b KEY (?) AS SELECT 1",
            "CREATE SYNC s TO a.b KEY (id) AS TABLE ?",
            "SYNC NOW s ?",
            "? SYNC s")) {
      assertThat(prepareFailure(statement)).as(statement).contains(hint);
    }
    assertThat(failure("SYNC NOW ?").getMessage())
        .isEqualTo(
            "a ? stands for a value in a prepared statement only: write the value itself"
                + " (line 1, column 10)");
  }

  @Test
  void areRefusedInAQuery() throws StatementException {
    String sync = "CREATE SYNC s TO a.b KEY (id) AS SELECT id FROM t WHERE c ? 'x'";
    assertThat(prepareFailure(sync))
        .contains("a sync's query takes no parameters")
        .contains("but one to execute")
        .endsWith("(line 1, column 59)");
    assertThat(parser.parse(sync)).as("an operator of PostgreSQL").isNotNull();
    BackfeedParser duckdb = new BackfeedParser(Lexicon.DUCKDB);
    StatementException refused =
        catchThrowableOfType(StatementException.class, () -> duckdb.parse(sync));
    assertThat(refused.getMessage())
        .isEqualTo(
            "a sync's query takes no parameters, since runs to come have no values for them: write"
                + " the value itself (line 1, column 59)");
    for (String harmless : List.of("'?'", "\"?\"", "$$?$$", "/* ? */ 1", "1 -- ?")) {
      String query = "CREATE SYNC s TO a.b KEY (id) AS SELECT " + harmless;
      assertThat(parser.prepare(query).parameters()).as(query).isEmpty();
      assertThat(duckdb.parse(query)).as(query).isNotNull();
    }
  }

  private Command bind(String text, Object... values) throws StatementException {
    return parser.prepare(text).bind(Arrays.asList(values));
  }

  private void assertRefused(String state, String message, String text, Object... values) {
    StatementException e = catchThrowableOfType(StatementException.class, () -> bind(text, values));
    assertThat(e.getSQLState()).isEqualTo(state);
    assertThat(e.getMessage()).contains(message);
  }

  private String prepareFailure(String text) {
    return catchThrowableOfType(StatementException.class, () -> parser.prepare(text)).getMessage();
  }

  private StatementException failure(String text) {
    return catchThrowableOfType(StatementException.class, () -> parser.parse(text));
  }

  private static Name name(String text, int column) {
    return new Name(text, true, new Position(1, column));
  }
}
