package dev.backfeed.engine.alert;

import dev.backfeed.engine.alert.Finding.Verdict;
import dev.backfeed.engine.alert.WatchedSyncs.Watched;
import dev.backfeed.parser.command.AlertCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What somebody is told. Numbers and codes, never a value of a row. */
final class AlertText {
  private AlertText() {}

  /**
   * All of it; the first line says what it is about.
   *
   * @param lasted how long a violation that is over has lasted
   */
  static String of(Watched watched, Finding finding, Duration lasted, NewlyFailing failing) {
    List<String> lines = new ArrayList<>();
    boolean violated = finding.verdict() == Verdict.VIOLATED;
    lines.add(
        "[%s] %s: %s%s%s"
            .formatted(
                watched.alert().name(),
                about(watched),
                violated ? "" : "no longer ",
                watched.condition(),
                finding.runId().map(id -> " (run " + id + ")").orElse("")));
    if (!violated) {
      lines.add("it lasted " + lasted(lasted));
    }
    lines.addAll(finding.details());
    if (violated && failing.rows() > 0) {
      lines.add(failing.toString());
    }
    return String.join("\n", lines);
  }

  private static String about(Watched watched) {
    boolean quota = watched.condition().kind() == AlertCondition.Kind.QUOTA;
    return watched
        .subject()
        .sync()
        .map(sync -> "sync \"" + sync + '"')
        .filter(sync -> !quota || watched.alert().onSync().isPresent())
        .orElse("destination \"" + watched.subject().destination() + '"');
  }

  /** A time in its two largest units. */
  static String lasted(Duration time) {
    if (time.toMinutes() < 1) {
      return "less than a minute";
    }
    if (time.toHours() < 1) {
      return count(time.toMinutes(), "minute");
    }
    return time.toDays() < 1
        ? two(count(time.toHours(), "hour"), time.toMinutesPart(), "minute")
        : two(count(time.toDays(), "day"), time.toHoursPart(), "hour");
  }

  private static String two(String larger, int smaller, String unit) {
    return smaller == 0 ? larger : larger + " " + count(smaller, unit);
  }

  private static String count(long n, String unit) {
    return n + " " + unit + (n == 1 ? "" : "s");
  }
}
