package dev.backfeed.engine.agent;

import dev.backfeed.engine.AgentDesk.Due;
import dev.backfeed.engine.Trigger;
import dev.backfeed.engine.agent.Timetable.DueTimes;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.Schema;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.push.RunOrder;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Schedule;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table {@code schedules}: a row a sync says when its schedule was taken last, how often, and
 * by which agent while that one is at it. A run that is due is taken by an update that names the
 * turn it was found at. What is paused, or has a plan held for review, is not taken; it stays due.
 */
final class ScheduleBook {
  /** In a run's context: since when it was due. */
  static final String DUE_AT = "due_at";

  private final RunEnvironment environment;
  private final Warehouse work;
  private final Agents agents;
  private final String agent;
  private final Map<String, Known> known = new HashMap<>();

  ScheduleBook(RunEnvironment environment, Agents agents, String agent) {
    this.environment = environment;
    this.work = environment.work();
    this.agents = agents;
    this.agent = agent;
  }

  /** A definition that was read, so that it need not be parsed at each look. */
  private record Known(StoredSync sync, Timetable timetable) {}

  private record Row(
      String syncId, int version, Instant last, long turn, boolean taken, boolean alive) {}

  /** One that can be taken now. */
  private record Candidate(Row row, StoredSync sync, DueTimes due, Optional<Duration> open) {}

  /** A sync that is being sent, and the time for which it was due. */
  private record Busy(StoredSync sync, Instant dueAt) {
    /** What refers to it, or comes after it, and was due no sooner, waits for it. */
    boolean holdsBack(Candidate candidate) {
      return !dueAt.isAfter(candidate.due().since()) && RunOrder.waitsFor(candidate.sync(), sync);
    }
  }

  List<Due> take(int most, OffsetDateTime now) throws SQLException {
    Map<String, Candidate> candidates = new LinkedHashMap<>();
    List<Busy> busy = new ArrayList<>();
    for (Row row : rows(now)) {
      Optional<Known> found = known(row);
      if (found.isEmpty()) {
        continue;
      }
      if (row.taken() && row.alive()) {
        busy.add(new Busy(found.get().sync(), row.last()));
      } else {
        candidate(row, found.get(), now.toInstant())
            .ifPresent(candidate -> candidates.put(row.syncId(), candidate));
      }
    }
    List<Due> taken = new ArrayList<>();
    for (StoredSync sync :
        new RunOrder(environment).of(candidates.values().stream().map(Candidate::sync).toList())) {
      if (taken.size() == most) {
        break;
      }
      Candidate candidate = candidates.get(sync.syncId());
      if (busy.stream().noneMatch(other -> other.holdsBack(candidate))) {
        take(candidate, now).ifPresent(taken::add);
      }
      busy.add(new Busy(sync, candidate.due().latest()));
    }
    return taken;
  }

  private List<Row> rows(OffsetDateTime now) throws SQLException {
    return work.query(
        Sql.of(
            """
            SELECT s.sync_id, s.version, t.last_due_at, t.turn, t.agent IS NOT NULL,
                   COALESCE(t.agent IN ({}), FALSE)
            FROM {} s
            JOIN {} t ON t.sync_id = s.sync_id
            LEFT JOIN {} d ON lower(d.name) = lower(s.destination)
            WHERE s.schedule IS NOT NULL AND NOT s.paused AND NOT COALESCE(d.paused, FALSE)
              AND NOT EXISTS (SELECT 1 FROM {} h WHERE h.sync_id = s.sync_id AND h.for_review
                              AND h.expires_at > {})
            ORDER BY lower(s.name)""",
            agents.living(),
            work.table("syncs"),
            work.table("schedules"),
            work.table("destinations"),
            work.table("held_plans"),
            Sql.timestamp(now)),
        row ->
            new Row(
                row.getString(1),
                row.getInt(2),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getLong(4),
                row.getBoolean(5),
                row.getBoolean(6)));
  }

