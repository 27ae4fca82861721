package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Optional;

/** Whether a schedule can ever be due, as far as its words alone do not say. */
final class ScheduleRules {
  /** Minute, hour, day of month, month, day of week. */
  private static final int CRON_FIELDS = 5;

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
    if (schedule.cron().isPresent()) {
      cron(schedule, schedule.cron().get().strip());
    }
    Optional<String> unknown =
        schedule.zone().filter(zone -> !ZoneId.getAvailableZoneIds().contains(zone));
    if (unknown.isPresent()) {
      throw wrong(
          schedule,
          "TIME ZONE '"
              + unknown.get()
              + "' is not a time zone: write for instance 'Europe/Berlin'");
    }
    if (schedule.after().isPresent()) {
      after(definition.name(), schedule.after().get(), syncs);
    }
  }

  private static void cron(Schedule schedule, String text) throws StatementException {
    int fields = text.isEmpty() ? 0 : text.split("\\s+", -1).length;
    if (fields != CRON_FIELDS) {
      throw wrong(
          schedule,
          "CRON '"
              + text
              + "' has "
              + fields
              + (fields == 1 ? " field" : " fields")
              + ": write five, for minute, hour, day of the month, month and day of the week, for"
              + " instance '0 6 * * 1-5'");
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
