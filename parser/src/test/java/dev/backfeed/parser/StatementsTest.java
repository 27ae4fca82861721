package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.Alteration;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.RunName;
import dev.backfeed.parser.command.Scope;
import dev.backfeed.parser.command.Selection;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Every statement but CREATE SYNC, and the record it gives. */
class StatementsTest {
  private final BackfeedParser parser = new BackfeedParser(Lexicon.DUCKDB);

  @Test
  void createDestination() throws StatementException {
    assertThat(parser.parse("CREATE DESTINATION crm TYPE salesforce"))
        .isEqualTo(
            new Command.CreateDestination(
                false, false, name("crm", 20), name("salesforce", 29), List.of()));
    assertThat(parser.parse("create destination if not exists \"Mein CRM\" type Jdbc"))
        .isEqualTo(
            new Command.CreateDestination(
                false,
                true,
                new Name("Mein CRM", true, new Position(1, 34)),
                name("Jdbc", 50),
                List.of()));
  }

  @Test
  void optionsOfEveryKind() throws StatementException {
    Command.CreateDestination command =
        (Command.CreateDestination)
            parser.parse(
                """
                CREATE OR REPLACE DESTINATION out TYPE value
                  WITH (url = 'it''s', n = 20000, d = 0.50, e = -1e3, on = TRUE, off = false,
                        "header.X-Key" = SECRET 'env:BACKFEED_X', method='POST', user = '')""");
    assertThat(command.orReplace()).isTrue();
    assertThat(command.name().text()).isEqualTo("out");
    assertThat(command.options().stream().map(o -> o.name().text()))
        .containsExactly("url", "n", "d", "e", "on", "off", "header.X-Key", "method", "user");
    assertThat(command.options().stream().map(Option::value))
        .containsExactly(
            new OptionValue.Text("it's"),
            new OptionValue.Numeric(new BigDecimal("20000")),
            new OptionValue.Numeric(new BigDecimal("0.50")),
            new OptionValue.Numeric(new BigDecimal("-1e3")),
            new OptionValue.Flag(true),
            new OptionValue.Flag(false),
            new OptionValue.Secret("env:BACKFEED_X"),
            new OptionValue.Text("POST"),
            new OptionValue.Text(""));
    assertThat(command.options().get(6).name())
        .isEqualTo(new Name("header.X-Key", true, new Position(3, 9)));
  }

  @Test
  void alterDestination() throws StatementException {
    assertThat(parser.parse("ALTER DESTINATION d SET (a = 1, k = SECRET 'env:BACKFEED_X')"))
        .isEqualTo(
            new Command.AlterDestination(
                name("d", 19),
                List.of(
                    new Option(name("a", 26), new OptionValue.Numeric(BigDecimal.ONE)),
                    new Option(name("k", 33), new OptionValue.Secret("env:BACKFEED_X"))),
                List.of()));
    assertThat(parser.parse("alter destination d unset (a, \"B c\")"))
        .isEqualTo(
            new Command.AlterDestination(
                name("d", 19),
                List.of(),
                List.of(name("a", 28), new Name("B c", true, new Position(1, 31)))));
  }

  @Test
  void describe() throws StatementException {
    assertThat(parser.parse("DESCRIBE DESTINATION d"))
        .isEqualTo(new Command.DescribeDestination(name("d", 22)));
    assertThat(parser.parse("DESCRIBE DESTINATION d.public.\"T x\""))
        .isEqualTo(
            new Command.DescribeObject(
                new ObjectName(
                    name("d", 22),
                    List.of(name("public", 24), new Name("T x", true, new Position(1, 31))))));
    assertThat(parser.parse("DESCRIBE SYNC s")).isEqualTo(new Command.DescribeSync(name("s", 15)));
  }

  @Test
  void pauseAndResumeDestination() throws StatementException {
    assertThat(parser.parse("PAUSE DESTINATION d"))
        .isEqualTo(new Command.PauseDestination(name("d", 19)));
    assertThat(parser.parse("RESUME DESTINATION d"))
        .isEqualTo(new Command.ResumeDestination(name("d", 20)));
  }

  @Test
  void showDestinationTypes() throws StatementException {
    assertThat(parser.parse("SHOW DESTINATION TYPES"))
        .isEqualTo(new Command.ShowDestinationTypes(Optional.empty()));
    assertThat(parser.parse("SHOW DESTINATION TYPES LIKE 'web%'"))
        .isEqualTo(new Command.ShowDestinationTypes(Optional.of("web%")));
  }

