package dev.backfeed.engine.alert;

import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.AlertCondition;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The syncs there are, as far as conditions look at them. Read once a look. */
final class WatchedSyncs {
  private final List<Sync> syncs;

  private WatchedSyncs(List<Sync> syncs) {
    this.syncs = syncs;
  }

  /**
   * One sync.
   *
   * @param paused whether it or its destination is
   * @param callsPerDay the destination's {@code max_calls_per_day}
   * @param completeAt when its last complete run ended
   */
  record Sync(
      String id,
      String name,
      String destination,
      boolean paused,
      OffsetDateTime createdAt,
      Optional<Long> callsPerDay,
      Optional<OffsetDateTime> completeAt) {}

  /** A condition of an alert, and what it is about. */
  record Watched(StoredAlert alert, AlertCondition condition, Subject subject, Sync sync) {
    AlertStates.Key key() {
      return new AlertStates.Key(alert.alertId(), condition.toString(), subject.id());
    }
  }

  static WatchedSyncs read(Warehouse work) throws SQLException {
    return new WatchedSyncs(
        work.query(
            Sql.of(
                """
                SELECT s.sync_id, s.name, s.destination, s.paused OR COALESCE(d.paused, FALSE),
                       s.created_at, d.max_calls_per_day, c.finished_at
                FROM {} s
                LEFT JOIN {} d ON lower(d.name) = lower(s.destination)
                LEFT JOIN (SELECT r.sync_id, MAX(r.finished_at) AS finished_at FROM {} r
                           WHERE r.triggered_by <> 'undo' AND (r.status = 'succeeded'
                             OR (r.status = 'partial' AND r.deferred = 0))
                           GROUP BY r.sync_id) c ON c.sync_id = s.sync_id
                ORDER BY lower(s.name)""",
                work.table("syncs"),
                work.table("destinations"),
                work.table("sync_runs")),
            row ->
                new Sync(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getBoolean(4),
                    row.getObject(5, OffsetDateTime.class),
                    Optional.ofNullable(row.getObject(6, Long.class)),
                    Optional.ofNullable(row.getObject(7, OffsetDateTime.class)))));
  }

  /** All that the alerts ask to be watched; nothing for a sync that is not there. */
  Map<AlertStates.Key, Watched> of(List<StoredAlert> alerts) {
    Map<AlertStates.Key, Watched> all = new LinkedHashMap<>();
    for (StoredAlert alert : alerts) {
      for (AlertCondition condition : alert.conditions()) {
        for (Sync sync : watchedBy(alert)) {
          Watched watched = new Watched(alert, condition, subject(alert, condition, sync), sync);
          all.putIfAbsent(watched.key(), watched);
        }
      }
    }
    return all;
  }

  private static Subject subject(StoredAlert alert, AlertCondition condition, Sync sync) {
    return condition.kind() == AlertCondition.Kind.QUOTA
        ? Subject.quota(sync, alert.onSync().isPresent())
        : Subject.of(sync);
  }

  private List<Sync> watchedBy(StoredAlert alert) {
    List<Sync> watched = new ArrayList<>();
    for (Sync sync : syncs) {
      if (alert.onSync().map(sync.name()::equalsIgnoreCase).orElse(true)) {
        watched.add(sync);
      }
    }
    return watched;
  }
}
