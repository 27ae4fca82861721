package dev.backfeed.engine.agent;

import dev.backfeed.engine.catalog.CronSchedule;
import dev.backfeed.parser.command.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * When a schedule is due.
 *
 * <ul>
 *   <li>{@code EVERY n SECONDS}, {@code MINUTES}, {@code HOURS}: whole multiples of that time since
 *       1970-01-01 UTC, so that clock changes neither double nor skip one.
 *   <li>{@code EVERY n DAYS}: at the beginning of the local day, each n-th since 1970-01-01.
 *   <li>{@code CRON}: as {@link CronSchedule} says.
 *   <li>{@code CONTINUOUS}: {@link #REST} after it was taken last.
 *   <li>{@code AFTER}: when the other sync has come to a complete end since.
 * </ul>
 *
 * <p>What was missed is due once. A window holds back what is due until it opens. Immutable.
 */
final class Timetable {
  /** Between two beginnings of a continuous sync. */
  static final Duration REST = Duration.ofSeconds(5);

  /** So many missed times are counted through; beyond, the next one counts from now. */
  private static final int MOST_MISSED = 10_000;

  private final Schedule schedule;
  private final ZoneId zone;
  private final Optional<CronSchedule> cron;

  Timetable(Schedule schedule) {
    this.schedule = schedule;
    this.zone = schedule.zone().map(ZoneId::of).orElse(ZoneOffset.UTC);
    this.cron = schedule.cron().map(text -> CronSchedule.parse(text, zone));
  }

  /**
   * When something is due that was not taken yet.
   *
   * @param since the first time
   * @param latest the last time, up to now: what was missed between is due once
   */
  record DueTimes(Instant since, Instant latest) {}

  /**
   * Whether it is due; empty if it is not, or its window is closed.
   *
   * @param last the time for which it was taken last
   * @param other when the sync of AFTER last came to a complete end
   */
  Optional<DueTimes> due(Instant last, Instant now, Optional<Instant> other) {
    if (!open(now)) {
      return Optional.empty();
    }
    return switch (schedule.kind()) {
      case AFTER -> other.filter(end -> end.isAfter(last)).map(end -> new DueTimes(end, end));
      case CONTINUOUS ->
          Optional.of(now)
              .filter(n -> !last.plus(REST).isAfter(n))
              .map(n -> new DueTimes(last.plus(REST), n));
      case EVERY, CRON -> {
        Instant since = next(last);
        yield since.isAfter(now) ? Optional.empty() : Optional.of(upTo(now, since));
      }
    };
  }

  private DueTimes upTo(Instant now, Instant since) {
    Instant latest = since;
    Instant following = next(since);
    for (int i = 0; i < MOST_MISSED && !following.isAfter(now); i++) {
      latest = following;
      following = next(latest);
    }
    return new DueTimes(since, following.isAfter(now) ? latest : now);
  }

  private Instant next(Instant last) {
    return cron.map(times -> times.nextAfter(last)).orElseGet(() -> every(last));
  }

  /** When the window that is open now closes; empty without a window. */
  Optional<Instant> closes(Instant now) {
    return schedule
        .window()
        .map(
            window -> {
              ZonedDateTime local = now.atZone(zone);
              LocalTime to = LocalTime.parse(window.to());
              LocalDate day =
                  local.toLocalTime().isBefore(to)
                      ? local.toLocalDate()
                      : local.toLocalDate().plusDays(1);
              return day.atTime(to).atZone(zone).toInstant();
            });
  }

  private boolean open(Instant now) {
    if (schedule.window().isEmpty()) {
      return true;
    }
    LocalTime time = now.atZone(zone).toLocalTime();
    LocalTime from = LocalTime.parse(schedule.window().get().from());
    LocalTime to = LocalTime.parse(schedule.window().get().to());
    boolean begun = !time.isBefore(from);
    boolean over = !time.isBefore(to);
    return from.isBefore(to) ? begun && !over : begun || !over;
  }

  private Instant every(Instant last) {
    long n = schedule.every();
    return switch (schedule.unit().orElseThrow()) {
      case SECONDS -> multiple(last, n);
      case MINUTES -> multiple(last, n * 60);
      case HOURS -> multiple(last, n * 3600);
      case DAYS -> {
        long day = last.atZone(zone).toLocalDate().toEpochDay();
        yield LocalDate.ofEpochDay(Math.floorDiv(day, n) * n + n).atStartOfDay(zone).toInstant();
      }
    };
  }

  private static Instant multiple(Instant last, long seconds) {
    long step = Math.floorDiv(last.getEpochSecond(), seconds) + 1;
    return Instant.ofEpochSecond(step * seconds);
  }
}