  @Test
  void alterSync() throws StatementException {
    assertThat(parser.parse("ALTER SYNC s SET (owner = 'x')"))
        .isEqualTo(
            altered(
                new Alteration.SetOptions(
                    List.of(new Option(name("owner", 19), new OptionValue.Text("x"))))));
    assertThat(parser.parse("ALTER SYNC s UNSET (owner, tags)"))
        .isEqualTo(
            altered(new Alteration.UnsetOptions(List.of(name("owner", 21), name("tags", 28)))));
    assertThat(parser.parse("ALTER SYNC s RENAME TO t"))
        .isEqualTo(altered(new Alteration.Rename(name("t", 24))));
    assertThat(parser.parse("ALTER SYNC s USE VERSION 3"))
        .isEqualTo(altered(new Alteration.UseVersion(3, new Position(1, 26))));
  }

  @Test
  void alterSettings() throws StatementException {
    assertThat(parser.parse("ALTER SYNC SETTINGS SET (log_retention = '30 days')"))
        .isEqualTo(
            new Command.AlterSettings(
                List.of(new Option(name("log_retention", 26), new OptionValue.Text("30 days"))),
                List.of()));
    assertThat(parser.parse("ALTER SYNC SETTINGS UNSET (log_retention)"))
        .isEqualTo(new Command.AlterSettings(List.of(), List.of(name("log_retention", 28))));
  }

  @Test
  void validate() throws StatementException {
    String create = "CREATE OR REPLACE SYNC s TO a.b KEY (k) AS SELECT '(' AS k";
    Command.ValidateSync command = (Command.ValidateSync) parser.parse("VALIDATE " + create + ";");
    assertThat(command.create().text()).isEqualTo(create);
    assertThat(command.create().definition().query().text()).isEqualTo("SELECT '(' AS k");
    assertThat(command.create().orReplace()).isTrue();
  }

  @Test
  void erase() throws StatementException {
    assertThat(parser.parse("ERASE SYNC s KEY ('a', 'it''s')"))
        .isEqualTo(
            new Command.EraseSync(name("s", 12), List.of("a", "it's"), new Position(1, 14), false));
    assertThat(parser.parse("ERASE SYNC s KEY ('a') AND DESTINATION"))
        .isEqualTo(new Command.EraseSync(name("s", 12), List.of("a"), new Position(1, 14), true));
  }

  @Test
  void explainKeyAndPreview() throws StatementException {
    assertThat(parser.parse("EXPLAIN SYNC s KEY ('a')"))
        .isEqualTo(new Command.ExplainKey(name("s", 14), List.of("a"), new Position(1, 16)));
    assertThat(parser.parse("PREVIEW SYNC s"))
        .isEqualTo(new Command.PreviewSync(name("s", 14), OptionalLong.empty()));
    assertThat(parser.parse("PREVIEW SYNC s LIMIT 5"))
        .isEqualTo(new Command.PreviewSync(name("s", 14), OptionalLong.of(5)));
    assertThat(parser.parse("PREVIEW RUN '01h' LIMIT 5"))
        .isEqualTo(new Command.PreviewRun(run(13), OptionalLong.of(5)));
  }

  @Test
  void runs() throws StatementException {
    assertThat(parser.parse("APPROVE RUN '01h'")).isEqualTo(new Command.ApproveRun(run(13)));
    assertThat(parser.parse("REJECT RUN '01h'")).isEqualTo(new Command.RejectRun(run(12)));
    assertThat(parser.parse("CANCEL RUN '01h'")).isEqualTo(new Command.CancelRun(run(12)));
    assertThat(parser.parse("UNDO RUN '01h'"))
        .isEqualTo(new Command.UndoRun(run(10), false, false));
    assertThat(parser.parse("UNDO RUN '01h' DELETE CREATED DRY RUN"))
        .isEqualTo(parser.parse("UNDO RUN '01h' DRY RUN DELETE CREATED"))
        .isEqualTo(new Command.UndoRun(run(10), true, true));
  }

  @Test
  void verify() throws StatementException {
    assertThat(parser.parse("VERIFY SYNC s"))
        .isEqualTo(new Command.VerifySync(name("s", 13), OptionalLong.empty()));
    assertThat(parser.parse("VERIFY SYNC sample SAMPLE 100"))
        .isEqualTo(new Command.VerifySync(name("sample", 13), OptionalLong.of(100)));
  }

