package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One run a sync: a second one is told so at once, whatever transaction the first is in. */
class LeaseTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private EngineFixture first;
  private EngineFixture second;

  private void open(String warehouse) throws SQLException {
    first = EngineFixture.on(TestWarehouse.named(warehouse));
    People.create(first, 300);
    second = first.another();
    // What is read for the first time is read slowly.
    second.ours("SHOW SYNCS");
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(second);
    second.close();
    first.close();
  }

  private CompletableFuture<String> start() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return first.run(RUN);
          } catch (SQLException e) {
            return e.getSQLState() + " " + e.getMessage();
          }
        });
  }

  private StatementException refusedAtOnce() throws SQLException {
    long began = System.nanoTime();
    StatementException error = People.error(second, RUN);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    assertThat(error.getSQLState()).as(error.getMessage()).isEqualTo("55006");
    return error;
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whileTheFirstIsInALongPlan(String warehouse) throws Exception {
    open(warehouse);
    String slow =
        warehouse.equals("duckdb")
            ? "(SELECT SUM(a.range * b.range) FROM range(40000) a, range(40000) b) > 0"
            : "(SELECT 1 FROM pg_sleep(3)) = 1";
    first.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT id, name,"
            + " score FROM people WHERE "
            + slow);
    CountDownLatch planning = new CountDownLatch(1);
    CountDownLatch planned = new CountDownLatch(1);
    first.execution(
        new Execution(
            () -> false,
            Optional.empty(),
            0,
            new RunListener() {
              @Override
              public void before(Step step) {
                if (step == Step.PLAN) {
                  planning.countDown();
                }
              }

              @Override
              public void after(Step step) {
                if (step == Step.PLAN) {
                  planned.countDown();
                }
              }
            },
            false));
    CompletableFuture<String> run = start();
    assertThat(planning.await(20, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(100);
    StatementException error = refusedAtOnce();
    assertThat(planned.getCount()).as("the first is still planning").isEqualTo(1);
    assertThat(error.getMessage()).contains("run ", " since 20");
    assertThat(run.get(60, TimeUnit.SECONDS)).startsWith("succeeded");
  }

  @Test
  void whileTheFirstIsInALongMerge() throws Exception {
    open("postgresql");
    second.sql("BEGIN");
    second.sql("LOCK TABLE backfeed.sync_log IN ACCESS EXCLUSIVE MODE");
    try (EngineFixture third = first.another()) {
      CompletableFuture<String> run = start();
      third.ours("SHOW SYNCS");
      while (third
          .query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'relation'")
          .isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      long began = System.nanoTime();
      StatementException error = People.error(third, RUN);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
      assertThat(error.getSQLState()).isEqualTo("55006");
      assertThat(error.getMessage()).contains("run ", " since 20");
      third.ours("PAUSE SYNC people");
      third.ours("RESUME SYNC people");
      second.sql("COMMIT");
      run.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whileADefinitionIsBeingChanged(String warehouse) throws Exception {
    open(warehouse);
    first.sql("BEGIN");
    first.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT id, name FROM"
            + " people");
    assertThat(refusedAtOnce().getMessage()).contains("changing it");
    first.sql("ROLLBACK");
    assertThat(second.run(RUN)).isEqualTo("succeeded selected=300 added=300 created=300");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"PLAN", "FINISH"})
  void aStaleOwnerThatWakesUpWritesNothing(Step in) throws Exception {
    open("postgresql");
    if (in == Step.FINISH) {
      first.vendor().tell("batch unreachable nobody is there");
    }
    first.execution(
        new Execution(
            () -> false,
            Optional.empty(),
            0,
            new RunListener() {
              @Override
              public void before(Step step) {
                if (step == in) {
                  takeOver();
                }
              }
            },
            false));
    assertThat(start().get(20, TimeUnit.SECONDS)).startsWith("XB002").contains("taken over");
    assertThat(second.vendor().sent()).hasSize(300);
    assertThat(second.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "succeeded");
  }

  /** What another process does once it takes the owner for dead. */
  private void takeOver() {
    try {
      second.sql(
          "UPDATE backfeed.control SET owner = replace(owner, '\"host\":', '\"host\":\"gone\",\"h\":'),"
              + " expires_at = CURRENT_TIMESTAMP - INTERVAL '1' SECOND");
      assertThat(second.run(RUN)).isEqualTo("succeeded selected=300 added=300 created=300");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
