package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table, the sync and the questions that the tests of runs share. */
public final class People {
  /** Answers that a checkpoint waits for at most; DuckDB's row groups would make tests long. */
  static final int CHECKPOINT_ROWS = 10_000;

  static {
    System.setProperty("backfeed.checkpoint.rows", Integer.toString(CHECKPOINT_ROWS));
  }

  static final String RUN = "SYNC NOW people";

  private static final List<String> COUNTERS =
      List.of(
          "added",
          "changed",
          "removed",
          "resent",
          "created",
          "updated",
          "deleted",
          "skipped",
          "rejected",
          "failed",
          "deferred");

  private People() {}

  /** A table of so many rows, and the sync {@code people} of it. */
  static void create(EngineFixture fixture, int rows, String with) throws SQLException {
    fixture.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score BIGINT)");
    add(fixture, 1, rows);
    fixture.ours(
        "CREATE SYNC people TO crm.contacts KEY (id) MODE MIRROR "
            + with
            + " AS SELECT id, name, score FROM people");
  }

  static void create(EngineFixture fixture, int rows) throws SQLException {
    create(fixture, rows, "");
  }

  static void add(EngineFixture fixture, int first, int last) throws SQLException {
    fixture.sql(
        "INSERT INTO people SELECT g, 'n' || g, g FROM generate_series("
            + first
            + ", "
            + last
            + ") AS t(g)");
  }

  /** The newest run's status and counters that are not 0, as its table has them. */
  static String newest(EngineFixture fixture) throws SQLException {
    StringBuilder parts = new StringBuilder("status");
    for (String counter : COUNTERS) {
      parts
          .append(" || CASE WHEN ")
          .append(counter)
          .append(" > 0 THEN ' ")
          .append(counter)
          .append("=' || ")
          .append(counter)
          .append(" ELSE '' END");
    }
    return fixture
        .query("SELECT " + parts + " FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1")
        .get(0);
  }

  /** A row of SYNC NOW in short. */
  static String outline(List<Object> row) {
    return "%s %s created=%s deferred=%s"
        .formatted(row.get(1), row.get(2), row.get(9), row.get(15));
  }

  /** All runs add up and agree with the log; no lease and no plan is left. */
  public static void inOrder(EngineFixture fixture) throws SQLException {
    assertThat(
            fixture.query(
                "SELECT * FROM backfeed.sync_runs WHERE selected <> unchanged + added + changed +"
                    + " rejected OR added + changed + removed + resent <> created + updated +"
                    + " deleted + skipped + failed + deferred"))
        .as("runs that do not add up")
        .isEmpty();
    assertThat(
            fixture.query(
                "SELECT run_id FROM backfeed.sync_runs r WHERE created + updated + deleted +"
                    + " skipped + failed <> (SELECT COUNT(*) FROM backfeed.sync_log l WHERE"
                    + " l.run_id = r.run_id AND l.seq > 0)"))
        .as("runs whose log differs")
        .isEmpty();
    assertThat(fixture.query("SELECT owner FROM backfeed.control WHERE owner IS NOT NULL"))
        .as("leases held")
        .isEmpty();
    assertThat(
            fixture.query(
                "SELECT table_name FROM information_schema.tables WHERE (substr(table_name, 1, 6) ="
                    + " '_plan_' OR substr(table_name, 1, 10) = '_backfeed_') AND"
                    + " substr(table_name, 7) NOT IN (SELECT run_id FROM backfeed.held_plans)"))
        .as("plans left behind")
        .isEmpty();
  }

  /** Circumstances of a run that dies when every call has come home and nothing is recorded. */
  static Execution dyingBeforeCheckpoints() {
    RunListener dying =
        new RunListener() {
          @Override
          public void before(Step step) {
            if (step == Step.CHECKPOINT) {
              throw new ThreadDeath();
            }
          }
        };
    return new Execution(() -> false, Optional.empty(), 0, dying, false);
  }

  /** A statement whose run ends after a step the way a killed process would. */
  static Execution dyingAfter(RunListener.Step last) {
    RunListener dying =
        new RunListener() {
          @Override
          public void after(Step step) {
            if (step == last) {
              throw new ThreadDeath();
            }
          }
        };
    return new Execution(() -> false, Optional.empty(), 0, dying, false);
  }

  /** The error that a statement of ours raises. */
  static StatementException error(EngineFixture fixture, String statement) throws SQLException {
    try {
      fixture.ours(statement);
    } catch (StatementException e) {
      return e;
    }
    throw new AssertionError("\"" + statement + "\" raised nothing");
  }
}
