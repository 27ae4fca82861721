package dev.backfeed.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.agent.Timetable.DueTimes;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Schedule;
import dev.backfeed.parser.command.Schedule.Kind;
import dev.backfeed.parser.command.Schedule.Unit;
import dev.backfeed.parser.command.Schedule.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {
  private static final String BERLIN = "Europe/Berlin";

  /** The Sundays on which Berlin's clocks are changed: 23 and 25 hours long. */
  private static final LocalDate SPRING = LocalDate.of(2026, 3, 29);

  private static final LocalDate AUTUMN = LocalDate.of(2026, 10, 25);

  @ParameterizedTest
  @ValueSource(strings = {BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"})
  void anHourIsAnHourWhenClocksAreChanged(String zone) {
    Timetable hourly = new Timetable(every(1, Unit.HOURS, zone));
    List<Instant> taken =
        run(hourly, Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-12-31T00:00:00Z"));

    assertThat(taken).hasSize(364 * 24);
    assertThat(gaps(taken)).containsOnly(Duration.ofHours(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {BERLIN, "America/New_York", "Africa/Cairo", "Asia/Beirut"})
  void aDayIsADayWhenClocksAreChanged(String zone) {
    Timetable daily = new Timetable(every(1, Unit.DAYS, zone));
    List<Instant> taken =
        run(daily, Instant.parse("2026-01-01T12:00:00Z"), Instant.parse("2026-12-31T12:00:00Z"));

    List<LocalDate> days =
        taken.stream().map(t -> t.atZone(ZoneId.of(zone)).toLocalDate()).toList();
    assertThat(days).doesNotHaveDuplicates().hasSize(364);
  }

  @Test
  void aDailyTimeThatIsSkippedRunsAtTheNextValidMinuteAndADoubledOneOnce() {
    Timetable table = new Timetable(cron("30 2 * * *", BERLIN));

    assertThat(local(run(table, noon(SPRING.minusDays(2)), noon(SPRING.plusDays(1)))))
        .containsExactly("2026-03-28T02:30", "2026-03-29T03:00", "2026-03-30T02:30");
    assertThat(local(run(table, noon(AUTUMN.minusDays(2)), noon(AUTUMN.plusDays(1)))))
        .containsExactly("2026-10-24T02:30", "2026-10-25T02:30", "2026-10-26T02:30");
  }

  @Test
  void hoursByCronAreThoseOnTheWall() {
    Timetable table = new Timetable(cron("0 * * * *", BERLIN));

    assertThat(run(table, midnight(SPRING), midnight(SPRING.plusDays(1)))).hasSize(23);
    assertThat(run(table, midnight(AUTUMN), midnight(AUTUMN.plusDays(1)))).hasSize(24);
  }

  @Test
  void whatWasMissedIsDueOnce() {
    Timetable hourly = new Timetable(every(1, Unit.HOURS, "UTC"));
    Instant last = Instant.parse("2026-05-01T10:00:00Z");
    Instant now = Instant.parse("2026-05-03T15:20:00Z");

    DueTimes due = hourly.due(last, now, Optional.empty()).orElseThrow();

    assertThat(due.since()).isEqualTo("2026-05-01T11:00:00Z");
    assertThat(due.latest()).isEqualTo("2026-05-03T15:00:00Z");
    assertThat(hourly.due(due.latest(), now, Optional.empty())).isEmpty();
  }

  @Test
  void aWindowHoldsBackUntilItOpens() {
    Timetable daily = new Timetable(window(every(1, Unit.DAYS, BERLIN), "20:00", "06:00"));
    Instant last = midnight(LocalDate.of(2026, 6, 1));

    assertThat(daily.due(last, at("2026-06-02T06:00"), Optional.empty())).isEmpty();
    assertThat(daily.due(last, at("2026-06-02T19:59"), Optional.empty())).isEmpty();
    assertThat(daily.due(last, at("2026-06-02T20:00"), Optional.empty())).isPresent();
    assertThat(daily.due(last, at("2026-06-02T05:59"), Optional.empty())).isPresent();
    assertThat(daily.closes(at("2026-06-02T20:00"))).contains(at("2026-06-03T06:00"));
    assertThat(daily.closes(at("2026-06-02T05:00"))).contains(at("2026-06-02T06:00"));
  }

  @Test
  void afterIsDueWhenTheOtherHasEndedSince() {
    Timetable after =
        new Timetable(
            new Schedule(
                Kind.AFTER,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Position(1, 1)));
    Instant last = at("2026-06-02T12:00");
    Instant end = at("2026-06-02T12:05");

    assertThat(after.due(last, end, Optional.empty())).isEmpty();
    assertThat(after.due(last, end, Optional.of(last))).isEmpty();
    assertThat(after.due(last, end, Optional.of(end))).contains(new DueTimes(end, end));
  }

  /** What is taken between two times by an agent that looks every ten minutes. */
  private static List<Instant> run(Timetable table, Instant from, Instant to) {
    List<Instant> taken = new ArrayList<>();
    Instant last = from;
    for (Instant now = from; !now.isAfter(to); now = now.plus(Duration.ofMinutes(10))) {
      Optional<DueTimes> due = table.due(last, now, Optional.empty());
      if (due.isPresent()) {
        last = due.get().latest();
        taken.add(last);
      }
    }
    return taken;
  }

  private static List<Duration> gaps(List<Instant> times) {
    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(Duration.between(times.get(i - 1), times.get(i)));
    }
    return gaps;
  }

  private static List<String> local(List<Instant> times) {
    return times.stream()
        .map(t -> ZonedDateTime.ofInstant(t, ZoneId.of(BERLIN)).toLocalDateTime().toString())
        .toList();
  }

  private static Instant at(String local) {
    return java.time.LocalDateTime.parse(local).atZone(ZoneId.of(BERLIN)).toInstant();
  }

  private static Instant noon(LocalDate day) {
    return day.atTime(12, 0).atZone(ZoneId.of(BERLIN)).toInstant();
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneId.of(BERLIN)).toInstant();
  }

  private static Schedule every(long n, Unit unit, String zone) {
    return schedule(Kind.EVERY, n, Optional.of(unit), Optional.empty(), zone);
  }

  private static Schedule cron(String text, String zone) {
    return schedule(Kind.CRON, 0, Optional.empty(), Optional.of(text), zone);
  }

  private static Schedule schedule(
      Kind kind, long n, Optional<Unit> unit, Optional<String> cron, String zone) {
    return new Schedule(
        kind,
        n,
        unit,
        cron,
        Optional.empty(),
        Optional.empty(),
        Optional.of(zone),
        new Position(1, 1));
  }

  private static Schedule window(Schedule s, String from, String to) {
    return new Schedule(
        s.kind(),
        s.every(),
        s.unit(),
        s.cron(),
        s.after(),
        Optional.of(new Window(from, to)),
        s.zone(),
        s.position());
  }
}
