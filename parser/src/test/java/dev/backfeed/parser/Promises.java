package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Clause;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.Verbatim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What router and parser promise for any text whatever. */
final class Promises {
  static final List<Lexicon> LEXICONS =
      List.of(
          Lexicon.DUCKDB,
          Lexicon.POSTGRESQL,
          Lexicon.REDSHIFT,
          Lexicon.SNOWFLAKE,
          Lexicon.BIGQUERY,
          Lexicon.DATABRICKS,
          Lexicon.TRINO,
          Lexicon.GENERIC);

  private static final Map<Lexicon, PlainReading> READINGS =
      LEXICONS.stream().collect(Collectors.toMap(l -> l, PlainReading::new));

  private Promises() {}

  /**
   * Holds them against a text.
   *
   * @return the command if it is a statement of ours that can be read
   * @throws AssertionError if one is broken, with the text
   */
  static Optional<Command> check(Lexicon lexicon, String text) {
    try {
      checkRouting(lexicon, text);
      List<Statement> statements = new StatementRouter(lexicon).split(text);
      checkSplit(lexicon, text, statements);
      return parse(lexicon, text, statements);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new AssertionError(lexicon.name() + ": <<<" + text + ">>>", e);
    }
  }

  private static void checkRouting(Lexicon lexicon, String text) {
    StatementRouter router = new StatementRouter(lexicon);
    boolean ours = router.isOurs(text);
    assertThat(ours).as("whose it is").isEqualTo(READINGS.get(lexicon).isOurs(text));
    for (String before : List.of("/* {\"app\": \"dbt\"} */ ", "-- SYNC NOW s\n", "\n;\t")) {
      assertThat(router.isOurs(before + text)).as("behind " + before).isEqualTo(ours);
    }
  }

  private static void checkSplit(Lexicon lexicon, String text, List<Statement> statements) {
    PlainReading reading = READINGS.get(lexicon);
    int from = 0;
    for (Statement s : statements) {
      int end = s.offset() + s.text().length();
      assertThat(text.substring(s.offset(), end)).isEqualTo(s.text());
      assertThat(offset(text, s.position())).isEqualTo(s.offset());
      assertThat(s.ours()).as(s.text()).isEqualTo(new StatementRouter(lexicon).isOurs(s.text()));
      assertThat(reading.bare(text.substring(from, s.offset())))
          .as("between statements")
          .matches(from == 0 ? ";*" : ";+");
      from = end;
    }
    assertThat(reading.bare(text.substring(from))).as("behind the last").matches(";*");
    List<String> texts = statements.stream().map(Statement::text).toList();
    assertThat(texts(lexicon, String.join("\n;\n", texts))).as("joined again").isEqualTo(texts);
    if (statements.stream().noneMatch(Statement::ours)) {
      assertThat(texts).as("the warehouse's").isEqualTo(reading.split(text));
    }
  }

  private static List<String> texts(Lexicon lexicon, String script) {
    return new StatementRouter(lexicon).split(script).stream().map(Statement::text).toList();
  }

  private static Optional<Command> parse(Lexicon lexicon, String text, List<Statement> statements) {
    BackfeedParser parser = new BackfeedParser(lexicon);
    try {
      Command command = parser.parse(text);
      assertThat(statements).as("what was read").hasSize(1);
      assertThat(statements.get(0).ours()).isTrue();
      if (command instanceof Command.CreateSync create) {
        checkSync(lexicon, text, create);
      } else if (command instanceof Command.ValidateSync validate) {
        checkSync(lexicon, text, validate.create());
      } else if (command instanceof Command.AlterSync alter
          && alter.alteration() instanceof Alteration.SetClause set) {
        assertThat(text.substring(offset(text, set.position()))).startsWith(set.text());
      }
      String printed = CommandPrinter.print(command);
      assertThat(CommandPrinter.meaning(parser.parse(printed)))
          .as(printed)
          .isEqualTo(CommandPrinter.meaning(command));
      return Optional.of(command);
    } catch (StatementException e) {
      assertThat(e.getSQLState()).isIn("42601", "0A000");
      Position position = e.position().orElseThrow(() -> new AssertionError("no place", e));
      assertThat(offset(text, position)).as(e.getMessage()).isBetween(0, text.length());
      assertThat(e.getMessage()).endsWith("(" + position + ")");
      return Optional.empty();
    }
  }