  private Optional<Known> known(Row row) throws SQLException {
    Known present = known.get(row.syncId());
    if (present != null && present.sync().version() == row.version()) {
      return Optional.of(present);
    }
    Optional<StoredSync> sync = environment.syncs().byId(row.syncId());
    Optional<Schedule> schedule = sync.flatMap(s -> s.definition().schedule());
    if (schedule.isEmpty()) {
      return Optional.empty();
    }
    Known read = new Known(sync.get(), new Timetable(schedule.get()));
    known.put(row.syncId(), read);
    return Optional.of(read);
  }

  private Optional<Candidate> candidate(Row row, Known found, Instant now) throws SQLException {
    Optional<Duration> open = found.timetable().closes(now).map(at -> Duration.between(now, at));
    if (row.taken()) {
      // Its agent is dead, or has handed it back: the same run is still due.
      DueTimes same = new DueTimes(row.last(), row.last());
      return Optional.of(new Candidate(row, found.sync(), same, open));
    }
    return found
        .timetable()
        .due(row.last(), now, otherEnd(found.sync()))
        .map(due -> new Candidate(row, found.sync(), due, open));
  }

  /** When the sync of AFTER last came to a complete end. */
  private Optional<Instant> otherEnd(StoredSync sync) throws SQLException {
    Optional<String> name =
        sync.definition().schedule().flatMap(Schedule::after).map(after -> after.text());
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return work.queryOne(
            Sql.of(
                """
                SELECT MAX(r.finished_at) FROM {} r JOIN {} s ON s.sync_id = r.sync_id
                WHERE lower(s.name) = lower({}) AND r.triggered_by <> 'undo'
                  AND {}""",
                work.table("sync_runs"),
                work.table("syncs"),
                Sql.bind(name.get()),
                Schema.COMPLETE),
            row -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
        .flatMap(end -> end.map(OffsetDateTime::toInstant));
  }

  private Optional<Due> take(Candidate candidate, OffsetDateTime now) throws SQLException {
    Row row = candidate.row();
    boolean won =
        work.wins(
            Sql.of(
                "UPDATE {} SET last_due_at = {}, turn = {}, agent = {}, taken_at = {} WHERE sync_id"
                    + " = {} AND turn = {}",
                work.table("schedules"),
                Sql.timestamp(candidate.due().latest().atOffset(ZoneOffset.UTC)),
                Sql.number(row.turn() + 1),
                Sql.literal(agent),
                Sql.timestamp(now),
                Sql.literal(row.syncId()),
                Sql.number(row.turn())));
    return won ? Optional.of(due(candidate)) : Optional.empty();
  }

  private static Due due(Candidate candidate) {
    Schedule schedule = candidate.sync().definition().schedule().orElseThrow();
    Trigger.By by = schedule.kind() == Schedule.Kind.AFTER ? Trigger.By.AFTER : Trigger.By.SCHEDULE;
    String context =
        Json.write(
            Json.object()
                .put(DUE_AT, candidate.due().latest().toString())
                .put("schedule", schedule.toString()));
    return new Due(
        candidate.row().syncId(),
        candidate.sync().name(),
        candidate.row().turn() + 1,
        candidate.due().latest(),
        candidate.open(),
        new Trigger(by, Optional.of("agent"), Optional.of(context)),
        candidate.row().taken());
  }

  /** It was run, whatever came of it. */
  void done(Due due) throws SQLException {
    work.run(Sql.of("UPDATE {} SET agent = NULL{}", work.table("schedules"), ours(due)));
  }

  /** It is still due, for whoever looks next. */
  void handBack(Due due) throws SQLException {
    work.run(Sql.of("UPDATE {} SET agent = ''{}", work.table("schedules"), ours(due)));
  }

  private Sql ours(Due due) {
    return Sql.of(
        " WHERE sync_id = {} AND turn = {} AND agent = {}",
        Sql.literal(due.syncId()),
        Sql.number(due.turn()),
        Sql.literal(agent));
  }

  static String lower(Trigger.By by) {
    return by.name().toLowerCase(Locale.ROOT);
  }
}
