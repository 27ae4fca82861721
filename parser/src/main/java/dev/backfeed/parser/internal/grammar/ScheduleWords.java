package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Schedule;
import java.util.Optional;

/** The words of one {@code SCHEDULE} as the grammar meets them. */
final class ScheduleWords {
  private final Occurrences seen;

  Schedule.Kind kind;
  long every;
  Schedule.Unit unit;
  String cron;
  Name after;
  Schedule.Window window;
  String zone;
  Position position;

  ScheduleWords(StatementText s) {
    this.seen = new Occurrences(s, "SCHEDULE");
  }

  void once(String part, Token t) {
    seen.once(part, t);
  }

  /** Empty where the clause was not met. */
  Optional<Schedule> schedule() {
    return Optional.ofNullable(kind)
        .map(
            k ->
                new Schedule(
                    k,
                    every,
                    Optional.ofNullable(unit),
                    Optional.ofNullable(cron),
                    Optional.ofNullable(after),
                    Optional.ofNullable(window),
                    Optional.ofNullable(zone),
                    position));
  }
}
