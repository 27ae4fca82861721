package dev.backfeed.engine.catalog;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;

/**
 * The times of {@code SCHEDULE CRON '…'}: minute, hour, day of the month, month, day of the week,
 * in a time zone. A local time that the clock skips is at the first minute after the gap; one that
 * it shows twice is the first of the two. Immutable.
 */
public final class CronSchedule {
  private static final List<String> FIELDS =
      List.of("minute", "hour", "day of the month", "month", "day of the week");

  private static final List<String> RANGES =
      List.of("0 to 59", "0 to 23", "1 to 31", "1 to 12 or JAN to DEC", "0 to 7 or SUN to SAT");

  private final ExecutionTime times;
  private final ZoneId zone;

  private CronSchedule(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException saying which of its fields is wrong, and what that takes
   */
  public static CronSchedule parse(String text, ZoneId zone) {
    String[] fields = text.isBlank() ? new String[0] : text.strip().split("\\s+", -1);
    if (fields.length != FIELDS.size()) {
      throw new IllegalArgumentException(
          "has "
              + fields.length
              + (fields.length == 1 ? " field" : " fields")
              + ": write five, for minute, hour, day of the month, month and day of the week, for"
              + " instance '0 6 * * 1-5'");
    }
    for (int i = 0; i < fields.length; i++) {
      requireField(i, fields[i]);
    }
    CronSchedule schedule = new CronSchedule(times(String.join(" ", fields)), zone);
    if (schedule.next(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException(
          "is never due: no month that it names has that day of the month");
    }
    return schedule;
  }

  /** Each by itself, so that it is known which one is wrong. */
  private static void requireField(int index, String field) {
    StringBuilder alone = new StringBuilder();
    for (int i = 0; i < FIELDS.size(); i++) {
      alone.append(i == index ? field : "*").append(' ');
    }
    try {
      times(alone.toString().strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cannot have '"
              + field
              + "' as "
              + FIELDS.get(index)
              + ": that takes "
              + RANGES.get(index)
              + ", with *, lists (1,2), ranges (1-5) and steps (*/5)",
          e);
    }
  }

  private static ExecutionTime times(String text) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return ExecutionTime.forCron(parser.parse(text).validate());
  }

  /** The next time it is due after this one. */
  public Instant nextAfter(Instant time) {
    LocalDateTime local = LocalDateTime.ofInstant(time, zone);
    while (true) {
      local = next(local).orElseThrow();
      Instant due = instant(local);
      if (due.isAfter(time)) {
        return due;
      }
    }
  }

  /** By the clock on the wall, which knows of no transitions. */
  private Optional<LocalDateTime> next(LocalDateTime local) {
    return times.nextExecution(local.atZone(ZoneOffset.UTC)).map(t -> t.toLocalDateTime());
  }

  private Instant instant(LocalDateTime local) {
    ZoneOffsetTransition transition = zone.getRules().getTransition(local);
    if (transition == null) {
      return local.toInstant(zone.getRules().getOffset(local));
    }
    return transition.isGap()
        ? transition.getInstant()
        : local.toInstant(transition.getOffsetBefore());
  }
}
