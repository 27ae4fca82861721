package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.CronSchedule;
import dev.backfeed.engine.catalog.Nearest;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/** Whether a schedule can ever be due, as far as its words alone do not say. */
final class ScheduleRules {
  /** Time zones named in an error. */
  private static final int SHOWN = 3;

  private ScheduleRules() {}

  /**
   * Holds a definition's schedule against the time zones there are, and the other syncs.
   *
   * @throws StatementException {@code 22023}, or {@code 42704} for another sync that is not there
   */
  static void check(SyncDefinition definition, Syncs syncs) throws SQLException {
    if (definition.schedule().isEmpty()) {
      return;
    }
    Schedule schedule = definition.schedule().get();
    ZoneId zone = zone(schedule);
    if (schedule.cron().isPresent()) {
      cron(schedule, schedule.cron().get().strip(), zone);
    }
    if (schedule.after().isPresent()) {
      after(definition.name(), schedule.after().get(), syncs);
    }
  }

  private static ZoneId zone(Schedule schedule) throws StatementException {
    String zone = schedule.zone().orElse("UTC");
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      throw wrong(schedule, "TIME ZONE '" + zone + "' is not a time zone: " + nearest(zone));
    }
    return ZoneId.of(zone);
  }

  /** Most people know the city, few the continent. */
  private static String nearest(String zone) {
    String city = zone.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
    List<String> known = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    String hint = Nearest.hint(zone, known);
    List<String> named =
        known.stream()
            .filter(id -> city.length() > 1 && id.toLowerCase(Locale.ROOT).contains(city))
            .limit(SHOWN)
            .map(id -> "'" + id + "'")
            .toList();
    if (!named.isEmpty()) {
      return "did you mean " + String.join(", ", named) + "?";
    }
    return hint.isEmpty() ? "write for instance 'Europe/Berlin'" : hint.substring(2);
  }

  private static void cron(Schedule schedule, String text, ZoneId zone) throws StatementException {
    try {
      CronSchedule.parse(text, zone);
    } catch (IllegalArgumentException e) {
      throw wrong(schedule, "CRON '" + text + "' " + e.getMessage());
    }
  }

  private static void after(Name sync, Name other, Syncs syncs) throws SQLException {
    if (other.folded().equals(sync.folded())) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "SCHEDULE AFTER \"" + other + "\" is the sync itself: name the one it waits for",
          other.position());
    }
    syncs.get(other);
  }

  private static StatementException wrong(Schedule schedule, String message) {
    return new StatementException(SqlState.INVALID_VALUE, message, schedule.position());
  }
}
