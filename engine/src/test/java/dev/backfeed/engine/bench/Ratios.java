package dev.backfeed.engine.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measurements by name, several of each, told as medians and as ratios to the floor. */
final class Ratios {
  /** What everything is measured by. */
  static final String FLOOR = "(i) read every column";

  /**
   * What one measurement gave.
   *
   * @param cpu seconds of all processes that took part
   * @param wall seconds
   * @param megabytes most memory that the engine of the warehouse held, its cache of the file aside
   */
  record Cost(double cpu, double wall, double megabytes) {}

  private final Map<String, List<Cost>> costs = new LinkedHashMap<>();

  void add(String name, Cost cost) {
    costs.computeIfAbsent(name, n -> new ArrayList<>()).add(cost);
  }

  /** A part of a run: CPU seconds only. */
  void add(String name, double cpu) {
    add(name, new Cost(cpu, Double.NaN, Double.NaN));
  }

  /** A table in Markdown. */
  String markdown() {
    List<String> names = List.copyOf(costs.keySet());
    StringBuilder table =
        new StringBuilder("| | CPU s | CPU / (i) | wall s | peak MB |\n")
            .append("| --- | --- | --- | --- | --- |\n");
    for (String name : names) {
      table
          .append("| ")
          .append(name)
          .append(number(" | %.2f", cpu(name)))
          .append(number(" | %.1f", cpu(name) / cpu(FLOOR)))
          .append(number(" | %.2f", median(name, 1)))
          .append(number(" | %.0f", median(name, 2)))
          .append(" |\n");
    }
    return table.toString();
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? " | " : String.format(Locale.ROOT, format, value);
  }

  private double cpu(String name) {
    return median(name, 0);
  }

  private double median(String name, int which) {
    List<Double> values = new ArrayList<>();
    for (Cost cost : costs.get(name)) {
      values.add(which == 0 ? cost.cpu() : which == 1 ? cost.wall() : cost.megabytes());
    }
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
