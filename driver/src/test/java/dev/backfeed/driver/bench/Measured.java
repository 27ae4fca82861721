package dev.backfeed.driver.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a child process says of itself in its last line.
 *
 * @param millis for the work, without the JVM's start
 * @param cpuMillis of the whole process
 * @param peakHeapMb most of the heap in use, garbage included
 */
record Measured(long millis, long cpuMillis, long peakHeapMb) {
  private static final String MARK = "measured ";

  static void print(long startedNanos) {
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    long cpu = ProcessHandle.current().info().totalCpuDuration().map(d -> d.toMillis()).orElse(0L);
    System.out.printf(
        Locale.ROOT,
        "%s%d %d %d%n",
        MARK,
        (System.nanoTime() - startedNanos) / 1_000_000,
        cpu,
        heap >> 20);
  }

  /** One line: ours, the floor, and what part of its throughput ours reaches. */
  static String compare(String what, long rows, List<Measured> ours, List<Measured> floor) {
    double our = median(ours, Measured::millis);
    double bare = median(floor, Measured::millis);
    return String.format(
        Locale.ROOT,
        "| %s | %,d rows | %,.0f rows/s | floor %,.0f rows/s | %.2f of the floor | CPU %.1f s"
            + " against %.1f s | heap at most %.0f MB |",
        what,
        rows,
        rows * 1000 / our,
        rows * 1000 / bare,
        bare / our,
        median(ours, Measured::cpuMillis) / 1000,
        median(floor, Measured::cpuMillis) / 1000,
        median(ours, Measured::peakHeapMb));
  }

  private static double median(List<Measured> all, ToLongFunction<Measured> value) {
    long[] sorted = all.stream().mapToLong(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  static Measured read(String output) {
    String line =
        output
            .lines()
            .filter(l -> l.startsWith(MARK))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the child did not finish:\n" + output));
    long[] numbers =
        Arrays.stream(line.substring(MARK.length()).split(" "))
            .mapToLong(Long::parseLong)
            .toArray();
    return new Measured(numbers[0], numbers[1], numbers[2]);
  }
}
