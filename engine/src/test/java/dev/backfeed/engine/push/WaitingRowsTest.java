package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log grows with answers, and not with rows that wait, however often a run looks at them. */
class WaitingRowsTest extends WithPeople {
  private static final int SENT_A_RUN = 10;

  WaitingRowsTest() {
    super("2026-03-01T12:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void deferredByTheQuota(String warehouse) throws SQLException {
    runAll(warehouse, 5, 1_000, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void leftByThePace(String warehouse) throws SQLException {
    runAll(warehouse, 5, 1_000, true);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aHundredThousandDeferredByTheQuota(String warehouse) throws SQLException {
    runAll(warehouse, 20, 100_000, false);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aHundredThousandLeftByThePace(String warehouse) throws SQLException {
    runAll(warehouse, 20, 100_000, true);
  }

  private void runAll(String warehouse, int runs, int rows, boolean paced) throws SQLException {
    open(warehouse).forgetful();
    if (!paced) {
      fixture.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_calls_per_day = 1)");
    }
    String pace = paced ? "ON FIRST RUN BACKFILL AT " + SENT_A_RUN + " ROWS PER DAY " : "";
    People.create(fixture, rows, pace + "WITH (batch_size = " + SENT_A_RUN + ")");
    for (int run = 1; run <= runs; run++) {
      int waiting = rows - run * SENT_A_RUN;
      assertThat(fixture.run(RUN))
          .startsWith(paced ? "succeeded" : "partial")
          .endsWith("created=" + SENT_A_RUN + " deferred=" + waiting);
      assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.sync_log"))
          .containsExactly(String.valueOf(run * SENT_A_RUN));
      assertThat(
              fixture.query("SELECT COUNT(*), COUNT(DISTINCT record_key) FROM backfeed.row_notes"))
          .containsExactly(paced ? "0|0" : waiting + "|" + waiting);
      clock.move(Duration.ofDays(1));
    }
  }
}
