package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several clients that run syncs to one account at a time: its limits hold for all together. */
class SharedLimitsTest {
  private static final int CLIENTS = 3;

  /** A process that is not there; a backend that PostgreSQL does not have. */
  private static final String DEAD =
      "{\\\"host\\\":\\\"elsewhere\\\",\\\"pid\\\":1,\\\"started\\\":1,\\\"id\\\":\\\"x\\\",\\\"backend\\\":\\\"999999|2020\\\"}";

  private final List<EngineFixture> clients = new ArrayList<>();
  private final ConcurrentSkipListSet<Long> times = new ConcurrentSkipListSet<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  /** So many clients, each with a sync of its own, all to one destination of one row a call. */
  private void open(String warehouse, int rows, String limits) throws SQLException {
    clients.add(EngineFixture.on(TestWarehouse.named(warehouse)));
    EngineFixture first = clients.get(0);
    first.ours(
        "CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (batch_size = 1, " + limits + ")");
    first.sql("CREATE TABLE people (id BIGINT, name VARCHAR, score BIGINT)");
    People.add(first, 1, rows);
    for (int i = 0; i < CLIENTS; i++) {
      first.ours("CREATE SYNC s" + i + " TO crm.c" + i + " KEY (id) AS TABLE people");
      if (i > 0) {
        clients.add(first.another());
      }
    }
    first.vendor().beforeWrite(this::called);
  }

  private void called() {
    times.add(System.nanoTime());
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    atOnce.decrementAndGet();
  }

  private CompletableFuture<String> start(int client) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return clients.get(client).run("SYNC NOW s" + client);
          } catch (SQLException e) {
            return e.getMessage();
          }
        });
  }

  private List<String> all() throws Exception {
    List<CompletableFuture<String>> runs = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      runs.add(start(i));
    }
    List<String> results = new ArrayList<>();
    for (CompletableFuture<String> run : runs) {
      results.add(run.get(60, TimeUnit.SECONDS));
    }
    return results;
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(clients.get(0));
    assertThat(clients.get(0).query("SELECT runs FROM backfeed.account_calls"))
        .as("runs that still take part")
        .isSubsetOf("{}");
    for (EngineFixture client : clients) {
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theRateHoldsForAllTogether(String warehouse) throws Exception {
    open(warehouse, 60, "max_calls_per_second = 40, max_concurrency = 4");
    assertThat(all()).containsOnly("succeeded selected=60 added=60 created=60");
    List<Long> calls = List.copyOf(times);
    assertThat(calls).hasSize(180);
    long window = TimeUnit.SECONDS.toNanos(3);
    for (int i = 0; i < calls.size(); i++) {
      long from = calls.get(i);
      long within = calls.stream().filter(t -> t >= from && t < from + window).count();
      assertThat(within).as("calls in 3 s").isLessThanOrEqualTo(132);
    }
    double seconds = (calls.get(179) - calls.get(0)) / 1e9;
    assertThat(seconds).as("the rate is made use of").isBetween(4.0, 8.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void callsAtOnceHoldForAllTogether(String warehouse) throws Exception {
    open(warehouse, 60, "max_concurrency = 4");
    assertThat(all()).containsOnly("succeeded selected=60 added=60 created=60");
    assertThat(mostAtOnce.get()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatHoldsEverythingGivesSomeBackToOneThatComesLater(String warehouse) throws Exception {
    open(warehouse, 150, "max_concurrency = 1");
    CompletableFuture<String> first = start(0);
    while (times.size() < 5) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    clients.get(2).sql("DELETE FROM people WHERE id > 5");
    assertThat(start(1).get(60, TimeUnit.SECONDS))
        .isEqualTo("succeeded selected=5 added=5 created=5");
    assertThat(first.isDone()).as("the first has gone on meanwhile").isFalse();
    assertThat(first.get(60, TimeUnit.SECONDS)).startsWith("succeeded");
    assertThat(mostAtOnce.get()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatADeadRunHeldComesFree(String warehouse) throws Exception {
    open(warehouse, 10, "max_concurrency = 2");
    clients
        .get(0)
        .sql(
            "INSERT INTO backfeed.account_calls VALUES ('scripted:crm', 0, CURRENT_TIMESTAMP, NULL,"
                + " '{\"dead\":{\"owner\":\""
                + DEAD
                + "\",\"held\":2,\"until\":99999999999999}}')");
    assertThat(start(0).get(20, TimeUnit.SECONDS))
        .isEqualTo("succeeded selected=10 added=10 created=10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theDaysQuotaIsUsedToTheLastCallAndNoFurther(String warehouse) throws Exception {
    open(warehouse, 60, "max_calls_per_day = 100, max_concurrency = 4");
    assertThat(all()).allMatch(r -> r.startsWith("partial") || r.startsWith("succeeded"));
    for (int i = 0; i < CLIENTS; i++) {
      start(i).get(20, TimeUnit.SECONDS);
    }
    assertThat(times).hasSize(100);
    assertThat(clients.get(0).query("SELECT calls FROM backfeed.quota_claims"))
        .containsExactly("100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void theReserveIsLeftAloneByAllTogether(String warehouse) throws Exception {
    open(warehouse, 60, "reserve = '20 percent', max_concurrency = 4");
    clients.get(0).vendor().callsRemaining(100);
    List<String> results = all();
    assertThat(results).allMatch(r -> r.startsWith("partial"));
    assertThat(times).as("of 100, 20 are left").hasSizeBetween(75, 80);
  }
}
