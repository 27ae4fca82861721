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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The warehouse hangs up on a run: the error says so, and the next run sets everything right. */
class DroppedConnectionsTest {
  private static final String TERMINATE_OTHERS =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid NOT IN (pg_backend_pid(), %s)";

  private EngineFixture first;
  private EngineFixture second;
  private String firstBackend;

  private void open(String warehouse) throws SQLException {
    first = EngineFixture.on(TestWarehouse.named(warehouse));
    People.create(first, 300);
    second = first.another();
    firstBackend =
        warehouse.equals("postgresql") ? first.query("SELECT pg_backend_pid()").get(0) : "";
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(second);
    second.close();
    first.close();
  }

  private void before(Step dropped, Runnable what) {
    RunListener listener =
        new RunListener() {
          @Override
          public void before(Step step) {
            if (step == dropped) {
              what.run();
            }
          }
        };
    first.execution(new Execution(() -> false, Optional.empty(), 0, listener, false));
  }

  private void hangUp() {
    try {
      if (firstBackend.isEmpty()) {
        first.connection().close();
      } else {
        second.query("SELECT pg_terminate_backend(" + firstBackend + ")");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void settledByTheNext(String next) throws SQLException {
    assertThat(second.run(RUN)).isEqualTo(next);
    assertThat(second.query("SELECT COUNT(*) FROM backfeed.state_people")).containsExactly("300");
    assertThat(second.query("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "succeeded");
    assertThat(second.run(RUN)).isEqualTo("succeeded selected=300 unchanged=300");
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAN", "WRITE", "CHECKPOINT", "FINISH"})
  void ofPostgresqlBeforeAStep(Step step) throws SQLException {
    open("postgresql");
    before(step, this::hangUp);
    StatementException error = People.error(first, RUN);
    assertThat(error.getSQLState()).isEqualTo("XB002");
    assertThat(error.getMessage())
        .contains("terminating connection", "the next run will settle this one (run ");
    settledByTheNext(next(step));
  }

  private static String next(Step step) {
    return switch (step) {
      case FINISH -> "succeeded selected=300 unchanged=300";
      case PLAN -> "succeeded selected=300 added=300 created=300";
      default -> "succeeded selected=300 added=300 updated=300";
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAN", "WRITE", "CHECKPOINT", "FINISH"})
  void ofDuckDbBeforeAStep(Step step) throws SQLException {
    open("duckdb");
    before(step, this::hangUp);
    StatementException error = People.error(first, RUN);
    assertThat(error.getSQLState()).isEqualTo("XB002");
    assertThat(error.getMessage()).contains("the next run will settle this one (run ");
    settledByTheNext(next(step));
  }

  @Test
  void inTheMiddleOfAPlan() throws Exception {
    open("postgresql");
    first.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT id, name,"
            + " score FROM people WHERE (SELECT 1 FROM pg_sleep(5)) = 1");
    CompletableFuture<StatementException> run =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return People.error(first, RUN);
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    while (second.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    hangUp();
    assertThat(run.get(20, TimeUnit.SECONDS).getMessage()).contains("terminating connection");
    second.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS TABLE people");
    settledByTheNext("succeeded selected=300 added=300 created=300");
  }

  /** Its keeper is opened anew: it still brings the flags, and keeps the limits of the account. */
  @ParameterizedTest
  @ValueSource(strings = {"", ", max_concurrency = 2, max_calls_per_second = 1000"})
  void ofTheKeeper(String limits) throws Exception {
    open("postgresql");
    first.ours(
        "CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (batch_size = 10" + limits + ")");
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    first
        .vendor()
        .beforeWrite(
            () -> {
              inFlight.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    CompletableFuture<String> run =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return first.run(RUN);
              } catch (SQLException e) {
                return e.getMessage();
              }
            });
    assertThat(inFlight.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(second.query(TERMINATE_OTHERS.formatted(firstBackend))).hasSize(1);
    goOn.countDown();
    assertThat(run.get(20, TimeUnit.SECONDS))
        .isEqualTo("succeeded selected=300 added=300 created=300");
    assertThat(second.query("SELECT owner FROM backfeed.control")).containsExactly("null");
  }
}
