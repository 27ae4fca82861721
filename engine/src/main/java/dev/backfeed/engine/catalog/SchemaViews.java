package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.util.List;

/** The views a person reads, over the tables the engine writes. */
final class SchemaViews {
  private SchemaViews() {}

  static List<Sql> all(Warehouse w) {
    return List.of(errors(w), pending(w), state(w), health(w), usage(w), fields(w));
  }

  private static Sql errors(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT s.name AS sync, n.record_key,
               CASE WHEN n.reason = 'FAILED' AND n.next_attempt_at IS NULL THEN 'GIVEN_UP'
                    ELSE n.reason END AS reason,
               n.error_type, n.error_code, n.error_message,
               n.attempts, n.run_id AS first_run_id, n.first_at, n.next_attempt_at
        FROM {} n JOIN {} s ON s.sync_id = n.sync_id
        WHERE n.reason IN ('FAILED', 'REJECTED')""",
        w.table("sync_errors"),
        w.table("row_notes"),
        w.table("syncs"));
  }

  private static Sql pending(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT s.name AS sync, n.record_key, n.op AS operation,
               CASE WHEN n.reason = 'DEFERRED' THEN COALESCE(n.error_type, n.reason)
                    ELSE n.reason END AS reason,
               n.first_at AS since, n.next_attempt_at
        FROM {} n JOIN {} s ON s.sync_id = n.sync_id
        WHERE n.reason IN ('DEFERRED', 'IN_DOUBT')
        UNION ALL
        SELECT s.name, u.record_key, 'changed', 'UNSTABLE', MIN(u.since), NULL
        FROM {} u JOIN {} s ON s.sync_id = u.sync_id
        WHERE NOT u.due
        GROUP BY s.name, u.record_key""",
        w.table("sync_pending"),
        w.table("row_notes"),
        w.table("syncs"),
        w.table("unstable_values"),
        w.table("syncs"));
  }

  /** Runs that count for freshness; the newest first. */
  private static Sql complete(Warehouse w) {
    return Sql.of(
        """
        SELECT r.*, row_number() OVER (PARTITION BY r.sync_id ORDER BY r.run_id DESC) AS nth
        FROM {} r
        WHERE r.triggered_by <> 'undo'
          AND {}""",
        w.table("sync_runs"),
        Schema.COMPLETE);
  }

  private static Sql attempted(Warehouse w) {
    return Sql.of(
        """
        SELECT r.*, row_number() OVER (PARTITION BY r.sync_id ORDER BY r.run_id DESC) AS nth
        FROM {} r""",
        w.table("sync_runs"));
  }

  private static Sql state(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT s.name AS sync, c.run_id AS last_complete_run, a.run_id AS last_attempted_run,
               a.status AS last_status, k.rows_in_state, k.watermark,
               CAST(floor(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - c.finished_at)) / 60) AS BIGINT)
                 AS minutes_since_success
        FROM {} s
        LEFT JOIN {} k ON k.sync_id = s.sync_id
        LEFT JOIN ({}) c ON c.sync_id = s.sync_id AND c.nth = 1
        LEFT JOIN ({}) a ON a.sync_id = s.sync_id AND a.nth = 1""",
        w.table("sync_state"),
        w.table("syncs"),
        w.table("control"),
        complete(w),
        attempted(w));
  }

  private static Sql health(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT s.name AS sync,
               CASE WHEN s.paused OR d.paused THEN 'PAUSED'
                    WHEN c.finished_at IS NULL THEN 'NEVER RUN'
                    WHEN EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - c.finished_at))
                         > s.stale_after_seconds THEN 'STALE'
                    WHEN EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - c.finished_at))
                         > s.stale_after_seconds / 2.0 THEN 'WARNING'
                    ELSE 'HEALTHY' END AS freshness_status,
               CASE WHEN a.created + a.updated + a.deleted + a.skipped + a.failed > 0
                    THEN CAST(100.0 * (a.created + a.updated + a.deleted + a.skipped)
                         / (a.created + a.updated + a.deleted + a.skipped + a.failed)
                         AS DECIMAL(5, 2)) END AS success_rate_pct,
               CASE WHEN a.duration_ms > 0
                    THEN CAST(1000.0 * (a.created + a.updated + a.deleted) / a.duration_ms
                         AS DECIMAL(18, 1)) END AS records_per_second,
               c.selected AS last_selected, p.selected AS previous_selected,
               c.selected - p.selected AS selected_change,
               CAST(floor(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - w.oldest)) / 60) AS BIGINT)
                 AS oldest_pending_minutes,
               e.error_summary
        FROM {} s
        LEFT JOIN {} d ON lower(d.name) = lower(s.destination)
        LEFT JOIN ({}) c ON c.sync_id = s.sync_id AND c.nth = 1
        LEFT JOIN ({}) p ON p.sync_id = s.sync_id AND p.nth = 2
        LEFT JOIN ({}) a ON a.sync_id = s.sync_id AND a.nth = 1
        LEFT JOIN (SELECT sync, MIN(since) AS oldest FROM {} GROUP BY sync) w ON w.sync = s.name
        LEFT JOIN (SELECT sync, string_agg(kind, ', ' ORDER BY kind) AS error_summary
                   FROM (SELECT sync, COALESCE(NULLIF(error_code, ''), error_type) || ': ' || COUNT(*)
                           AS kind
                         FROM {} GROUP BY sync, COALESCE(NULLIF(error_code, ''), error_type)) k
                   GROUP BY sync) e ON e.sync = s.name""",
        w.table("sync_health"),
        w.table("syncs"),
        w.table("destinations"),
        complete(w),
        complete(w),
        attempted(w),
        w.table("sync_pending"),
        w.table("sync_errors"));
  }

  /**
   * A field's tags are those of its source columns; a relation is tagged under its name, however
   * much of its path is written. It counts as sent by each run since its version that sent rows.
   */
  private static Sql fields(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT s.name AS sync, f.column_name, f.field, f.source_columns, t.tags, f.policy,
               r.first_sent_at, r.last_sent_at
        FROM {} f
        JOIN {} s ON s.sync_id = f.sync_id
        LEFT JOIN (SELECT o.sync_id, o.field, string_agg(DISTINCT c.tag, ',' ORDER BY c.tag) AS tags
                   FROM {} o JOIN {} c ON lower(c.column_name) = lower(o.column_name)
                     AND (lower(c.relation) = lower(o.relation)
                          OR right(lower(o.relation), length(c.relation) + 1)
                             = '.' || lower(c.relation))
                   GROUP BY o.sync_id, o.field) t
          ON t.sync_id = f.sync_id AND t.field = f.field
        LEFT JOIN (SELECT g.sync_id, g.field, MIN(n.started_at) AS first_sent_at,
                          MAX(n.finished_at) AS last_sent_at
                   FROM {} g JOIN {} n ON n.sync_id = g.sync_id AND n.version >= g.since_version
                   WHERE n.created + n.updated > 0
                   GROUP BY g.sync_id, g.field) r
          ON r.sync_id = f.sync_id AND r.field = f.field""",
        w.table("sync_fields"),
        w.table("field_origins"),
        w.table("syncs"),
        w.table("field_sources"),
        w.table("column_tags"),
        w.table("field_origins"),
        w.table("sync_runs"));
  }

  /** Calls of runs and of verifications. */
  private static Sql usage(Warehouse w) {
    return Sql.of(
        """
        CREATE VIEW {} AS
        SELECT r.destination, CAST(r.started_at AT TIME ZONE 'UTC' AS DATE) AS utc_day,
               CAST(SUM(r.api_calls) AS BIGINT) AS calls,
               CAST(SUM(r.written) AS BIGINT) AS "rows",
               CAST(SUM(r.bytes_sent) AS BIGINT) AS bytes,
               CAST(SUM(r.retries) AS BIGINT) AS retries,
               CAST(SUM(r.rate_limited_ms) AS BIGINT) AS rate_limited_ms,
               MAX(d.max_calls_per_day) AS quota,
               SUM(r.api_calls) * MAX(d.cost_per_call) AS cost
        FROM (SELECT destination, started_at, api_calls, created + updated + deleted AS written,
                     bytes_sent, retries, rate_limited_ms FROM {}
              UNION ALL
              SELECT destination, started_at, api_calls, 0, 0, 0, 0 FROM {}) r
        LEFT JOIN {} d ON lower(d.name) = lower(r.destination)
        GROUP BY r.destination, CAST(r.started_at AT TIME ZONE 'UTC' AS DATE)""",
        w.table("api_usage"),
        w.table("sync_runs"),
        w.table("sync_verification_runs"),
        w.table("destinations"));
  }
}