  private static void checkSync(Lexicon lexicon, String text, Command.CreateSync create)
      throws StatementException {
    checkQuery(lexicon, text, create.definition().query());
    create.definition().constraints().forEach(c -> checkPart(lexicon, text, c.expression()));
    create.definition().deleteWhen().ifPresent(d -> checkPart(lexicon, text, d.condition()));
    assertThat(create.text().substring(create.bodyStart())).startsWithIgnoringCase("AS");
    Name renamed = new Name("a \"new\" name", true, create.definition().name().position());
    checkRenamed(lexicon, create, renamed);
    for (Clause clause : create.clauses()) {
      checkClause(lexicon, create, clause);
    }
  }

  /** Each clause can be set as it is, once it is dropped as well, and nothing else changes. */
  private static void checkClause(Lexicon lexicon, Command.CreateSync create, Clause clause)
      throws StatementException {
    String written = create.text().substring(clause.start(), clause.end());
    assertThat(written).startsWithIgnoringCase(clause.name().split(" ", -1)[0]);
    if (Set.of("TO", "KEY", "RESET STATE").contains(clause.name())) {
      return;
    }
    BackfeedParser parser = new BackfeedParser(lexicon);
    Alteration.SetClause set =
        (Alteration.SetClause)
            ((Command.AlterSync) parser.parse("ALTER SYNC s SET " + written)).alteration();
    assertThat(set.clause()).isEqualTo(clause.name());
    assertThat(set.text()).isEqualTo(written);
    assertThat(create.with(set)).isEqualToIgnoringWhitespace(create.text());
    Position nowhere = new Position(1, 1);
    String without = create.without(new Alteration.DropClause(clause.name(), nowhere));
    Command.CreateSync less = (Command.CreateSync) parser.parse(without);
    assertThat(less.clauses().stream().map(Clause::name))
        .isEqualTo(
            create.clauses().stream()
                .map(Clause::name)
                .filter(n -> !n.equals(set.clause()))
                .toList());
    Command.CreateSync again = (Command.CreateSync) parser.parse(less.with(set));
    if (!clause.name().startsWith("CONSTRAINT ") && !clause.name().startsWith("LIMIT ")) {
      assertThat(CommandPrinter.meaning(again)).isEqualTo(CommandPrinter.meaning(create));
    }
  }

  private static void checkRenamed(Lexicon lexicon, Command.CreateSync create, Name to)
      throws StatementException {
    String from = "name=" + CommandPrinter.meaning(create.definition().name());
    String expected =
        CommandPrinter.meaning(create)
            .replaceFirst(
                Pattern.quote(from),
                Matcher.quoteReplacement("name=" + CommandPrinter.meaning(to)));
    assertThat(CommandPrinter.meaning(new BackfeedParser(lexicon).parse(create.renamed(to))))
        .isEqualTo(expected);
  }

  /** A condition that was let through stays in its parentheses. */
  private static void checkPart(Lexicon lexicon, String text, Verbatim part) {
    assertThat(text.substring(offset(text, part.position()))).startsWith(part.text());
    assertThat(READINGS.get(lexicon).staysInside(part.text())).as(part.text()).isTrue();
    assertThat(texts(lexicon, "SELECT (\n" + part.text() + "\n); SELECT 2"))
        .as(part.text())
        .hasSize(2)
        .last()
        .isEqualTo("SELECT 2");
  }

  /** A query that was let through is one statement for the warehouse, alone and in parentheses. */
  private static void checkQuery(Lexicon lexicon, String text, Query query) {
    int begin = offset(text, query.position());
    if (!text.startsWith(query.text(), begin)) {
      assertThat(query.text()).as("AS TABLE").startsWith("SELECT * FROM ");
      assertThat(query.order()).isEmpty();
    }
    assertThat(query.text()).startsWith(query.unordered());
    if (!query.unordered().equals(query.text())) {
      String order = query.text().substring(query.unordered().length()).strip();
      assertThat(order).startsWithIgnoringCase("ORDER");
      assertThat(query.order()).isNotEmpty();
    }
    for (String each : List.of(query.text(), query.unordered())) {
      assertThat(READINGS.get(lexicon).staysInside(each)).as("stays inside: " + each).isTrue();
      assertThat(texts(lexicon, "SELECT * FROM (\n" + each + "\n) AS q; SELECT 2"))
          .as(each)
          .hasSize(2)
          .last()
          .isEqualTo("SELECT 2");
    }
  }

  /** Index of a place, by counting lines; fails where the text has no such place. */
  private static int offset(String text, Position position) {
    List<String> lines = Stream.of(text.split("(?<=\n)|(?<=\r)(?!\n)", -1)).toList();
    assertThat(position.line()).as("lines").isBetween(1, lines.size());
    int before = lines.stream().limit(position.line() - 1L).mapToInt(String::length).sum();
    String line = lines.get(position.line() - 1);
    assertThat(position.column()).as("columns").isBetween(1, line.length() + 1);
    return before + position.column() - 1;
  }
}
