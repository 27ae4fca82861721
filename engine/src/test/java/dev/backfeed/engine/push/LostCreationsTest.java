package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that a call has created whose answer was never recorded. */
class LostCreationsTest {
  private static final String LOST = "batch unknown_outcome the line broke";
  private EngineFixture fixture;

  private void open(String warehouse, int rows, String with) throws SQLException {
    fixture = EngineFixture.on(TestWarehouse.named(warehouse));
    People.create(fixture, rows, with);
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRecordWhoseRowHasLeftIsDeleted(String warehouse) throws SQLException {
    open(warehouse, 3, "");
    lose();
    fixture.sql("DELETE FROM people WHERE id = 2");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=2 added=2 removed=1 updated=2 deleted=1");
    assertThat(fixture.vendor().records()).containsExactly("contacts 1", "contacts 3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatDiedLeavesNoneBehind(String warehouse) throws SQLException {
    open(warehouse, 20, "");
    dieBeforeCheckpoints();
    fixture.sql("DELETE FROM people WHERE id <= 5");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=15 added=15 removed=5 updated=15 deleted=5");
    assertThat(fixture.vendor().records()).hasSize(15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theyAreNoRowsThatTheDestinationIsKnownToHold(String warehouse) throws SQLException {
    open(warehouse, 20, "");
    lose();
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("0");
    assertThat(fixture.query("SELECT rows_in_state FROM backfeed.sync_state")).containsExactly("0");
    fixture.sql("DELETE FROM people");
    // Neither an empty result over a filled state, nor more removals than a limit allows.
    assertThat(fixture.run(RUN)).isEqualTo("succeeded removed=20 deleted=20");
    assertThat(fixture.vendor().records()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theyDoNotCountAgainstALimit(String warehouse) throws SQLException {
    open(warehouse, 4, "LIMIT REMOVALS TO 1 ROWS");
    fixture.run(RUN);
    People.add(fixture, 5, 9);
    lose();
    fixture.sql("DELETE FROM people WHERE id >= 4");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=3 unchanged=3 removed=6 deleted=6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theyStayUntilAnAnswerIsThere(String warehouse) throws SQLException {
    open(warehouse, 2, "");
    lose();
    fixture.sql("UPDATE people SET score = 7 WHERE id = 1");
    lose();
    fixture.vendor().tell("1 failed VALIDATION 400 no");
    fixture.sql("DELETE FROM people WHERE id = 2");
    fixture.vendor().tell("batch answered");
    fixture.vendor().tell(LOST);
    assertThat(fixture.run(RUN))
        .isEqualTo("partial selected=1 added=1 removed=1 failed=1 deferred=1");
    assertThat(doubts()).containsExactly("1|7|2", "2|2|2");
    fixture.sql("DELETE FROM people WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded removed=2 deleted=2");
    assertThat(doubts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRowThatIsStillThereIsSentWhole(String warehouse) throws SQLException {
    open(warehouse, 2, "");
    lose();
    fixture.sql("UPDATE people SET score = 7 WHERE id = 1");
    fixture.vendor().sent();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 updated=2");
    assertThat(fixture.vendor().sent().get(0))
        .endsWith("\"fields\":{\"name\":\"n1\",\"score\":7}}");
    assertThat(fixture.query("SELECT id, score FROM backfeed.state_people ORDER BY id"))
        .containsExactly("1|7", "2|2");
    assertThat(doubts()).containsExactly("1|7|0", "2|2|0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void repeatedAndNullKeysLeaveThemAlone(String warehouse) throws SQLException {
    open(warehouse, 3, "");
    lose();
    fixture.sql("INSERT INTO people VALUES (2, 'again', 0), (NULL, 'none', 0)");
    assertThat(run()).isEqualTo("succeeded selected=5 added=2 updated=2 rejected=3");
    assertThat(doubts()).containsExactly("1|1|0", "2|2|2", "3|3|0");
    fixture.sql("DELETE FROM people WHERE id = 2 OR id IS NULL");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2 removed=1 deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whereRemovalsChangeNothingNothingIsKept(String warehouse) throws SQLException {
    open(warehouse, 3, "ON REMOVE KEEP");
    lose();
    assertThat(doubts()).isEmpty();
    fixture.sql("DELETE FROM people WHERE id = 2");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 added=2 updated=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aTombstoneKeepsTheDoubtAboutItsRow(String warehouse) throws SQLException {
    open(warehouse, 2, "ON REMOVE KEEP");
    fixture.run(RUN);
    fixture.sql("UPDATE people SET score = 7 WHERE id = 1");
    lose();
    fixture.sql("DELETE FROM people WHERE id = 1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=1 unchanged=1 removed=1 skipped=1");
    fixture.sql("INSERT INTO people VALUES (1, 'n1', 1)");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2 resent=1 updated=1");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=2 unchanged=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void resetAndBaselineForgetThem(String warehouse) throws SQLException {
    open(warehouse, 3, "");
    lose();
    fixture.sql("DELETE FROM people WHERE id = 2");
    assertThat(fixture.ours("BASELINE SYNC people").updateCount()).isEqualTo(2);
    assertThat(doubts()).containsExactly("1|1|0", "3|3|0");
    People.add(fixture, 4, 5);
    dieBeforeCheckpoints();
    // What the dead run may have created is forgotten with the rest.
    assertThat(fixture.ours("RESET SYNC people").updateCount()).isEqualTo(4);
    assertThat(doubts()).isEmpty();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=4 added=4 updated=4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDeadRunIsSettledBeforeItsDefinitionChanges(String warehouse) throws SQLException {
    open(warehouse, 3, "");
    dieBeforeCheckpoints();
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT id, score,"
            + " 'x' AS extra FROM people WHERE id <> 2");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=2 added=2 removed=1 updated=2 deleted=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatCannotHaveBeenSentIsNotInDoubt(String warehouse) throws SQLException {
    int checkpoint = People.CHECKPOINT_ROWS;
    open(warehouse, 5 * checkpoint, "");
    fixture.vendor().forgetful();
    die(Step.CHECKPOINT);
    fixture.sql("DELETE FROM people WHERE id > 10");
    fixture.run("SYNC NOW people LIMIT 1");
    List<String> counts =
        fixture.query(
            "SELECT horizon, created, deferred FROM backfeed.sync_runs WHERE status ="
                + " 'interrupted'");
    long horizon = Long.parseLong(counts.get(0).split("\\|", 2)[0]);
    long answered = Long.parseLong(counts.get(0).split("\\|", 3)[1]);
    // Two checkpoints' rows beyond the page that was read last; nothing beyond that was sent.
    assertThat(horizon).isBetween(answered + 2L * checkpoint, 5L * checkpoint - 1);
    assertThat(fixture.query("SELECT removed FROM backfeed.sync_runs ORDER BY run_id DESC LIMIT 1"))
        .containsExactly(Long.toString(horizon - 10));
  }

  private List<String> doubts() throws SQLException {
    String table = fixture.query("SELECT state_table FROM backfeed.syncs").get(0);
    return fixture.query("SELECT k1, f2, _doubt FROM backfeed.\"" + table + "\" ORDER BY k1");
  }

  private String run() throws SQLException {
    return fixture.run(RUN);
  }

  /** A run whose only call is applied and not answered. */
  private void lose() {
    fixture.vendor().tell(LOST);
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("the line broke");
  }

  /** Ends a run after a step the way a killed process would. */
  private void dieBeforeCheckpoints() {
    die(People.dyingBeforeCheckpoints());
  }

  private void die(Step last) {
    die(People.dyingAfter(last));
  }

  private void die(Execution circumstances) {
    fixture.execution(circumstances);
    assertThatThrownBy(() -> fixture.ours(RUN)).isInstanceOf(ThreadDeath.class);
    fixture.execution(Execution.PLAIN);
  }
}
