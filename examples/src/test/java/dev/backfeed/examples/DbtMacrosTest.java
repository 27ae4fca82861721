package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the macros give without a warehouse: text, or an error that says where they belong. */
class DbtMacrosTest {
  private static final Dbt.Model MODEL = new Dbt.Model("health", "select 1");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "duckdb, |'SYNC NOW \"a\"\"b''c\\d\"', cast('{|",
        "postgres, | E'SYNC NOW \"a\"\"b''c\\\\d\"', cast('{|",
        "snowflake, |'SYNC NOW \"a\"\"b''c\\\\d\"', parse_json('{|",
        "redshift, |'SYNC NOW \"a\"\"b''c\\\\d\"', json_parse('{|",
        "bigquery, |'SYNC NOW \"a\"\"b\\'c\\\\d\"', parse_json('{|",
        "databricks, |'SYNC NOW \"a\"\"b\\'c\\\\d\"', parse_json('{|"
      })
  void quotesNamesAsEachWarehouseWants(String adapter, String expected) throws SQLException {
    assertThat(model(adapter, "{{ backfeed.sync_now('a\"b\\'c\\\\d') }}"))
        .startsWith("insert into backfeed.requests (statement, context, invocation")
        .contains(expected);
  }

  @Test
  void writesLinesInOneWhereAStringHasOne() throws SQLException {
    assertThat(model("bigquery", "{{ backfeed.run('PAUSE\\n SYNC a') }}"))
        .contains("'PAUSE\\n SYNC a'", "session_user()");
  }

  @Test
  void givesTheCallBackWhileParsing() throws SQLException {
    Dbt dbt = new Dbt("postgres", "");
    Map<String, Object> parsing = dbt.values(false, MODEL.node());
    for (String call :
        List.of(
            "backfeed.sync_now(name=[\"a\",\"it's\"], full=true)",
            "backfeed.create_sync()",
            "backfeed.run(statement=\"PAUSE SYNC a\")")) {
      assertThat(dbt.render(null, "{{ " + call + " }}", parsing)).isEqualTo("{{ " + call + " }}");
    }
    assertThat(dbt.render(null, "{{ backfeed.column_tags() }}", parsing))
        .isEqualTo("{{ backfeed.column_tags() }}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "backfeed.wait(); put it into on-run-end",
        "backfeed.create_syncs(); it is for on-run-end",
        "backfeed.column_tags(); put it into on-run-start",
        "backfeed.create_sync(); the model has no key backfeed in its meta",
        "backfeed.sync_now(); it needs a name, tag or to",
        "backfeed.sync_now('a', tag='b'); write one of name, tag and to, not name and tag",
        "backfeed.sync_now('a', full=true, retry=true); exclude each other",
        "backfeed.run(''); it needs a statement"
      })
  void refusesTheWrongPlaceInAModel(String call, String why) {
    assertThatThrownBy(() -> model("postgres", "{{ " + call + " }}"))
        .isInstanceOf(Dbt.CompilationError.class)
        .hasMessageContaining(why)
        .hasMessageContaining("model.shop.health");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sync_now('a')", "wait()", "create_syncs()", "create_sync()"})
  void refusesOnRunStart(String call) {
    Dbt dbt = new Dbt("postgres", "");
    assertThatThrownBy(
            () ->
                dbt.render(
                    null,
                    "{{ backfeed." + call + " }}",
                    dbt.operation("on-run-start", Map.of("nodes", Map.of(), "sources", Map.of()))))
        .isInstanceOf(Dbt.CompilationError.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "destinatoin; x; destinatoin is unknown: there are name, destination",
        "object; ; object is missing",
        "fields; 1; fields is a list of columns",
        "limits; {}; limits is a text or a list of texts"
      })
  void saysWhatIsWrongInAMeta(String key, String value, String why) {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("destination", "crm");
    meta.put("object", "Account");
    meta.put("key", "id");
    meta.put(
        key,
        value == null
            ? ""
            : value.equals("1") ? List.of(1) : value.equals("{}") ? Map.of("a", 1) : value);
    assertThatThrownBy(() -> model("postgres", "{{ backfeed.create_sync() }}", MODEL.meta(meta)))
        .hasMessageContaining("in the meta of model.shop.health, " + why);
  }

  @Test
  void writesRequestsItselfInAnOperation() throws SQLException {
    Dbt dbt = new Dbt("duckdb", "");
    String odd = "PAUSE SYNC \"it's a \\ %s {{ 1 }}\"\n";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA backfeed");
      statement.execute(
          "CREATE TABLE backfeed.requests (statement VARCHAR, context JSON, invocation VARCHAR)");
      Map<String, Object> operation =
          dbt.values(true, Map.of("resource_type", "macro", "unique_id", "macro.backfeed.run"));
      operation.put("odd", odd);
      assertThat(dbt.render(connection, "{{ backfeed.run(odd) }}", operation)).isEmpty();
      try (ResultSet rows = statement.executeQuery("SELECT statement FROM backfeed.requests")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo(odd);
      }
    }
  }

  @Test
  void writesADefinition() throws SQLException {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("name", "account health");
    meta.put("destination", "app");
    meta.put("object", "public.users");
    meta.put("key", Map.of("id", "user.id"));
    meta.put("match", List.of(Map.of("email", "Email"), Map.of("phone", "Phone")));
    meta.put("fields", Map.of("*", Map.of("except", List.of("mrr"))));
    meta.put("on_remove", "SET (status = 'gone')");
    meta.put("constraints", "named EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW");
    meta.put("limits", List.of("CHANGES TO 20 PERCENT", "REMOVALS TO 5 ROWS"));
    meta.put("schedule", "EVERY 1 HOUR");
    meta.put("options", Map.of("idempotency_key", "id"));
    meta.put("query", "select * from {this} order by mrr");
    assertThat(model("duckdb", "{{ backfeed.create_sync() }}", MODEL.meta(meta)))
        .contains(
            """
            CREATE OR REPLACE SYNC "account health"
              TO "app"."public"."users"
              KEY ("id" AS "user"."id") MATCH ("email" AS "Email"), ("phone" AS "Phone")
              FIELDS (* EXCEPT ("mrr"))
              ON REMOVE SET (status = ''gone'')
              SCHEDULE EVERY 1 HOUR
              CONSTRAINT named EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW
              LIMIT CHANGES TO 20 PERCENT
              LIMIT REMOVALS TO 5 ROWS
              WITH ("idempotency_key" = ''id'')
            AS
            select * from "analytics"."health" order by mrr'""");
  }

  private static String model(String adapter, String text) throws SQLException {
    return model(adapter, text, MODEL);
  }

  private static String model(String adapter, String text, Dbt.Model model) throws SQLException {
    Dbt dbt = new Dbt(adapter, "");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      return dbt.render(connection, text, dbt.values(true, model.node()));
    }
  }
}
