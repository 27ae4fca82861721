package dev.backfeed.engine.alert;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The table {@code alert_notifications}: an event and one place that is told of it. Whoever tells
 * has claimed the row by counting its attempt; if he dies, it is due again after a while. So a
 * notification is sent once, or again where it cannot be known.
 */
final class Notifications {
  private static final int MOST_ATTEMPTS = 5;
  private static final int MOST_A_LOOK = 50;
  private static final Duration CLAIMED = Duration.ofMinutes(5);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final int LONGEST_ERROR = 500;

  private final RunEnvironment environment;
  private final Warehouse work;

  Notifications(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
  }

  /**
   * One that is due.
   *
   * @param attempts how many there were
   */
  record Notice(
      String eventId,
      String destination,
      String object,
      long attempts,
      String alert,
      String sync,
      String condition,
      String state,
      String message,
      String runId,
      OffsetDateTime occurredAt) {
    private static Notice read(ResultSet row) throws SQLException {
      return new Notice(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          row.getLong(4),
          row.getString(5),
          row.getString(6),
          row.getString(7),
          row.getString(8),
          row.getString(9),
          row.getString(10),
          row.getObject(11, OffsetDateTime.class));
    }
  }

  /** Sends what is due; to a destination that fails as a whole nothing more in this look. */
  void deliver(Execution execution) throws SQLException {
    Notifier notifier = new Notifier(environment, execution);
    Set<String> failing = new HashSet<>();
    for (Notice notice : due()) {
      String destination = notice.destination().toLowerCase(Locale.ROOT);
      if (execution.cancelled().getAsBoolean()) {
        return;
      }
      if (!failing.contains(destination) && claim(notice)) {
        Optional<Notifier.Failure> failure = notifier.send(notice);
        settle(notice, failure.map(Notifier.Failure::message));
        if (failure.filter(Notifier.Failure::general).isPresent()) {
          failing.add(destination);
        }
      }
    }
  }

  private List<Notice> due() throws SQLException {
    return work.query(
        Sql.of(
            """
            SELECT n.event_id, n.destination, n.object, n.attempts, e.alert, e.sync, e.condition,
                   e.state, e.message, e.run_id, e.occurred_at
            FROM {} n JOIN {} e ON e.event_id = n.event_id
            WHERE n.status = 'pending' AND n.next_attempt_at <= {}
            ORDER BY n.event_id, n.destination, n.object LIMIT {}""",
            work.table("alert_notifications"),
            work.table("alert_events"),
            Sql.timestamp(environment.now()),
            Sql.number(MOST_A_LOOK)),
        Notice::read);
  }

  /** Whether it is ours to send. One whose last attempt was never heard of again is given up. */
  private boolean claim(Notice notice) throws SQLException {
    boolean over = notice.attempts() >= MOST_ATTEMPTS;
    Sql change =
        over
            ? Sql.of("status = 'failed', error = COALESCE(error, 'nothing was heard of it')")
            : Sql.of(
                "attempts = {}, next_attempt_at = {}",
                Sql.number(notice.attempts() + 1),
                Sql.timestamp(environment.now().plus(CLAIMED)));
    return work.wins(
            Sql.of(
                "UPDATE {} SET {}{}",
                work.table("alert_notifications"),
                change,
                of(notice, notice.attempts())))
        && !over;
  }

  /** Does nothing if another agent has taken it over meanwhile. */
  private void settle(Notice notice, Optional<String> error) throws SQLException {
    long attempt = notice.attempts() + 1;
    OffsetDateTime now = environment.now();
    Sql change =
        error.isEmpty()
            ? Sql.of("status = 'sent', delivered_at = {}, error = NULL", Sql.timestamp(now))
            : Sql.of(
                "status = {}, next_attempt_at = {}, error = {}",
                Sql.literal(attempt < MOST_ATTEMPTS ? "pending" : "failed"),
                Sql.timestamp(now.plus(pause(attempt))),
                Sql.literal(cut(error.get())));
    work.run(
        Sql.of(
            "UPDATE {} SET {}{}", work.table("alert_notifications"), change, of(notice, attempt)));
  }

  /** Four times as long after each attempt. */
  private static Duration pause(long attempt) {
    return FIRST_PAUSE.multipliedBy(1L << (2 * (attempt - 1)));
  }

  private static String cut(String error) {
    return error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) : error;
  }

  private static Sql of(Notice notice, long attempts) {
    return Sql.of(
        " WHERE event_id = {} AND destination = {} AND object = {} AND attempts = {} AND status ="
            + " 'pending'",
        Sql.literal(notice.eventId()),
        Sql.literal(notice.destination()),
        Sql.literal(notice.object()),
        Sql.number(attempts));
  }
}
