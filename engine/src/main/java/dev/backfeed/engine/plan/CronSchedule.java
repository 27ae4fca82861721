package dev.backfeed.engine.plan;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** A cron expression in a time zone. */
public final class CronSchedule {
  private final ExecutionTime times;
  private final ZoneId zone;

  private CronSchedule(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  public static CronSchedule parse(String text, ZoneId zone) {
    return new CronSchedule(
        ExecutionTime.forCron(
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(text)),
        zone);
  }

  public Optional<Instant> nextAfter(Instant last) {
    return times.nextExecution(last.atZone(zone)).map(t -> t.toInstant());
  }
}