  @Test
  void syncNowOfATagOrADestination() throws StatementException {
    assertThat(parser.parse("SYNC NOW TAG 'gtm' REPAIR OR FAIL"))
        .isEqualTo(
            new Command.SyncNow(
                Selection.tag("gtm"), Scope.REPAIR, false, false, OptionalLong.empty(), true));
    assertThat(parser.parse("SYNC NOW TO crm FOR REVIEW"))
        .isEqualTo(
            new Command.SyncNow(
                Selection.to(name("crm", 13)),
                Scope.CHANGES,
                false,
                true,
                OptionalLong.empty(),
                false));
    assertThat(parser.parse("SYNC NOW ALL OR FAIL LIMIT 1 DRY RUN"))
        .isEqualTo(
            new Command.SyncNow(
                Selection.ALL, Scope.CHANGES, true, false, OptionalLong.of(1), true));
  }

  @Test
  void dropShowAndTestDestination() throws StatementException {
    assertThat(parser.parse("DROP DESTINATION d"))
        .isEqualTo(new Command.DropDestination(false, name("d", 18)));
    assertThat(parser.parse("drop destination if exists d;"))
        .isEqualTo(new Command.DropDestination(true, name("d", 28)));
    assertThat(parser.parse("SHOW DESTINATIONS"))
        .isEqualTo(new Command.ShowDestinations(Optional.empty()));
    assertThat(parser.parse("SHOW DESTINATIONS LIKE 'c%'"))
        .isEqualTo(new Command.ShowDestinations(Optional.of("c%")));
    assertThat(parser.parse("TEST DESTINATION d"))
        .isEqualTo(new Command.TestDestination(name("d", 18)));
  }

  @Test
  void dropAndShowSync() throws StatementException {
    assertThat(parser.parse("DROP SYNC s"))
        .isEqualTo(new Command.DropSync(false, name("s", 11), false));
    assertThat(parser.parse("DROP SYNC IF EXISTS s KEEP STATE"))
        .isEqualTo(new Command.DropSync(true, name("s", 21), true));
    assertThat(parser.parse("DROP SYNC if"))
        .isEqualTo(new Command.DropSync(false, name("if", 11), false));
    assertThat(parser.parse("SHOW SYNCS")).isEqualTo(new Command.ShowSyncs(Optional.empty()));
    assertThat(parser.parse("SHOW SYNCS LIKE '%it''s%'"))
        .isEqualTo(new Command.ShowSyncs(Optional.of("%it's%")));
    assertThat(parser.parse("SHOW CREATE SYNC s"))
        .isEqualTo(new Command.ShowCreateSync(name("s", 18)));
  }

  @Test
  void showSyncRuns() throws StatementException {
    assertThat(parser.parse("SHOW SYNC RUNS"))
        .isEqualTo(new Command.ShowSyncRuns(Optional.empty(), Optional.empty()));
    assertThat(parser.parse("SHOW SYNC RUNS FOR s LIKE 'x'"))
        .isEqualTo(new Command.ShowSyncRuns(Optional.of(name("s", 20)), Optional.of("x")));
  }

  @Test
  void syncNow() throws StatementException {
    assertThat(parser.parse("SYNC NOW s"))
        .isEqualTo(now(List.of(name("s", 10)), Scope.CHANGES, false, OptionalLong.empty()));
    assertThat(parser.parse("SYNC NOW a, b FULL DRY RUN LIMIT 10"))
        .isEqualTo(
            now(List.of(name("a", 10), name("b", 13)), Scope.FULL, true, OptionalLong.of(10)));
    assertThat(parser.parse("sync now full limit 0 dry run full"))
        .isEqualTo(now(List.of(name("full", 10)), Scope.FULL, true, OptionalLong.of(0)));
    assertThat(parser.parse("SYNC NOW retry LIMIT 3 RETRY"))
        .isEqualTo(now(List.of(name("retry", 10)), Scope.RETRY, false, OptionalLong.of(3)));
    assertThat(parser.parse("SYNC NOW ALL RETRY"))
        .isEqualTo(now(List.of(), Scope.RETRY, false, OptionalLong.empty()));
    assertThat(parser.parse("SYNC NOW \"ALL\""))
        .isEqualTo(
            now(
                List.of(new Name("ALL", true, new Position(1, 10))),
                Scope.CHANGES,
                false,
                OptionalLong.empty()));
  }

