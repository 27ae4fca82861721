package dev.backfeed.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a cron expression is due, above all where the clocks are changed. */
class CronScheduleTest {
  /** The times after one, in local time with its offset. */
  private static List<String> after(String zone, String cron, String time, int n) {
    ZoneId id = ZoneId.of(zone);
    CronSchedule schedule = CronSchedule.parse(cron, id);
    List<String> times = new ArrayList<>();
    Instant at = OffsetDateTime.parse(time).toInstant();
    for (int i = 0; i < n; i++) {
      at = schedule.nextAfter(at);
      times.add(at.atZone(id).toOffsetDateTime().toString());
    }
    return times;
  }

  @Test
  void aSkippedTimeIsAtTheNextMinuteThereIs() {
    assertThat(after("Europe/Berlin", "30 2 * * *", "2026-03-28T00:00+01:00", 3))
        .containsExactly(
            "2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00");
    assertThat(after("America/New_York", "30 2 * * *", "2026-03-07T12:00-05:00", 2))
        .containsExactly("2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00");
    assertThat(after("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00+10:30", 2))
        .containsExactly("2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00");
    assertThat(after("Australia/Lord_Howe", "30 2 * * *", "2026-10-03T12:00+10:30", 2))
        .containsExactly("2026-10-04T02:30+11:00", "2026-10-05T02:30+11:00");
  }

  @Test
  void skippedTimesAreOneWithTheTimeTheyComeTo() {
    assertThat(after("Europe/Berlin", "0 * * * *", "2026-03-29T00:30+01:00", 3))
        .containsExactly(
            "2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00");
    assertThat(after("Europe/Berlin", "*/20 2 * * *", "2026-03-29T00:30+01:00", 2))
        .containsExactly("2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00");
    assertThat(after("Australia/Lord_Howe", "0 * * * *", "2026-10-04T01:00+10:30", 2))
        .containsExactly("2026-10-04T02:30+11:00", "2026-10-04T03:00+11:00");
  }

  @Test
  void aDoubledTimeIsOnce() {
    assertThat(after("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00+02:00", 2))
        .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
    assertThat(after("Europe/Berlin", "0 * * * *", "2026-10-25T01:00+02:00", 3))
        .containsExactly(
            "2026-10-25T02:00+02:00", "2026-10-25T03:00+01:00", "2026-10-25T04:00+01:00");
    assertThat(after("Europe/Berlin", "*/30 * * * *", "2026-10-25T02:10+01:00", 1))
        .as("from within the second of the two hours")
        .containsExactly("2026-10-25T03:00+01:00");
    assertThat(after("America/New_York", "30 1 * * *", "2026-10-31T12:00-04:00", 2))
        .containsExactly("2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00");
    assertThat(after("Australia/Lord_Howe", "*/15 1 * * *", "2026-04-05T01:20+11:00", 3))
        .containsExactly(
            "2026-04-05T01:30+11:00", "2026-04-05T01:45+11:00", "2026-04-06T01:00+10:30");
  }

  @Test
  void fieldsMeanWhatCronMeans() {
    assertThat(after("UTC", "0 6 * * 1-5", "2026-05-01T06:00Z", 2))
        .containsExactly("2026-05-04T06:00Z", "2026-05-05T06:00Z");
    assertThat(after("UTC", "0 0 * * 7", "2026-05-01T00:00Z", 1))
        .containsExactly("2026-05-03T00:00Z");
    assertThat(after("UTC", "0 0 13 * FRI", "2026-05-01T00:00Z", 3))
        .as("either day")
        .containsExactly("2026-05-08T00:00Z", "2026-05-13T00:00Z", "2026-05-15T00:00Z");
    assertThat(after("UTC", "0 0 29 FEB *", "2026-05-01T00:00Z", 1))
        .containsExactly("2028-02-29T00:00Z");
    assertThat(after("UTC", "5,10-11 */12 1 1 *", "2026-05-01T00:00:30Z", 4))
        .containsExactly(
            "2027-01-01T00:05Z", "2027-01-01T00:10Z", "2027-01-01T00:11Z", "2027-01-01T12:05Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "75 * * * *|cannot have '75' as minute: that takes 0 to 59",
        "* 24 * * *|cannot have '24' as hour: that takes 0 to 23",
        "* * 0 * *|cannot have '0' as day of the month: that takes 1 to 31",
        "* * * 13 *|cannot have '13' as month: that takes 1 to 12 or JAN to DEC",
        "* * * * 8|cannot have '8' as day of the week: that takes 0 to 7 or SUN to SAT",
        "*/0 * * * *|cannot have '*/0' as minute",
        "5-1x * * * *|cannot have '5-1x' as minute",
        "a b c d e|cannot have 'a' as minute",
        "* * * *|has 4 fields: write five",
        "''|has 0 fields: write five",
        "0 0 31 2 *|is never due",
      })
  void whatIsWrongIsSaid(String cron, String message) {
    assertThatThrownBy(() -> CronSchedule.parse(cron, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
