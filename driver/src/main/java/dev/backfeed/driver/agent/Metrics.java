package dev.backfeed.driver.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.AgentDesk.Gauge;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.Collectors;

/** What an agent has done since it began, and what it saw last. Safe for several threads. */
final class Metrics {
  /** An agent that has not looked for so long is not well. */
  private static final Duration STALE = Duration.ofSeconds(20);

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> OUTCOMES =
      List.of("created", "updated", "deleted", "skipped", "rejected", "failed", "deferred");

  private final Map<Labels, DoubleAdder> tasks = new ConcurrentHashMap<>();
  private final Map<Labels, DoubleAdder> seconds = new ConcurrentHashMap<>();
  private final Map<Labels, DoubleAdder> rows = new ConcurrentHashMap<>();
  private final Map<Labels, DoubleAdder> calls = new ConcurrentHashMap<>();
  private volatile List<Gauge> gauges = List.of();
  private volatile long lookedAt = System.nanoTime();
  private volatile boolean lost;

  /** It has looked what there is to do. */
  void looked() {
    lookedAt = System.nanoTime();
    lost = false;
  }

  /** It has lost the warehouse. */
  void lost() {
    lost = true;
  }

  /** Whether it looks for work as it should. */
  boolean healthy() {
    return !lost && System.nanoTime() - lookedAt < STALE.toNanos();
  }

  void gauges(List<Gauge> seen) {
    gauges = List.copyOf(seen);
  }

  void count(Ended task) {
    String kind = task.task() instanceof AgentDesk.Request ? "request" : "schedule";
    add(tasks, Labels.of("kind", kind, "status", task.status()), 1);
    add(seconds, Labels.of("kind", kind), task.millis() / 1000.0);
    task.answer().flatMap(AgentDesk.Answer::result).ifPresent(this::countRuns);
  }

  private void countRuns(String result) {
    try {
      for (JsonNode run : JSON.readTree(result).path("rows")) {
        String sync = run.path("sync").asText("");
        if (run.hasNonNull("api_calls") && run.hasNonNull("failed")) {
          OUTCOMES.forEach(
              outcome ->
                  add(
                      rows,
                      Labels.of("sync", sync, "outcome", outcome),
                      run.path(outcome).asDouble()));
          add(calls, Labels.of("sync", sync), run.path("api_calls").asDouble());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer of our own cannot be read", e);
    }
  }

  private static void add(Map<Labels, DoubleAdder> counters, Labels labels, double value) {
    counters.computeIfAbsent(labels, l -> new DoubleAdder()).add(value);
  }

  /** All numbers, for an exposition format. */
  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    all.metricSnapshot(counter("backfeed_agent_tasks", "tasks that came to an end", tasks));
    all.metricSnapshot(counter("backfeed_agent_task_seconds", "time they took", seconds));
    all.metricSnapshot(counter("backfeed_rows", "rows of runs by what became of them", rows));
    all.metricSnapshot(counter("backfeed_api_calls", "calls made by runs", calls));
    gauges.stream()
        .collect(Collectors.groupingBy(Gauge::metric))
        .forEach((metric, of) -> all.metricSnapshot(gauge(metric, of)));
    return all.build();
  }

  private static CounterSnapshot counter(
      String name, String help, Map<Labels, DoubleAdder> values) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            counter.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(value.sum()).build()));
    return counter.build();
  }

  private static GaugeSnapshot gauge(String metric, List<Gauge> of) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name("backfeed_" + metric);
    of.forEach(
        g ->
            gauge.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of(g.label(), g.of()))
                    .value(g.value())
                    .build()));
    return gauge.build();
  }
}
