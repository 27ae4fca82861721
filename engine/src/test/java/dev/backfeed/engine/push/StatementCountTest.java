package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a run asks of its warehouse: so much a checkpoint and a page, nothing a row. */
class StatementCountTest {
  private static final int PAGE = 5_000;

  /** Lease, plan, finish, and what is looked up for them. */
  private static final int ONCE = 45;

  private static final int A_CHECKPOINT = 8;
  private static final int WITHOUT_CHANGES = 6;

  private final StatementLog log = new StatementLog();
  private EngineFixture fixture;

  private void open(String warehouse, int rows) throws SQLException {
    fixture = EngineFixture.watched(TestWarehouse.named(warehouse), log::watch);
    fixture.vendor().forgetful();
    People.create(fixture, rows);
    log.clear();
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void statementsDependOnCheckpointsNotOnRows(String warehouse) throws SQLException {
    int rows = 4 * People.CHECKPOINT_ROWS;
    open(warehouse, rows);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=%d added=%d created=%d".formatted(rows, rows, rows));
    check(rows, 2);
    // The destination is faster than the run's own thread: answers must not pile up all the same.
    assertThat(
            fixture.query(
                "SELECT MAX(n) <= "
                    + 2 * People.CHECKPOINT_ROWS
                    + " FROM (SELECT COUNT(*) AS n FROM backfeed.sync_log GROUP BY checkpoint_no) c"))
        .containsExactly(warehouse.equals("duckdb") ? "true" : "t");
    log.clear();
    fixture.sql("UPDATE people SET score = score + 1");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=%d changed=%d updated=%d".formatted(rows, rows, rows));
    check(rows, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatWaitForTheirPaceAreNotPagedThrough(String warehouse) throws SQLException {
    fixture = EngineFixture.watched(TestWarehouse.named(warehouse), log::watch);
    fixture.vendor().forgetful();
    People.create(fixture, 40_000, "ON FIRST RUN BACKFILL AT 1000 ROWS PER DAY");
    log.clear();
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=40000 added=40000 created=1000 deferred=39000");
    assertThat(log.statements()).hasSizeLessThanOrEqualTo(ONCE + A_CHECKPOINT + 2);
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.row_notes")).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunWithoutChangesWritesSixSmallStatements(String warehouse) throws SQLException {
    open(warehouse, 1_000);
    fixture.run(RUN);
    log.clear();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1000 unchanged=1000");
    assertThat(log.writing()).hasSizeLessThanOrEqualTo(WITHOUT_CHANGES);
    assertThat(log.statements()).doesNotContain(StatementLog.LOAD);
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.sync_log")).containsExactly("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aCheckpointThatIsRefusedFailsTheRunAndItsBooksSayWhatIsLogged(String warehouse)
      throws SQLException {
    open(warehouse, 300);
    log.fail(
        "UPDATE "
            + (warehouse.equals("duckdb") ? "\"warehouse\"." : "")
            + "\"backfeed\".\"control\" SET token = token, epoch = epoch + 1, checkpoint");
    assertThat(People.error(fixture, RUN).getSQLState()).isEqualTo("XB002");
    assertThat(People.newest(fixture)).isEqualTo("failed added=300 deferred=300");
    log.fail(null);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=300 added=300 created=300");
  }

  /** A million rows, in the memory that the build allows; meant to be run with 256 MB. */
  @Tag("slow")
  @Test
  void aMillionRowsAreNoMoreStatementsACheckpoint() throws SQLException {
    open("duckdb", 1_000_000);
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=1000000 added=1000000 created=1000000");
    check(1_000_000, 100);
    log.clear();
    fixture.sql("UPDATE people SET score = score + 1");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=1000000 changed=1000000 updated=1000000");
    check(1_000_000, 100);
  }

  /**
   * @param least checkpoints that there are by rows alone; time may add some
   */
  private void check(int rows, int least) {
    List<List<String>> checkpoints =
        log.transactions().stream().filter(t -> t.contains(StatementLog.LOAD)).toList();
    assertThat(checkpoints).hasSizeGreaterThanOrEqualTo(least);
    assertThat(checkpoints).allSatisfy(t -> assertThat(t).hasSizeLessThanOrEqualTo(A_CHECKPOINT));
    int pages = rows / PAGE + 1;
    assertThat(log.statements())
        .hasSizeLessThanOrEqualTo(ONCE + A_CHECKPOINT * checkpoints.size() + 2 * pages);
    assertThat(log.writing())
        .hasSizeLessThanOrEqualTo(ONCE / 3 + A_CHECKPOINT * checkpoints.size());
  }
}
