package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.FieldList;
import dev.backfeed.parser.command.FirstRun;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Mode;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Removal;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The clauses of CREATE SYNC. */
class CreateSyncTest {
  private final BackfeedParser parser = new BackfeedParser(Lexicon.DUCKDB);

  @Test
  void theShortestOne() throws StatementException {
    Command.CreateSync command = parse("CREATE SYNC s TO crm.Account KEY (id) AS SELECT id FROM t");
    SyncDefinition definition = command.definition();
    assertThat(command.orReplace()).isFalse();
    assertThat(command.ifNotExists()).isFalse();
    assertThat(command.resetState()).isFalse();
    assertThat(definition.name()).isEqualTo(new Name("s", false, new Position(1, 13)));
    assertThat(definition.target().destination().text()).isEqualTo("crm");
    assertThat(definition.target().object()).isEqualTo("Account");
    assertThat(definition.key()).hasSize(1);
    assertThat(definition.key().get(0).column().text()).isEqualTo("id");
    assertThat(definition.key().get(0).field()).isEmpty();
    assertThat(definition.mode()).isEqualTo(Mode.UPSERT);
    assertThat(definition.fields()).isEqualTo(FieldList.ALL);
    assertThat(definition.onRemove()).isEmpty();
    assertThat(definition.limits()).isEmpty();
    assertThat(definition.allowEmpty()).isFalse();
    assertThat(definition.options()).isEmpty();
    assertThat(definition.query().text()).isEqualTo("SELECT id FROM t");
    assertThat(definition.query().position()).isEqualTo(new Position(1, 42));
  }

  @Test
  void theFirstRun() throws StatementException {
    assertThat(firstRun("")).isEqualTo(FirstRun.BACKFILL);
    assertThat(firstRun("ON FIRST RUN BACKFILL")).isEqualTo(FirstRun.BACKFILL);
    assertThat(firstRun("ON FIRST RUN BASELINE")).isEqualTo(FirstRun.BASELINE);
    assertThat(firstRun("on first run backfill at 5000 rows per day").pace())
        .isEqualTo(OptionalLong.of(5000));
  }

  private FirstRun firstRun(String clause) throws StatementException {
    return parse("CREATE SYNC s TO a.b KEY (k) " + clause + " ON REMOVE KEEP AS SELECT 1 AS k")
        .definition()
        .firstRun();
  }

  @Test
  void oneLimitASubject() throws StatementException {
    assertThat(
            parse(
                    "CREATE SYNC s TO a.b KEY (k) LIMIT CHANGES TO 200 PERCENT LIMIT FAILURES TO 0"
                        + " ROWS LIMIT REMOVALS TO 5 PERCENT AS SELECT 1 AS k")
                .definition()
                .limits())
        .containsExactly(
            new Limit(Limit.Subject.CHANGES, 200, Limit.Unit.PERCENT),
            new Limit(Limit.Subject.FAILURES, 0, Limit.Unit.ROWS),
            new Limit(Limit.Subject.REMOVALS, 5, Limit.Unit.PERCENT));
  }

  @Test
  void theWholeOne() throws StatementException {
    String text =
        """
        CREATE OR REPLACE SYNC account_health
          TO crm.Account
          KEY (customer_id AS "Customer_Id__c", `Second Key`)
          MODE MIRROR
          FIELDS (* EXCEPT (mrr, "Sort Key"), tier AS custom.tier, owner, note AS "a.b")
          ON REMOVE KEEP
          LIMIT REMOVALS TO 500 ROWS
          ALLOW EMPTY
          RESET STATE
          WITH (tags = 'gtm,health', owner = 'data-team')
        AS
          SELECT * FROM customer_health""";
    Command.CreateSync command = parse("/* dbt */ " + text + "  ;\n");
    SyncDefinition definition = command.definition();
    assertThat(command.text()).isEqualTo(text);
    assertThat(command.orReplace()).isTrue();
    assertThat(command.resetState()).isTrue();
    assertThat(definition.key().get(0).field().orElseThrow().text()).isEqualTo("Customer_Id__c");
    assertThat(definition.key().get(1).column().text()).isEqualTo("Second Key");
    assertThat(definition.mode()).isEqualTo(Mode.MIRROR);
    assertThat(definition.fields().all()).isTrue();
    assertThat(definition.fields().except().stream().map(Name::text))
        .containsExactly("mrr", "Sort Key");
    assertThat(definition.fields().items().stream().map(i -> i.column().text()))
        .containsExactly("tier", "owner", "note");
    assertThat(definition.fields().items().get(0).field().orElseThrow().path())
        .containsExactly("custom", "tier");
    assertThat(definition.fields().items().get(1).field()).isEmpty();
    assertThat(definition.fields().items().get(2).field().orElseThrow().path())
        .containsExactly("a.b");
    assertThat(definition.onRemove()).contains(Removal.of(OnRemove.KEEP));
    assertThat(definition.limits())
        .containsExactly(new Limit(Limit.Subject.REMOVALS, 500, Limit.Unit.ROWS));
    assertThat(definition.allowEmpty()).isTrue();
    assertThat(definition.options().get(1).value()).isEqualTo(new OptionValue.Text("data-team"));
    assertThat(definition.query().text()).isEqualTo("SELECT * FROM customer_health");
    assertThat(definition.query().position()).isEqualTo(new Position(12, 3));
  }