  @Test
  void explainResetBaseline() throws StatementException {
    assertThat(parser.parse("EXPLAIN SYNC s")).isEqualTo(new Command.ExplainSync(name("s", 14)));
    assertThat(parser.parse("RESET SYNC s")).isEqualTo(new Command.ResetSync(name("s", 12)));
    assertThat(parser.parse("BASELINE SYNC s")).isEqualTo(new Command.BaselineSync(name("s", 15)));
  }

  @Test
  void pauseAndResume() throws StatementException {
    assertThat(parser.parse("PAUSE SYNC s"))
        .isEqualTo(new Command.PauseSync(Optional.of(name("s", 12))));
    assertThat(parser.parse("PAUSE ALL SYNCS")).isEqualTo(new Command.PauseSync(Optional.empty()));
    assertThat(parser.parse("RESUME SYNC s"))
        .isEqualTo(new Command.ResumeSync(Optional.of(name("s", 13))));
    assertThat(parser.parse("RESUME ALL SYNCS"))
        .isEqualTo(new Command.ResumeSync(Optional.empty()));
  }

  @Test
  void resolve() throws StatementException {
    assertThat(parser.parse("RESOLVE SYNC s IN DOUBT AS SENT"))
        .isEqualTo(new Command.ResolveSync(name("s", 14), true));
    assertThat(parser.parse("resolve sync s in doubt as unsent"))
        .isEqualTo(new Command.ResolveSync(name("s", 14), false));
  }

  @Test
  void createAlert() throws StatementException {
    assertThat(
            parser.parse(
                "CREATE SYNC ALERT w ON SYNC s WHEN FAILED NOTIFY d.\"#on call\", m.a.\"x@y.z\";"))
        .isEqualTo(
            new Command.CreateAlert(
                false,
                name("w", 19),
                Optional.of(name("s", 29)),
                List.of(AlertCondition.plain(AlertCondition.Kind.FAILED, new Position(1, 36))),
                List.of(
                    new ObjectName(
                        name("d", 50), List.of(new Name("#on call", true, new Position(1, 52)))),
                    new ObjectName(
                        name("m", 64),
                        List.of(name("a", 66), new Name("x@y.z", true, new Position(1, 68)))))));
  }

  @Test
  void conditionsOfAlerts() throws StatementException {
    String all =
        "FAILED OR BLOCKED OR STALE AFTER 4 HOURS OR STALE AFTER 30 MINUTES OR STALE AFTER 2 DAYS"
            + " OR FAILURES OVER 10 PERCENT OR ROWS CHANGED BY 50 PERCENT ABOVE 100 ROWS"
            + " OR QUOTA OVER 80 PERCENT OR DEFINITION CHANGED OR DIFFERENCES OVER 1 PERCENT";
    Command.CreateAlert command =
        (Command.CreateAlert)
            parser.parse("create or replace sync alert w on all syncs when " + all + " notify d.o");
    assertThat(command.orReplace()).isTrue();
    assertThat(command.sync()).isEmpty();
    assertThat(String.join(" OR ", command.conditions().stream().map(Object::toString).toList()))
        .isEqualTo(all);
    assertThat(
            ((Command.CreateAlert)
                    parser.parse(
                        "CREATE SYNC ALERT when ON SYNC on WHEN STALE AFTER 1 HOUR OR STALE AFTER 1"
                            + " DAY OR STALE AFTER 1 MINUTE NOTIFY notify.when"))
                .conditions().stream().map(AlertCondition::unit).map(Optional::orElseThrow))
        .containsExactly(
            AlertCondition.Unit.HOURS, AlertCondition.Unit.DAYS, AlertCondition.Unit.MINUTES);
  }

  @Test
  void dropAndShowAlerts() throws StatementException {
    assertThat(parser.parse("DROP SYNC ALERT w"))
        .isEqualTo(new Command.DropAlert(false, name("w", 17)));
    assertThat(parser.parse("DROP SYNC ALERT IF EXISTS \"alert\""))
        .isEqualTo(new Command.DropAlert(true, new Name("alert", true, new Position(1, 27))));
    assertThat(parser.parse("SHOW SYNC ALERTS"))
        .isEqualTo(new Command.ShowAlerts(Optional.empty()));
    assertThat(parser.parse("SHOW SYNC ALERTS LIKE 'w%'"))
        .isEqualTo(new Command.ShowAlerts(Optional.of("w%")));
  }

