package dev.backfeed.engine.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.backfeed.engine.EngineFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Measures what something costs: CPU seconds of this process, in which DuckDB runs, and of all
 * processes of the PostgreSQL server, by {@code /proc}; the memory that DuckDB says it holds,
 * looked at every few milliseconds.
 */
final class Meter implements AutoCloseable {
  private static final double TICKS = 100;
  private static final long LOOK_MS = 10;
  private static final String HELD =
      "SELECT CAST(COALESCE(SUM(memory_usage_bytes), 0) AS BIGINT) FROM duckdb_memory() WHERE tag"
          + " <> 'BASE_TABLE'";

  private final Connection aside;
  private final String server;

  Meter(EngineFixture engine, Connection aside, String warehouse) throws SQLException {
    this.aside = aside;
    this.server =
        warehouse.equals("postgresql")
            ? stat(engine.query("SELECT pg_backend_pid()").get(0)).get(1)
            : "";
  }

  /** What is measured. */
  @FunctionalInterface
  interface Measured {
    void run() throws SQLException;
  }

  /** Does it and tells what it cost. */
  Ratios.Cost cost(Measured what) throws SQLException {
    AtomicBoolean done = new AtomicBoolean();
    long[] peak = new long[1];
    Thread looker = new Thread(() -> look(done, peak), "backfeed-memory");
    if (server.isEmpty()) {
      looker.start();
    }
    double cpu = cpu();
    long wall = System.nanoTime();
    what.run();
    Ratios.Cost cost =
        new Ratios.Cost(cpu() - cpu, (System.nanoTime() - wall) / 1e9, peak[0] / 1048576.0);
    done.set(true);
    join(looker);
    return cost;
  }

  private void look(AtomicBoolean done, long[] peak) {
    try (Statement statement = aside.createStatement()) {
      while (!done.get()) {
        try (ResultSet rows = statement.executeQuery(HELD)) {
          rows.next();
          peak[0] = Math.max(peak[0], rows.getLong(1));
        }
        Thread.sleep(LOOK_MS);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** CPU seconds so far. */
  double cpu() {
    double here =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime()
            / 1e9;
    return here + (server.isEmpty() ? 0 : serverTicks() / TICKS);
  }

  /** The server's first process has the time of those that ended; the others have their own. */
  private long serverTicks() {
    long ticks = ticks(stat(server), 11, 15);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        String pid = process.getFileName().toString();
        if (pid.chars().allMatch(Character::isDigit)) {
          List<String> stat = stat(pid);
          if (stat.size() > 1 && stat.get(1).equals(server)) {
            ticks += ticks(stat, 11, 13);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ticks;
  }

  private static long ticks(List<String> stat, int from, int to) {
    return stat.subList(from, to).stream().mapToLong(Long::parseLong).sum();
  }

  /** The fields behind the name: state, parent … user and system ticks, those of ended children. */
  private static List<String> stat(String pid) {
    try {
      String line = Files.readString(Path.of("/proc", pid, "stat"));
      return List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws SQLException {
    aside.close();
  }
}
