package dev.backfeed.driver.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What must be true of the tables of ours, looked at with the warehouse's own driver. */
final class Books {
  private final Connection connection;

  Books(Connection connection) {
    this.connection = connection;
  }

  /** The run and its status, of all runs, oldest first. */
  List<String> runs() throws SQLException {
    return query("SELECT run_id || ' ' || status FROM backfeed.sync_runs ORDER BY run_id");
  }

  /** Every run, the killed ones included, adds up, and its log says the same. */
  void balance() throws SQLException {
    assertThat(
            query(
                "SELECT * FROM backfeed.sync_runs WHERE selected <> unchanged + added + changed +"
                    + " rejected OR added + changed + removed + resent <> created + updated +"
                    + " deleted + skipped + failed + deferred"))
        .as("runs that do not add up")
        .isEmpty();
    agreeWithLog();
  }

  /** The counters of each run are those of the log at this moment. */
  void agreeWithLog() throws SQLException {
    for (String outcome : List.of("created", "updated", "deleted", "skipped", "failed")) {
      assertThat(
              query(
                  "SELECT r.run_id, r.status, r."
                      + outcome
                      + ", COUNT(l.seq) FROM backfeed.sync_runs r LEFT JOIN backfeed.sync_log l ON"
                      + " l.run_id = r.run_id AND l.outcome = '"
                      + outcome
                      + "' GROUP BY r.run_id, r.status, r."
                      + outcome
                      + " HAVING COUNT(l.seq) <> r."
                      + outcome))
          .as("runs whose log has another number of rows " + outcome)
          .isEmpty();
    }
    assertThat(
            query(
                "SELECT run_id, seq FROM backfeed.sync_log WHERE seq > 0 GROUP BY run_id, seq"
                    + " HAVING COUNT(*) > 1"))
        .as("planned rows with two answers")
        .isEmpty();
  }

  /**
   * What a run has put into the state is what it has logged, and the destination holds it: nothing
   * is believed that was not answered.
   */
  void stateIsWhatWasLogged(String runId, Map<Long, String> records) throws SQLException {
    String run = " run_id = '" + runId + "'";
    String taken = "SELECT record_key FROM backfeed.sync_log WHERE" + run + " AND outcome IN ";
    String state = "SELECT CAST(id AS VARCHAR) FROM backfeed.state_people";
    String ours = state + " WHERE _" + run.strip();
    assertThat(query(taken + "('created', 'updated') EXCEPT " + ours)).isEmpty();
    assertThat(query(ours + " EXCEPT " + taken + "('created', 'updated')")).isEmpty();
    assertThat(query(taken + "('deleted') INTERSECT " + state)).isEmpty();
    Map<Long, String> believed =
        Model.rows(connection, "backfeed.state_people WHERE _" + run.strip());
    assertThat(records.entrySet()).containsAll(believed.entrySet());
  }

  /** No run goes on, no lease is held, no plan is left, nothing is owed. */
  void atRest() throws SQLException {
    assertThat(
            query(
                "SELECT run_id FROM backfeed.sync_runs WHERE status IN ('planning', 'running') OR"
                    + " finished_at IS NULL"))
        .as("runs that go on")
        .isEmpty();
    assertThat(
            query(
                "SELECT owner, run_id FROM backfeed.control WHERE owner IS NOT NULL OR run_id IS"
                    + " NOT NULL"))
        .as("leases held")
        .isEmpty();
    assertThat(
            query(
                "SELECT table_name FROM information_schema.tables WHERE substr(table_name, 1, 6) ="
                    + " '_plan_'"))
        .as("plans left behind")
        .isEmpty();
    assertThat(query("SELECT record_key FROM backfeed.sync_pending")).as("owed").isEmpty();
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join(" ", row));
      }
    }
    return rows;
  }
}
