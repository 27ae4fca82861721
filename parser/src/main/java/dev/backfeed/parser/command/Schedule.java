package dev.backfeed.parser.command;

import java.util.Optional;

/**
 * {@code SCHEDULE …}: when a sync is due by itself.
 *
 * @param every a count of units; 0 unless EVERY
 * @param cron the expression; empty unless CRON
 * @param after the other sync; empty unless AFTER
 * @param window when scheduled runs may be under way
 * @param zone of cron and window; UTC where not said
 * @param position where the clause began in the user's text
 */
public record Schedule(
    Kind kind,
    long every,
    Optional<Unit> unit,
    Optional<String> cron,
    Optional<Name> after,
    Optional<Window> window,
    Optional<String> zone,
    Position position) {
  /** What makes a sync due. */
  public enum Kind {
    EVERY,
    CRON,
    AFTER,
    CONTINUOUS
  }

  /** The unit of EVERY. */
  public enum Unit {
    SECONDS,
    MINUTES,
    HOURS,
    DAYS;

    private String of(long n) {
      return n == 1 ? name().substring(0, name().length() - 1) : name();
    }
  }

  /** {@code WINDOW 'from' TO 'to'}, times of day {@code HH:MM}; it may span midnight. */
  public record Window(String from, String to) {}

  /** As SHOW SYNCS shows it: as written, in one spelling. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    switch (kind) {
      case EVERY ->
          text.append("EVERY ").append(every).append(' ').append(unit.orElseThrow().of(every));
      case CRON -> text.append("CRON ").append(quoted(cron.orElseThrow()));
      case AFTER -> text.append("AFTER ").append(after.orElseThrow());
      case CONTINUOUS -> text.append("CONTINUOUS");
    }
    window.ifPresent(
        w ->
            text.append(" WINDOW ").append(quoted(w.from())).append(" TO ").append(quoted(w.to())));
    zone.ifPresent(z -> text.append(" TIME ZONE ").append(quoted(z)));
    return text.toString();
  }

  private static String quoted(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