  @Test
  void appends() throws StatementException {
    String start = "CREATE SYNC s TO a.b KEY (k) ";
    assertThat(parse(start + "MODE APPEND AS SELECT 1").definition().mode()).isEqualTo(Mode.APPEND);
    SyncDefinition definition =
        parse(start + "MODE APPEND CHANGES WITH (idempotency_key = Event_Id) AS SELECT 1")
            .definition();
    assertThat(definition.mode()).isEqualTo(Mode.APPEND_CHANGES);
    assertThat(definition.mode()).hasToString("APPEND CHANGES");
    assertThat(definition.removal()).isEqualTo(OnRemove.KEEP);
    for (String column : List.of("Event_Id", "'Event_Id'", "\"Event_Id\"", "`Event_Id`")) {
      SyncDefinition named =
          parse(start + "WITH (idempotency_key = " + column + ", o = 'x') AS SELECT 1")
              .definition();
      assertThat(named.options().get(0).value()).isEqualTo(new OptionValue.Text("Event_Id"));
    }
  }

  @Test
  void clausesComeInAnyOrder() throws StatementException {
    List<String> clauses =
        new ArrayList<>(
            List.of(
                "TO a.b",
                "KEY (k)",
                "MODE UPSERT",
                "FIELDS (x)",
                "ON REMOVE DELETE",
                "LIMIT REMOVALS TO 5 PERCENT",
                "ALLOW EMPTY",
                "RESET STATE",
                "WITH (o = 1)"));
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(clauses, random);
      Command.CreateSync command =
          parse("CREATE SYNC s " + String.join(" ", clauses) + " AS SELECT 1");
      assertThat(command.resetState()).isTrue();
      assertThat(command.definition().onRemove()).contains(Removal.of(OnRemove.DELETE));
      assertThat(command.definition().fields().all()).isFalse();
      assertThat(command.definition().limits().get(0))
          .isEqualTo(new Limit(Limit.Subject.REMOVALS, 5, Limit.Unit.PERCENT));
    }
  }

  @Test
  void fieldsThatAreListedStandAlone() throws StatementException {
    FieldList fields =
        parse("CREATE SYNC s TO a.b KEY (k) FIELDS (a, b AS B) AS SELECT 1").definition().fields();
    assertThat(fields.all()).isFalse();
    assertThat(fields.items()).hasSize(2);
    assertThat(
            parse("CREATE SYNC s TO a.b KEY (k) FIELDS (a AS b, *) AS SELECT 1")
                .definition()
                .fields()
                .all())
        .isTrue();
  }

  @Test
  void objectsArePathsThatKeepTheirCase() throws StatementException {
    assertThat(target("appdb.public.users")).containsExactly("public", "users");
    assertThat(target("alerts.\"#health\"")).containsExactly("#health");
    assertThat(target("crm.\"a.b\".C")).containsExactly("a.b", "C");
    assertThat(target("crm.as")).containsExactly("as");
    assertThat(target("crm.`To`")).containsExactly("To");
    assertThat(target("\"to\".now")).containsExactly("now");
    assertThat(target("crm . Account")).containsExactly("Account");
  }

  @Test
  void wordsOfOursAreColumnsAndFields() throws StatementException {
    SyncDefinition definition =
        parse(
                "CREATE SYNC IF NOT EXISTS sync TO destination.sync KEY (key, now AS as)"
                    + " FIELDS (sync AS mode, fields, \"*\", except, limit) AS SELECT 1")
            .definition();
    assertThat(definition.key().stream().map(k -> k.column().text())).containsExactly("key", "now");
    assertThat(definition.key().get(1).field().orElseThrow().text()).isEqualTo("as");
    assertThat(definition.fields().all()).isFalse();
    assertThat(definition.fields().items().stream().map(i -> i.column().text()))
        .containsExactly("sync", "fields", "*", "except", "limit");
  }

  private List<String> target(String written) throws StatementException {
    return parse("CREATE SYNC s TO " + written + " KEY (k) AS SELECT 1")
        .definition()
        .target()
        .path()
        .stream()
        .map(Name::text)
        .toList();
  }

  private Command.CreateSync parse(String statement) throws StatementException {
    return (Command.CreateSync) parser.parse(statement);
  }
}
