package dev.backfeed.engine.alert;

import dev.backfeed.engine.alert.Finding.Verdict;
import dev.backfeed.engine.alert.WatchedSyncs.Sync;
import dev.backfeed.engine.alert.WatchedSyncs.Watched;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.AlertCondition.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Conditions about freshness, quota, definitions and verifications. */
final class OtherFindings {
  private final Warehouse work;
  private final OffsetDateTime now;

  OtherFindings(Warehouse work, OffsetDateTime now) {
    this.work = work;
    this.now = now;
  }

  void addTo(Map<AlertStates.Key, List<Finding>> findings, Map<AlertStates.Key, Watched> watched)
      throws SQLException {
    if (asked(watched, Kind.STALE)) {
      watched.values().stream()
          .filter(w -> w.condition().kind() == Kind.STALE)
          .forEach(w -> findings.get(w.key()).add(freshness(w.sync(), w.condition())));
    }
    if (asked(watched, Kind.QUOTA)) {
      Map<String, Long> calls = callsOfToday();
      watched.values().stream()
          .filter(w -> w.condition().kind() == Kind.QUOTA)
          .forEach(w -> findings.get(w.key()).add(quota(w, calls)));
    }
    if (asked(watched, Kind.DEFINITION_CHANGED)) {
      addVersions(findings);
    }
    if (asked(watched, Kind.DIFFERENCES)) {
      addVerifications(findings, watched);
    }
  }

  private static boolean asked(Map<AlertStates.Key, Watched> watched, Kind kind) {
    return watched.values().stream().anyMatch(w -> w.condition().kind() == kind);
  }

  private Finding freshness(Sync sync, AlertCondition condition) {
    Duration limit =
        switch (condition.unit().orElseThrow()) {
          case MINUTES -> Duration.ofMinutes(condition.amount());
          case HOURS -> Duration.ofHours(condition.amount());
          case DAYS -> Duration.ofDays(condition.amount());
        };
    Duration age = Duration.between(sync.completeAt().orElse(sync.createdAt()), now);
    boolean stale = age.compareTo(limit) > 0;
    String last =
        sync.completeAt()
            .map(at -> "the last complete run ended " + AlertText.lasted(age) + " ago")
            .orElse(
                "no run was complete since the sync was made, " + AlertText.lasted(age) + " ago");
    return Finding.now(
        sync.paused() ? Verdict.SILENT : Verdict.of(stale), (double) age.toMinutes(), now, last);
  }

  private Map<String, Long> callsOfToday() throws SQLException {
    Map<String, Long> calls = new HashMap<>();
    work.query(
        Sql.of(
            "SELECT destination, calls FROM {} WHERE utc_day = CAST({} AS DATE)",
            work.table("api_usage"),
            Sql.literal(now.toLocalDate().toString())),
        row -> calls.merge(row.getString(1).toLowerCase(Locale.ROOT), row.getLong(2), Long::sum));
    return calls;
  }

  private Finding quota(Watched watched, Map<String, Long> calls) {
    Optional<Long> quota = watched.sync().callsPerDay();
    if (quota.isEmpty()) {
      return Finding.now(Verdict.FINE, null, now, "the destination has no max_calls_per_day");
    }
    long made = calls.getOrDefault(watched.subject().destination().toLowerCase(Locale.ROOT), 0L);
    return Finding.now(
        Verdict.of(made * 100 > watched.condition().amount() * quota.get()),
        made * 100.0 / quota.get(),
        now,
        "destination \"%s\": %d of %d calls of this UTC day"
            .formatted(watched.subject().destination(), made, quota.get()));
  }

  /** Each version is told once; the first is no change. */
  private void addVersions(Map<AlertStates.Key, List<Finding>> findings) throws SQLException {
    Sql number = Sql.of("lpad(CAST(v.version AS VARCHAR), 10, '0')");
    work.query(
        Sql.of(
            """
            SELECT s.alert_id, s.condition, s.subject, {}, v.version, v.created_by, v.created_at
            FROM {} s JOIN {} v ON v.sync_id = s.subject
            WHERE s.condition = 'DEFINITION CHANGED' AND v.version > 1
              AND v.created_at > s.from_at AND {} > s.seen
            ORDER BY v.version""",
            number,
            work.table("alert_states"),
            work.table("sync_versions"),
            number),
        row -> {
          List<Finding> of =
              findings.get(
                  new AlertStates.Key(row.getString(1), row.getString(2), row.getString(3)));
          return of != null
              && of.add(
                  new Finding(
                      Verdict.VIOLATED,
                      (double) row.getLong(5),
                      Optional.empty(),
                      row.getObject(7, OffsetDateTime.class),
                      row.getString(4),
                      "",
                      List.of("version " + row.getLong(5) + ", by " + row.getString(6))));
        });
  }

  private void addVerifications(
      Map<AlertStates.Key, List<Finding>> findings, Map<AlertStates.Key, Watched> watched)
      throws SQLException {
    work.query(
        Sql.of(
            """
            SELECT s.alert_id, s.condition, s.subject, v.verification_id, v.checked, v.differs,
                   v.missing, v.finished_at
            FROM {} s JOIN {} v ON v.sync_id = s.subject
            WHERE s.condition LIKE 'DIFFERENCES %' AND v.finished_at >= s.from_at
              AND v.verification_id > s.seen
            ORDER BY v.verification_id""",
            work.table("alert_states"), work.table("sync_verification_runs")),
        row -> {
          AlertStates.Key key =
              new AlertStates.Key(row.getString(1), row.getString(2), row.getString(3));
          return watched.containsKey(key)
              && findings
                  .get(key)
                  .add(
                      verified(
                          watched.get(key).condition(),
                          row.getString(4),
                          row.getLong(5),
                          row.getLong(6),
                          row.getLong(7),
                          row.getObject(8, OffsetDateTime.class)));
        });
  }

  private static Finding verified(
      AlertCondition condition,
      String id,
      long checked,
      long differs,
      long missing,
      OffsetDateTime at) {
    long wrong = differs + missing;
    return new Finding(
        Verdict.of(wrong * 100 > condition.amount() * checked),
        checked == 0 ? 0.0 : wrong * 100.0 / checked,
        Optional.empty(),
        at,
        id,
        "",
        List.of(
            "verification %s: of %d records %d differ and %d are missing"
                .formatted(id, checked, differs, missing)));
  }
}
