package dev.backfeed.driver.bench;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link StatementPairs} by JMH and prints each wrapped result beside its bare one. */
@Tag("bench")
class StatementPairsBench {
  @Test
  void pairs() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(StatementPairs.class.getName())
                    .forks(Integer.getInteger("bench.forks", 5))
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.seconds(2))
                    .build())
            .run();
    Map<String, Double> times =
        results.stream()
            .collect(
                Collectors.toMap(
                    r -> name(r), r -> r.getPrimaryResult().getScore(), (a, b) -> a));
    times.forEach(
        (name, bare) -> {
          if (name.endsWith(" bare")) {
            String pair = name.substring(0, name.length() - " bare".length());
            double wrapped = times.get(pair + " wrapped");
            System.out.printf(
                Locale.ROOT,
                "| %s | bare %.2f µs | wrapped %.2f µs | %.3f |%n",
                pair,
                bare,
                wrapped,
                wrapped / bare);
          } else if (!name.endsWith(" wrapped")) {
            System.out.printf(Locale.ROOT, "| %s | %.3f µs |%n", name, bare);
          }
        });
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark().replaceAll(".*\\.", "");
    String warehouse = result.getParams().getParam("warehouse");
    return warehouse == null
        ? method + " " + result.getParams().getParam("sql")
        : method + " " + warehouse + " " + result.getParams().getParam("driver");
  }
}
