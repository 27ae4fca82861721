package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.Settings;
import dev.backfeed.engine.catalog.Settings.Setting;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes what the settings say is kept no longer: each setting is seen to once a day, in pieces
 * that are bounded. What the engine itself still reads stays: whatever is of a run that has not
 * ended, and the newest runs of each sync. A pace counts the answers of today, and nothing is kept
 * for less than a day.
 */
public final class Retention {
  private static final Duration PAUSE = Duration.ofDays(1);

  /** Runs and answers that one piece has at most; a single run may have more answers. */
  private static final int MOST_RUNS = 500;

  private static final long MOST_ANSWERS = 1_000_000;

  private final Warehouse work;
  private final Settings settings;

  public Retention(Warehouse work, Settings settings) {
    this.work = work;
    this.settings = settings;
  }

  /** Sees to what is due: one piece a setting, each in a transaction of its own. */
  public void apply(OffsetDateTime now) throws SQLException {
    for (Settings.Retention retention : settings.retentions()) {
      if (retention.appliedAt().map(at -> !at.plus(PAUSE).isAfter(now)).orElse(true)) {
        OffsetDateTime before = now.minus(retention.keep());
        work.transaction(
            () -> {
              if (piece(retention.setting(), before)) {
                settings.applied(retention.setting(), now);
              }
              return null;
            });
      }
    }
  }

  /** Deletes some; whether nothing is left. */
  private boolean piece(Setting setting, OffsetDateTime before) throws SQLException {
    List<OldRun> old =
        work.query(
            setting == Setting.LOG_RETENTION ? withLog(before) : runs(before),
            row -> new OldRun(row.getString(1), row.getLong(2)));
    List<Sql> some = new ArrayList<>();
    long answers = 0;
    for (OldRun run : old) {
      answers += run.answers();
      if (!some.isEmpty() && answers > MOST_ANSWERS) {
        break;
      }
      some.add(Sql.literal(run.id()));
    }
    if (!some.isEmpty()) {
      List<String> tables =
          setting == Setting.LOG_RETENTION
              ? List.of("sync_log", "sync_conflicts")
              : List.of("sync_log", "sync_conflicts", "run_batches", "sync_runs");
      for (String table : tables) {
        work.run(
            Sql.of("DELETE FROM {} WHERE run_id IN ({})", work.table(table), Sql.join(", ", some)));
      }
    }
    if (setting == Setting.RUN_RETENTION) {
      work.run(verifications(before));
    }
    return some.size() == old.size() && old.size() < MOST_RUNS;
  }

  /** The last verification of a sync is what its view shows, and what REPAIR puts right. */
  private Sql verifications(OffsetDateTime before) {
    return Sql.of(
        """
        DELETE FROM {} WHERE finished_at < {} AND verification_id NOT IN (
          SELECT MAX(l.verification_id) FROM {} l GROUP BY l.sync_id)""",
        work.table("sync_verification_runs"),
        Sql.bind(before),
        work.table("sync_verification_runs"));
  }

  private record OldRun(String id, long answers) {}

  private Sql withLog(OffsetDateTime before) {
    return Sql.of(
        "{} AND (EXISTS (SELECT 1 FROM {} l WHERE l.run_id = r.run_id) OR EXISTS (SELECT 1 FROM {} f"
            + " WHERE f.run_id = r.run_id)){}",
        ended(before),
        work.table("sync_log"),
        work.table("sync_conflicts"),
        oldest());
  }

  /** The last attempt and the last two complete runs of a sync are shown by views. */
  private Sql runs(OffsetDateTime before) {
    return Sql.of(
        """
        {} AND r.run_id NOT IN (
          SELECT n.run_id FROM (
            SELECT a.run_id, row_number() OVER (PARTITION BY a.sync_id ORDER BY a.run_id DESC) AS nth
            FROM {} a) n WHERE n.nth = 1)
        AND r.run_id NOT IN (
          SELECT n.run_id FROM (
            SELECT c.run_id, row_number() OVER (PARTITION BY c.sync_id ORDER BY c.run_id DESC) AS nth
            FROM {} c
            WHERE c.status = 'succeeded' OR (c.status = 'partial' AND c.deferred = 0)) n
          WHERE n.nth <= 2){}""",
        ended(before),
        work.table("sync_runs"),
        work.table("sync_runs"),
        oldest());
  }

  private Sql ended(OffsetDateTime before) {
    return Sql.of(
        "SELECT r.run_id, r.created + r.updated + r.deleted + r.skipped + r.failed + r.rejected FROM"
            + " {} r WHERE r.finished_at < {} AND r.status NOT IN ('planning', 'running', 'held')"
            + " AND NOT EXISTS (SELECT 1 FROM {} k WHERE k.run_id = r.run_id)",
        work.table("sync_runs"),
        Sql.bind(before),
        work.table("control"));
  }

  private static Sql oldest() {
    return Sql.of(" ORDER BY r.run_id LIMIT {}", Sql.number(MOST_RUNS));
  }
}
