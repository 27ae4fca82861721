package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start's statements through the driver: what its comments promise is what happens. */
class QuickstartTest {
  @TempDir private static Path dir;
  private static List<SqlFile.Answer> answers;

  @BeforeAll
  static void runsAsTheShellWould() throws SQLException {
    String url = "jdbc:backfeed:duckdb:" + dir.resolve("quickstart.duckdb");
    try (Connection connection = DriverManager.getConnection(url)) {
      SqlFile.read("quickstart-model.sql").run(connection);
      answers = SqlFile.read("quickstart.sql").run(connection);
    }
  }

  @Test
  void theModelHasThreeThousandCustomersInThreeCategories() {
    assertThat(rows("SELECT risk_category"))
        .extracting(row -> row.get("risk_category") + " " + row.get("customers"))
        .containsExactly("high 547", "medium 1137", "low 1316");
    assertThat(rows("SELECT customer_id"))
        .extracting(row -> row.get("customer_id"))
        .containsExactly("C-02424", "C-02319", "C-02214");
  }

  @Test
  void theDestinationPassesItsTests() {
    assertThat(rows("TEST"))
        .hasSize(3)
        .allSatisfy(row -> assertThat(row).containsEntry("ok", "true"));
  }

  @Test
  void theSyncsSendWhatChanged() {
    assertThat(rows("SYNC NOW").stream().map(QuickstartTest::counters))
        .containsExactly(
            "succeeded selected 3000 added 3000 created 3000 calls 17",
            "succeeded selected 3000 unchanged 3000 calls 2",
            "dry_run selected 2999 unchanged 2994 changed 5 removed 1 deferred 6 calls 0",
            "succeeded selected 2999 unchanged 2994 changed 5 removed 1 updated 5 deleted 1 calls 4");
  }

  @Test
  void theTablesTellTheSame() {
    assertThat(rows("SELECT strftime").stream().map(QuickstartTest::counters))
        .containsExactly(
            "succeeded selected 3000 created 3000 calls 17",
            "succeeded selected 3000 unchanged 3000 calls 2",
            "succeeded selected 2999 unchanged 2994 updated 5 deleted 1 calls 4");
    assertThat(rows("SELECT record_key, operation"))
        .extracting(
            row -> row.get("record_key") + " " + row.get("outcome") + " " + row.get("fields"))
        .containsExactly(
            "C-00007 updated [Email__c]",
            "C-00042 updated [Health_Score__c, Risk__c, Risk_Factors__c]",
            "C-00500 updated [Health_Score__c]",
            "C-01234 deleted [Name, Email__c, Health_Score__c, Risk__c, Risk_Factors__c]",
            "C-01999 updated [Health_Score__c]",
            "C-02718 updated [Email__c]");
    assertThat(rows("SELECT record_key, field"))
        .extracting(row -> row.get("before") + " -> " + row.get("after"))
        .contains("71.7 -> 18.75", "low -> high")
        .hasSize(7);
  }

  @Test
  void theSyncIsHealthyAndTheOtherSideHoldsTheRows() {
    assertThat(rows("SELECT sync, freshness_status"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("freshness_status", "HEALTHY")
                    .containsEntry("last_selected", "2999")
                    .containsEntry("error_summary", null));
    assertThat(rows("SELECT \"Customer_Id__c\""))
        .extracting(row -> row.get("Customer_Id__c") + " " + row.get("Health_Score__c"))
        .contains("C-00042 18.7500")
        .hasSize(5);
    assertThat(rows("SELECT object"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("records", "2999")
                    .containsEntry("score_of_c_00042", "18.75"));
  }

  private static List<Map<String, String>> rows(String beginning) {
    return SqlFile.rows(answers, beginning);
  }

  /** A run's status and the counters that are not 0. */
  private static String counters(Map<String, String> run) {
    StringBuilder text = new StringBuilder(run.get("status"));
    for (String counter :
        List.of(
            "selected",
            "unchanged",
            "added",
            "changed",
            "removed",
            "created",
            "updated",
            "deleted",
            "failed",
            "deferred")) {
      if (!"0".equals(run.getOrDefault(counter, "0"))) {
        text.append(' ').append(counter).append(' ').append(run.get(counter));
      }
    }
    return text + " calls " + run.get("api_calls");
  }
}
