package dev.backfeed.driver.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.TestWarehouse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several processes at one PostgreSQL warehouse, all of them sending to one server. */
class ProcessesTest {
  private final TestWarehouse warehouse = TestWarehouse.named("postgresql");
  private RecordServer server;
  private Connection connection;

  @BeforeEach
  void open() throws IOException, SQLException {
    server = new RecordServer();
    connection = DriverManager.getConnection(url());
  }

  @AfterEach
  void inOrder() throws SQLException {
    try (Connection plain = warehouse.open()) {
      new Books(plain).balance();
    } finally {
      connection.close();
      server.close();
    }
  }

  private String url() {
    return "jdbc:backfeed:" + warehouse.url().substring("jdbc:".length());
  }

  private void create(int rows, int syncs, String limits) throws SQLException {
    execute("CREATE TABLE people (id BIGINT, name VARCHAR, score DECIMAL(12,2))");
    execute("INSERT INTO people SELECT g, 'n' || g, g FROM generate_series(1, " + rows + ") t(g)");
    execute(
        "CREATE DESTINATION hook TYPE webhook WITH (url = '"
            + server.url()
            + "', body = 'batch', batch_size = 1, "
            + limits
            + ")");
    for (int i = 0; i < syncs; i++) {
      execute("CREATE SYNC s" + i + " TO hook.o" + i + " KEY (id) AS TABLE people");
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private void await(CompletableFuture<Void> what) throws Exception {
    what.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aPauseStopsARunInAnotherProcessBeforeItReturns() throws Exception {
    create(2_000, 1, "max_calls_per_second = 50");
    CompletableFuture<Void> running = new CompletableFuture<>();
    server.after(10, () -> running.complete(null));
    try (OtherProcess other = OtherProcess.start(url(), "SYNC NOW s0")) {
      await(running);
      long began = System.nanoTime();
      execute("PAUSE SYNC s0");
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_500));
      // What had left before is on its way for a moment.
      TimeUnit.MILLISECONDS.sleep(100);
      int arrived = server.times().size();
      TimeUnit.MILLISECONDS.sleep(600);
      assertThat(server.times()).hasSize(arrived);
      assertThat(other.result()).isEqualTo("paused");
      assertThat(column("SELECT updated FROM backfeed.sync_runs"))
          .containsExactly(Integer.toString(arrived));
    }
  }

  /** STOP and CONT: what a machine does that is suspended, or swaps itself to death. */
  @Tag("slow")
  @Test
  void anOwnerThatSleepsPastItsLeaseWakesUpHarmless() throws Exception {
    create(60, 1, "timeout = '1 second', max_concurrency = 1");
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    try (OtherProcess other =
        OtherProcess.start(url(), "SYNC NOW s0", "backfeed.lease.seconds=2")) {
      // Its only call is at the server at this moment.
      server.after(
          10,
          () -> {
            other.signal("STOP");
            stopped.complete(null);
          });
      await(stopped);
      TimeUnit.MILLISECONDS.sleep(3_500);
      execute("SYNC NOW s0");
      int arrived = server.times().size();
      other.signal("CONT");
      assertThat(other.result()).startsWith("XB002").contains("lease");
      assertThat(server.times()).as("calls of the one that woke up").hasSize(arrived);
    }
    assertThat(column("SELECT status FROM backfeed.sync_runs ORDER BY run_id"))
        .containsExactly("interrupted", "succeeded");
    assertThat(server.records()).hasSize(60);
    assertThat(column("SELECT COUNT(*) FROM backfeed.state_s0")).containsExactly("60");
    assertThat(column("SELECT run_id FROM backfeed.control WHERE owner IS NOT NULL")).isEmpty();
  }

  @Test
  void theCallsAtOnceOfAKilledProcessComeFree() throws Exception {
    create(60, 2, "max_concurrency = 1");
    CompletableFuture<Void> killed = new CompletableFuture<>();
    try (OtherProcess other = OtherProcess.start(url(), "SYNC NOW s0")) {
      server.after(
          10,
          () -> {
            other.kill();
            killed.complete(null);
          });
      await(killed);
      long began = System.nanoTime();
      execute("SYNC NOW s1");
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
      execute("SYNC NOW s0");
    }
    assertThat(column("SELECT runs FROM backfeed.account_calls")).containsExactly("{}");
  }

  @Tag("slow")
  @Test
  void theRateHoldsForThreeProcessesTogether() throws Exception {
    create(150, 3, "max_calls_per_second = 40, max_concurrency = 4, max_calls_per_day = 400");
    List<OtherProcess> others = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        others.add(OtherProcess.start(url(), "SYNC NOW s" + i));
      }
      for (OtherProcess other : others) {
        assertThat(other.result()).isIn("succeeded", "partial");
      }
    } finally {
      for (OtherProcess other : others) {
        other.close();
      }
    }
    for (int i = 0; i < 3; i++) {
      execute("SYNC NOW s" + i);
    }
    List<Long> times = server.times();
    assertThat(times).as("the day's calls").hasSize(400);
    assertThat(server.mostAtOnce()).isLessThanOrEqualTo(4);
    long window = TimeUnit.SECONDS.toNanos(5);
    for (long from : times) {
      assertThat(times.stream().filter(t -> t >= from && t < from + window).count())
          .as("calls in 5 s")
          .isLessThanOrEqualTo(220);
    }
  }
}