  @Test
  void aSyncMayBeCalledAlertInQuotes() throws StatementException {
    Command.CreateSync command =
        (Command.CreateSync)
            parser.parse("CREATE SYNC \"alert\" TO a.b KEY (k) AS SELECT 'a;b' AS k");
    assertThat(command.definition().name().text()).isEqualTo("alert");
    assertThat(parser.parse("DROP SYNC \"alert\""))
        .isEqualTo(
            new Command.DropSync(false, new Name("alert", true, new Position(1, 11)), false));
  }

  @Test
  void policiesAreNotKnownYet() {
    assertThatThrownBy(() -> parser.parse("CREATE SYNC POLICY p DENY (a.b) TO c"))
        .isInstanceOfSatisfying(
            StatementException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"))
        .hasMessage(
            "this version does not know CREATE SYNC POLICY yet; a sync of that name needs quotes,"
                + " \"policy\" (line 1, column 13)");
  }

  @Test
  void whatSurroundsAStatementDoesNotMatter() throws StatementException {
    for (String text :
        List.of(
            "\uFEFF;; \t/* {\"node\": \"m\"} */ -- x\n RESET /* y */ SYNC\r\n s ; ; -- done",
            "RESET SYNC s;",
            "RESET SYNC \"s\"",
            "RESET SYNC `s`")) {
      Command.ResetSync command = (Command.ResetSync) parser.parse(text);
      assertThat(command.name().text()).as(text).isEqualTo("s");
    }
  }

  @Test
  void anyWordIsAName() throws StatementException {
    for (String word :
        List.of(
            "sync",
            "destination",
            "key",
            "select",
            "table",
            "out",
            "user",
            "date",
            "value",
            "percent",
            "as1",
            "_x",
            "größe",
            "a$b",
            "x".repeat(255),
            "a1",
            "limit",
            "u",
            "n")) {
      Command.ExplainSync command = (Command.ExplainSync) parser.parse("EXPLAIN SYNC " + word);
      assertThat(command.name().text()).isEqualTo(word);
    }
  }

  @Test
  void reservedNamesAreFineInQuotes() throws StatementException {
    for (String word : List.of("all", "TAG", "to", "now", "policy", "alert", "settings", "runs")) {
      assertThat(parser.parse("RESET SYNC \"" + word + '"'))
          .isEqualTo(new Command.ResetSync(new Name(word, true, new Position(1, 12))));
    }
  }

  @Test
  void quotesInNamesAreDoubled() throws StatementException {
    assertThat(((Command.ResetSync) parser.parse("RESET SYNC \"a\"\"b`c\"")).name().text())
        .isEqualTo("a\"b`c");
    assertThat(((Command.ResetSync) parser.parse("RESET SYNC `a``b\"c`")).name().text())
        .isEqualTo("a`b\"c");
  }

  @Test
  void everyCommandIsTestedHereOrInCreateSyncTest() {
    assertThat(Arrays.stream(Command.class.getPermittedSubclasses()).map(Class::getSimpleName))
        .containsExactlyInAnyOrder(
            "CreateDestination",
            "AlterDestination",
            "DescribeDestination",
            "DescribeObject",
            "ShowDestinationTypes",
            "PauseDestination",
            "ResumeDestination",
            "DropDestination",
            "ShowDestinations",
            "TestDestination",
            "CreateSync",
            "ValidateSync",
            "AlterSync",
            "AlterSettings",
            "DescribeSync",
            "EraseSync",
            "DropSync",
            "ShowSyncs",
            "ShowCreateSync",
            "ShowSyncRuns",
            "SyncNow",
            "ExplainSync",
            "ExplainKey",
            "PreviewSync",
            "PreviewRun",
            "ApproveRun",
            "RejectRun",
            "CancelRun",
            "UndoRun",
            "VerifySync",
            "ResetSync",
            "BaselineSync",
            "PauseSync",
            "ResumeSync",
            "ResolveSync",
            "CreateAlert",
            "DropAlert",
            "ShowAlerts");
  }

  private static Command altered(Alteration alteration) {
    return new Command.AlterSync(name("s", 12), alteration);
  }

  private static RunName run(int column) {
    return new RunName("01h", new Position(1, column));
  }

  private static Name name(String text, int column) {
    return new Name(text, false, new Position(1, column));
  }

  private static Command.SyncNow now(
      List<Name> syncs, Scope scope, boolean dryRun, OptionalLong limit) {
    return new Command.SyncNow(Selection.of(syncs), scope, dryRun, false, limit, false);
  }
}
