package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ALTER SYNC makes of a sync's text: one place changes, and it reads back as meant. */
class DefinitionTextTest {
  private static final Position NOWHERE = new Position(1, 1);
  private static final String TEXT =
      """
      CREATE SYNC s -- mine
        TO a.b KEY (k)
        MODE MIRROR -- why
        LIMIT CHANGES TO 5 ROWS  LIMIT REMOVALS TO 6 PERCENT
        ALLOW EMPTY
        WITH (tags = 'x')
      AS
        SELECT k FROM t""";
  private static final String LINE = "CREATE SYNC\"s\"TO a.b KEY(k)MODE MIRROR AS SELECT 1";

  private final BackfeedParser parser = new BackfeedParser(Lexicon.DUCKDB);

  @Test
  void aClauseIsPutInItsPlace() throws StatementException {
    assertThat(set(TEXT, "MODE UPSERT")).isEqualTo(TEXT.replace("MODE MIRROR", "MODE UPSERT"));
    assertThat(set(TEXT, "LIMIT CHANGES TO 9 PERCENT"))
        .isEqualTo(TEXT.replace("CHANGES TO 5 ROWS", "CHANGES TO 9 PERCENT"));
    assertThat(set(LINE, "KEY (k, l) MATCH (m)"))
        .isEqualTo("CREATE SYNC\"s\"TO a.b KEY (k, l) MATCH (m) MODE MIRROR AS SELECT 1");
  }

  @Test
  void aNewClauseComesBeforeTheQuery() throws StatementException {
    String clause = "CONSTRAINT c EXPECT (k > 1) ON VIOLATION FAIL";
    assertThat(set(TEXT, clause)).isEqualTo(TEXT.replace("\nAS", "\n  " + clause + "\nAS"));
    assertThat(set(LINE, "SCHEDULE CONTINUOUS"))
        .isEqualTo(LINE.replace(" AS", " SCHEDULE CONTINUOUS AS"));
    assertThat(set("CREATE SYNC s TO a.b KEY (k)AS SELECT 1", "ALLOW EMPTY"))
        .isEqualTo("CREATE SYNC s TO a.b KEY (k) ALLOW EMPTY AS SELECT 1");
    assertThat(set("CREATE SYNC s TO a.b KEY (k) -- AS\nAS SELECT 1", "ALLOW EMPTY"))
        .isEqualTo("CREATE SYNC s TO a.b KEY (k) -- AS\n  ALLOW EMPTY\nAS SELECT 1");
  }

  @Test
  void aClauseIsDropped() throws StatementException {
    assertThat(drop(TEXT, "ALLOW EMPTY")).isEqualTo(TEXT.replace("  ALLOW EMPTY\n", ""));
    assertThat(drop(TEXT, "MODE")).isEqualTo(TEXT.replace("MODE MIRROR ", ""));
    assertThat(drop(TEXT, "LIMIT CHANGES"))
        .isEqualTo(TEXT.replace("LIMIT CHANGES TO 5 ROWS  ", ""));
    assertThat(drop(TEXT, "LIMIT REMOVALS"))
        .isEqualTo(TEXT.replace("  LIMIT REMOVALS TO 6 PERCENT", ""));
    assertThat(drop(LINE, "MODE")).isEqualTo("CREATE SYNC\"s\"TO a.b KEY(k) AS SELECT 1");
    assertThat(drop(TEXT, "SCHEDULE")).isEqualTo(TEXT);
  }

  @Test
  void aSyncIsRenamed() throws StatementException {
    assertThat(sync(TEXT).renamed(new Name("t", false, NOWHERE)))
        .isEqualTo(TEXT.replace("SYNC s", "SYNC t"));
    assertThat(sync(LINE).renamed(new Name("t", false, NOWHERE)))
        .isEqualTo("CREATE SYNC t TO a.b KEY(k)MODE MIRROR AS SELECT 1");
    for (Name name : List.of(new Name("As", false, NOWHERE), new Name("a \"b\"", true, NOWHERE))) {
      assertThat(sync(sync(LINE).renamed(name)).definition().name().text()).isEqualTo(name.text());
    }
  }

  @Test
  void optionsAreReplaced() throws StatementException {
    List<Option> options =
        List.of(
            option("tags", new OptionValue.Text("it's")),
            option("n", new OptionValue.Numeric(new BigDecimal("-1E+3"))),
            option("f", new OptionValue.Flag(true)),
            new Option(new Name("h.X-\"Y\"", true, NOWHERE), new OptionValue.Secret("env:'A'")),
            option("idempotency_key", new OptionValue.Text("Event_Id")));
    String with =
        "WITH (tags = 'it''s', n = -1E+3, f = TRUE, \"h.X-\"\"Y\"\"\" = SECRET 'env:''A''',"
            + " idempotency_key = Event_Id)";
    assertThat(sync(TEXT).withOptions(options)).isEqualTo(TEXT.replace("WITH (tags = 'x')", with));
    String line = sync(LINE).withOptions(options);
    assertThat(line).isEqualTo(LINE.replace(" AS", ' ' + with + " AS"));
    assertThat(CommandPrinter.meaning(sync(line).definition().options()))
        .isEqualTo(CommandPrinter.meaning(options));
    List<Option> odd = List.of(option("idempotency_key", new OptionValue.Text("Event Id")));
    assertThat(sync(sync(LINE).withOptions(odd)).definition().options().get(0).value())
        .isEqualTo(odd.get(0).value());
  }

  @Test
  void withoutOptionsThereIsNoWith() throws StatementException {
    assertThat(sync(TEXT).withOptions(List.of()))
        .isEqualTo(TEXT.replace("  WITH (tags = 'x')\n", ""));
    assertThat(sync(LINE).withOptions(List.of())).isEqualTo(LINE);
  }

  /** What was altered reads as the definition with that clause alone changed. */
  private String set(String text, String clause) throws StatementException {
    Alteration.SetClause set =
        (Alteration.SetClause)
            ((Command.AlterSync) parser.parse("ALTER SYNC s SET " + clause)).alteration();
    String altered = sync(text).with(set);
    Command.CreateSync read = sync(altered);
    int start = read.clause(set.clause()).orElseThrow().start();
    assertThat(altered.substring(start)).startsWith(clause);
    return altered;
  }

  private String drop(String text, String clause) throws StatementException {
    String altered = sync(text).without(new Alteration.DropClause(clause, NOWHERE));
    assertThat(sync(altered).clause(clause)).isEmpty();
    return altered;
  }

  private Command.CreateSync sync(String text) throws StatementException {
    return (Command.CreateSync) parser.parse(text);
  }

  private static Option option(String name, OptionValue value) {
    return new Option(new Name(name, false, NOWHERE), value);
  }
}
