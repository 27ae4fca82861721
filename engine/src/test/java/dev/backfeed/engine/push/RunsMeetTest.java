package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run in flight, and what others do meanwhile: run, pause, cancel, take over. */
class RunsMeetTest {
  private final CountDownLatch inFlight = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private EngineFixture first;
  private EngineFixture second;

  private void open(String warehouse, int rows) throws SQLException {
    first = EngineFixture.on(TestWarehouse.named(warehouse));
    People.create(first, rows);
    second = first.another();
  }

  @AfterEach
  void inOrder() throws SQLException {
    goOn.countDown();
    People.inOrder(second);
    second.close();
    first.close();
  }

  /** Starts a run of the first client, which stops at the n-th call until told to go on. */
  private CompletableFuture<String> runUntilCall(int n) throws InterruptedException {
    first.vendor().beforeWrite(() -> waitAt(n));
    CompletableFuture<String> run = CompletableFuture.supplyAsync(this::run);
    assertThat(inFlight.await(20, TimeUnit.SECONDS)).isTrue();
    return run;
  }

  private void waitAt(int n) {
    if (calls.incrementAndGet() == n) {
      inFlight.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private String run() {
    try {
      return first.run(RUN);
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aSecondRunIsToldAtOnceWhoRuns(String warehouse) throws Exception {
    open(warehouse, 300);
    CompletableFuture<String> run = runUntilCall(2);
    long began = System.nanoTime();
    StatementException error = People.error(second, RUN);
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThat(error.getSQLState()).isEqualTo("55006");
    String id = second.query("SELECT run_id FROM backfeed.sync_runs").get(0);
    assertThat(error.getMessage())
        .contains(
            "\"people\"", "run " + id + " since 20", "process " + ProcessHandle.current().pid());
    assertThat(People.error(second, "RESET SYNC people").getSQLState()).isEqualTo("55006");
    assertThat(People.error(second, "DROP SYNC people").getSQLState()).isEqualTo("55006");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS))
        .isEqualTo("succeeded selected=300 added=300 created=300");
    assertThat(second.run(RUN)).isEqualTo("succeeded selected=300 unchanged=300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPausedRunStopsBeforeItsNextCallAndKeepsItsAnswers(String warehouse) throws Exception {
    open(warehouse, 1000);
    CompletableFuture<String> run = runUntilCall(3);
    second.ours("PAUSE SYNC people");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS))
        .isEqualTo("paused selected=1000 added=1000 created=300 deferred=700");
    assertThat(calls).hasValue(3);
    assertThat(second.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("300");
    assertThat(second.run(RUN)).isEqualTo("paused");
    second.ours("RESUME SYNC people");
    assertThat(second.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=300 added=700 created=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunToAPausedDestinationStopsBeforeItsNextCall(String warehouse) throws Exception {
    open(warehouse, 1000);
    second.ours("CREATE DESTINATION other TYPE scripted");
    CompletableFuture<String> run = runUntilCall(3);
    second.ours("PAUSE DESTINATION other");
    second.ours("PAUSE DESTINATION crm");
    second.ours("RESUME DESTINATION crm");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS))
        .isEqualTo("paused selected=1000 added=1000 created=300 deferred=700");
    assertThat(calls).hasValue(3);
    assertThat(second.query("SELECT message FROM backfeed.sync_runs"))
        .containsExactly("PAUSED: its destination was paused");
    second.ours("PAUSE DESTINATION crm");
    assertThat(second.run(RUN)).isEqualTo("paused");
    second.ours("RESUME DESTINATION crm");
    assertThat(second.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=300 added=700 created=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPauseOfTheDestinationInATransactionStopsTheRunSoonAfterTheCommit(String warehouse)
      throws Exception {
    open(warehouse, 1000);
    CompletableFuture<String> run = runUntilCall(3);
    second.connection().setAutoCommit(false);
    second.ours("PAUSE DESTINATION crm");
    second.connection().commit();
    second.connection().setAutoCommit(true);
    Thread.sleep(600);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).startsWith("paused");
    assertThat(calls).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDefinitionIsNotChangedUnderARun(String warehouse) throws Exception {
    open(warehouse, 300);
    CompletableFuture<String> run = runUntilCall(2);
    for (String statement :
        List.of(
            "ALTER SYNC people RENAME TO persons",
            "ALTER SYNC people SET (owner = 'me')",
            "ALTER DESTINATION crm SET (site = 'https://elsewhere.example.com')",
            "ERASE SYNC people KEY ('1')")) {
      assertThat(People.error(second, statement).getSQLState()).as(statement).isEqualTo("55006");
    }
    second.ours("ALTER DESTINATION crm SET (max_calls_per_day = 500)");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS))
        .isEqualTo("succeeded selected=300 added=300 created=300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aCancelledRunStopsBeforeItsNextCallAndKeepsItsAnswers(String warehouse) throws Exception {
    open(warehouse, 1000);
    AtomicBoolean cancelled = new AtomicBoolean();
    first.execution(new Execution(cancelled::get, Optional.empty(), 0, RunListener.NONE, false));
    CompletableFuture<String> run = runUntilCall(3);
    cancelled.set(true);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("57014");
    assertThat(calls).hasValue(3);
    assertThat(People.newest(second)).isEqualTo("cancelled added=1000 created=300 deferred=700");
    assertThat(second.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=300 added=700 created=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunPastItsQueryTimeOutStopsBeforeItsNextCall(String warehouse) throws Exception {
    open(warehouse, 1000);
    Duration timeout = Duration.ofSeconds(3);
    first.execution(new Execution(() -> false, Optional.of(timeout), 0, RunListener.NONE, false));
    CompletableFuture<String> run = runUntilCall(3);
    Thread.sleep(timeout.toMillis());
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("57014");
    assertThat(People.newest(second)).isEqualTo("cancelled added=1000 created=300 deferred=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPauseThatIsResumedAtOnceStopsTheRunAllTheSame(String warehouse) throws Exception {
    open(warehouse, 1000);
    CompletableFuture<String> run = runUntilCall(3);
    second.ours("PAUSE ALL SYNCS");
    second.ours("RESUME ALL SYNCS");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).startsWith("paused");
    assertThat(calls).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anInterruptedRunBringsItsCallsInFlightHome(String warehouse) throws Exception {
    open(warehouse, 1000);
    first.vendor().beforeWrite(() -> waitAt(3));
    CompletableFuture<String> run = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> run.complete(run() + (Thread.interrupted() ? " interrupted" : "")));
    thread.start();
    assertThat(inFlight.await(20, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();
    Thread.sleep(300);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("57014 interrupted");
    assertThat(People.newest(second)).isEqualTo("cancelled added=1000 created=300 deferred=700");
    assertThat(second.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anOwnerWhoseTokenHasMovedWritesNothing(String warehouse) throws Exception {
    open(warehouse, 300);
    CompletableFuture<String> run = runUntilCall(2);
    second.sql("UPDATE backfeed.control SET token = token + 1");
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("XB002");
    assertThat(second.query("SELECT * FROM backfeed.sync_log")).isEmpty();
    assertThat(second.query("SELECT * FROM backfeed.state_people")).isEmpty();
    assertThat(second.query("SELECT status, created FROM backfeed.sync_runs"))
        .containsExactly("running|0");
    assertThat(second.run(RUN))
        .isIn(
            "succeeded selected=300 added=300 created=100 updated=200",
            "succeeded selected=300 added=300 updated=300");
    assertThat(second.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aCancelledRunStopsBeforeItsNextCallAndOwesTheRest(String warehouse) throws Exception {
    open(warehouse, 1000);
    CompletableFuture<String> run = runUntilCall(3);
    String cancel =
        "CANCEL RUN '" + second.query("SELECT run_id FROM backfeed.sync_runs").get(0) + "'";
    second.ours(cancel);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("57014");
    assertThat(calls).hasValue(3);
    assertThat(People.newest(second)).isEqualTo("cancelled added=1000 created=300 deferred=700");
    assertThat(second.query("SELECT DISTINCT reason FROM backfeed.sync_pending"))
        .containsExactly("CANCELLED");
    StatementException over = People.error(second, cancel);
    assertThat(over.getSQLState()).isEqualTo("55000");
    assertThat(over.getMessage()).contains("it is cancelled and not under way");
    assertThat(People.error(second, "CANCEL RUN '01x'").getSQLState()).isEqualTo("42704");
    assertThat(second.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=300 added=700 created=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunIsCancelledFromAnotherProcess(String warehouse) throws Exception {
    open(warehouse, 1000);
    CompletableFuture<String> run = runUntilCall(3);
    // All that another process can do is to leave word.
    second.sql("UPDATE backfeed.control SET cancel_requested = run_id");
    TimeUnit.MILLISECONDS.sleep(500);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo("57014");
    assertThat(calls).hasValue(3);
    assertThat(second.run(RUN))
        .isEqualTo("succeeded selected=1000 unchanged=300 added=700 created=700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aDeadRunCannotBeCancelled(String warehouse) throws Exception {
    open(warehouse, 10);
    first.execution(People.dyingAfter(RunListener.Step.PLAN));
    try {
      first.run(RUN);
    } catch (ThreadDeath e) {
      first.execution(Execution.PLAIN);
    }
    String run = second.query("SELECT run_id FROM backfeed.sync_runs").get(0);
    assertThat(People.error(second, "CANCEL RUN '" + run + "'").getMessage())
        .contains("its process has ended");
    assertThat(second.run(RUN)).isEqualTo("succeeded selected=10 added=10 created=10");
  }
}
