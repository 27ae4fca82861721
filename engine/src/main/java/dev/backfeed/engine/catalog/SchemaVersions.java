package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements that bring our schema from one version to the next. A version that was released is
 * never changed; what comes later is a version of its own.
 */
final class SchemaVersions {
  static final int LATEST = 1;

  private SchemaVersions() {}

  static List<Sql> statements(Warehouse warehouse, int version) {
    if (version != 1) {
      throw new IllegalArgumentException("no version " + version);
    }
    List<Sql> statements = new ArrayList<>();
    statements.addAll(definitions(warehouse));
    statements.addAll(runs(warehouse));
    statements.addAll(engine(warehouse));
    statements.addAll(agents(warehouse));
    statements.addAll(alerts(warehouse));
    statements.addAll(SchemaViews.all(warehouse));
    if (warehouse.dialect().hasIndexes()) {
      statements.addAll(indexes(warehouse));
    }
    return statements;
  }

  private static List<Sql> definitions(Warehouse warehouse) {
    Sql json = warehouse.dialect().jsonType();
    return List.of(
        Sql.of(
            "CREATE TABLE {} (version INTEGER NOT NULL, applied_at TIMESTAMPTZ NOT NULL, changes"
                + " BIGINT NOT NULL)",
            warehouse.table("schema_version")),
        Sql.of(
            """
            CREATE TABLE {} (
              name VARCHAR NOT NULL, value VARCHAR NOT NULL, updated_at TIMESTAMPTZ NOT NULL,
              updated_by VARCHAR NOT NULL, applied_at TIMESTAMPTZ)""",
            warehouse.table("settings")),
        Sql.of(
            """
            CREATE TABLE {} (
              name VARCHAR NOT NULL, type VARCHAR NOT NULL, options {} NOT NULL,
              tags VARCHAR NOT NULL, paused BOOLEAN NOT NULL, max_calls_per_day BIGINT,
              cost_per_call DOUBLE PRECISION,
              created_at TIMESTAMPTZ NOT NULL, created_by VARCHAR NOT NULL,
              updated_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("destinations"),
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, name VARCHAR NOT NULL, version INTEGER NOT NULL,
              destination VARCHAR NOT NULL, object VARCHAR NOT NULL, mode VARCHAR NOT NULL,
              definition VARCHAR NOT NULL, query VARCHAR NOT NULL, columns {} NOT NULL,
              session_context {} NOT NULL, schedule VARCHAR, tags VARCHAR NOT NULL, owner VARCHAR,
              description VARCHAR, paused BOOLEAN NOT NULL, state_table VARCHAR NOT NULL,
              created_at TIMESTAMPTZ NOT NULL, created_by VARCHAR NOT NULL,
              updated_at TIMESTAMPTZ NOT NULL, stale_after_seconds BIGINT NOT NULL,
              state_view VARCHAR NOT NULL, next_key VARCHAR)""",
            warehouse.table("syncs"),
            json,
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, sync VARCHAR NOT NULL, version INTEGER NOT NULL,
              definition VARCHAR NOT NULL, created_at TIMESTAMPTZ NOT NULL,
              created_by VARCHAR NOT NULL)""",
            warehouse.table("sync_versions")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, column_name VARCHAR NOT NULL, field VARCHAR NOT NULL,
              source_columns VARCHAR NOT NULL, policy VARCHAR NOT NULL,
              since_version INTEGER NOT NULL)""",
            warehouse.table("field_origins")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, field VARCHAR NOT NULL, relation VARCHAR NOT NULL,
              column_name VARCHAR NOT NULL)""",
            warehouse.table("field_sources")),
        Sql.of(
            """
            CREATE TABLE {} (
              relation VARCHAR NOT NULL, column_name VARCHAR NOT NULL, tag VARCHAR NOT NULL,
              source VARCHAR)""",
            warehouse.table("column_tags")));
  }

  private static List<Sql> runs(Warehouse warehouse) {
    Sql json = warehouse.dialect().jsonType();
    return List.of(
        Sql.of(
            """
            CREATE TABLE {} (
              run_id VARCHAR NOT NULL, sync_id VARCHAR NOT NULL, sync VARCHAR NOT NULL,
              version INTEGER NOT NULL, triggered_by VARCHAR NOT NULL,
              requested_by VARCHAR NOT NULL, context {}, status VARCHAR NOT NULL,
              started_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ,
              selected BIGINT NOT NULL, unchanged BIGINT NOT NULL, added BIGINT NOT NULL,
              changed BIGINT NOT NULL, removed BIGINT NOT NULL, resent BIGINT NOT NULL,
              created BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL,
              skipped BIGINT NOT NULL, rejected BIGINT NOT NULL, failed BIGINT NOT NULL,
              deferred BIGINT NOT NULL, api_calls BIGINT NOT NULL, retries BIGINT NOT NULL,
              duration_ms BIGINT NOT NULL, message VARCHAR, bytes_sent BIGINT NOT NULL,
              rate_limited_ms BIGINT NOT NULL, watermark VARCHAR, error VARCHAR,
              epoch BIGINT NOT NULL, destination VARCHAR NOT NULL, horizon BIGINT NOT NULL)""",
            warehouse.table("sync_runs"),
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              run_id VARCHAR NOT NULL, sync VARCHAR NOT NULL, record_key VARCHAR NOT NULL,
              operation VARCHAR NOT NULL, outcome VARCHAR NOT NULL, changes {},
              destination_id VARCHAR, error_type VARCHAR, error_code VARCHAR,
              error_message VARCHAR, attempts BIGINT NOT NULL, occurred_at TIMESTAMPTZ NOT NULL,
              seq BIGINT NOT NULL, checkpoint_no BIGINT NOT NULL, held {})""",
            warehouse.table("sync_log"),
            json,
            json));
  }

  private static List<Sql> engine(Warehouse warehouse) {
    Sql json = warehouse.dialect().jsonType();
    return List.of(
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, token BIGINT NOT NULL, owner VARCHAR,
              expires_at TIMESTAMPTZ, run_id VARCHAR, paused BOOLEAN NOT NULL,
              cancel_requested VARCHAR, epoch BIGINT NOT NULL, checkpoint BIGINT NOT NULL,
              rows_in_state BIGINT NOT NULL, populated_by VARCHAR, seen_by VARCHAR,
              digests VARCHAR, watermark VARCHAR, watermark_of VARCHAR,
              reconciled_at TIMESTAMPTZ)""",
            warehouse.table("control")),
        Sql.of(
            """
            CREATE TABLE {} (
              run_id VARCHAR NOT NULL, batch_no BIGINT NOT NULL, first_seq BIGINT NOT NULL,
              last_seq BIGINT NOT NULL, status VARCHAR NOT NULL, job_ref VARCHAR,
              idempotency_key VARCHAR, sent_at TIMESTAMPTZ, answered_at TIMESTAMPTZ)""",
            warehouse.table("run_batches")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, record_key VARCHAR NOT NULL, op VARCHAR NOT NULL,
              reason VARCHAR NOT NULL, payload_hash VARCHAR, intent VARCHAR,
              attempts BIGINT NOT NULL, first_at TIMESTAMPTZ NOT NULL,
              next_attempt_at TIMESTAMPTZ, run_id VARCHAR NOT NULL, error_type VARCHAR,
              error_code VARCHAR, error_message VARCHAR)""",
            warehouse.table("row_notes")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, record_key VARCHAR NOT NULL, field VARCHAR NOT NULL,
              value_hash VARCHAR NOT NULL, runs BIGINT NOT NULL, since TIMESTAMPTZ NOT NULL,
              due BOOLEAN NOT NULL)""",
            warehouse.table("unstable_values")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL, for_review BOOLEAN NOT NULL,
              epoch BIGINT NOT NULL, scope VARCHAR NOT NULL, row_limit BIGINT,
              expires_at TIMESTAMPTZ NOT NULL, reconciles BOOLEAN NOT NULL)""",
            warehouse.table("held_plans")),
        Sql.of(
            """
            CREATE TABLE {} (
              verification_id VARCHAR NOT NULL, sync_id VARCHAR NOT NULL, sync VARCHAR NOT NULL,
              record_key VARCHAR NOT NULL, verdict VARCHAR NOT NULL, fields {} NOT NULL,
              checked_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("sync_verifications"),
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              run_id VARCHAR NOT NULL, sync_id VARCHAR NOT NULL, sync VARCHAR NOT NULL,
              record_key VARCHAR NOT NULL, field VARCHAR NOT NULL, policy VARCHAR NOT NULL,
              ours {}, theirs {}, occurred_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("sync_conflicts"),
            json,
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              verification_id VARCHAR NOT NULL, sync_id VARCHAR NOT NULL, sync VARCHAR NOT NULL,
              destination VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL,
              finished_at TIMESTAMPTZ NOT NULL, checked BIGINT NOT NULL, matched BIGINT NOT NULL,
              differs BIGINT NOT NULL, missing BIGINT NOT NULL, api_calls BIGINT NOT NULL)""",
            warehouse.table("sync_verification_runs")),
        Sql.of(
            """
            CREATE TABLE {} (
              account VARCHAR NOT NULL, utc_day DATE NOT NULL, calls BIGINT NOT NULL)""",
            warehouse.table("quota_claims")),
        Sql.of(
            """
            CREATE TABLE {} (
              account VARCHAR NOT NULL, turn BIGINT NOT NULL, next_at TIMESTAMPTZ NOT NULL,
              budget BIGINT, runs VARCHAR NOT NULL)""",
            warehouse.table("account_calls")),
        Sql.of(
            """
            CREATE TABLE {} (
              destination VARCHAR NOT NULL, object VARCHAR NOT NULL, id VARCHAR NOT NULL,
              key VARCHAR NOT NULL, record {} NOT NULL)""",
            warehouse.table("sandbox_records"),
            json));
  }

  /** Times in defaults are those of the statement and not of the transaction it stands in. */
  private static List<Sql> agents(Warehouse warehouse) {
    Sql json = warehouse.dialect().jsonType();
    return List.of(
        Sql.of(
            """
            CREATE TABLE {} (
              id VARCHAR DEFAULT CAST(gen_random_uuid() AS VARCHAR) NOT NULL,
              statement VARCHAR NOT NULL, context {}, status VARCHAR DEFAULT 'requested' NOT NULL,
              run_id VARCHAR, result {}, error VARCHAR,
              requested_by VARCHAR DEFAULT CURRENT_USER NOT NULL,
              requested_at TIMESTAMPTZ DEFAULT {} NOT NULL,
              finished_at TIMESTAMPTZ, agent VARCHAR, taken_at TIMESTAMPTZ, invocation VARCHAR)""",
            warehouse.table("requests"),
            json,
            json,
            warehouse.dialect().clock()),
        Sql.of(
            """
            CREATE TABLE {} (
              agent VARCHAR NOT NULL, host VARCHAR NOT NULL, pid BIGINT NOT NULL,
              version VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL,
              seen_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("agents")),
        Sql.of(
            """
            CREATE TABLE {} (
              sync_id VARCHAR NOT NULL, last_due_at TIMESTAMPTZ NOT NULL, turn BIGINT NOT NULL,
              agent VARCHAR, taken_at TIMESTAMPTZ)""",
            warehouse.table("schedules")));
  }

  /** What is watched, how it stands, what was found, and who was told. */
  private static List<Sql> alerts(Warehouse warehouse) {
    Sql json = warehouse.dialect().jsonType();
    return List.of(
        Sql.of(
            """
            CREATE TABLE {} (
              alert_id VARCHAR NOT NULL, name VARCHAR NOT NULL, definition VARCHAR NOT NULL,
              on_sync VARCHAR, conditions {} NOT NULL, notify {} NOT NULL,
              created_at TIMESTAMPTZ NOT NULL, created_by VARCHAR NOT NULL,
              updated_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("alerts"),
            json,
            json),
        Sql.of(
            """
            CREATE TABLE {} (
              event_id VARCHAR NOT NULL, alert VARCHAR NOT NULL, sync VARCHAR,
              destination VARCHAR NOT NULL, condition VARCHAR NOT NULL, state VARCHAR NOT NULL,
              value DOUBLE PRECISION, newly_failing BIGINT, message VARCHAR NOT NULL,
              run_id VARCHAR, occurred_at TIMESTAMPTZ NOT NULL)""",
            warehouse.table("alert_events")),
        Sql.of(
            """
            CREATE TABLE {} (
              event_id VARCHAR NOT NULL, destination VARCHAR NOT NULL, object VARCHAR NOT NULL,
              status VARCHAR NOT NULL, attempts BIGINT NOT NULL,
              next_attempt_at TIMESTAMPTZ NOT NULL, delivered_at TIMESTAMPTZ, error VARCHAR)""",
            warehouse.table("alert_notifications")),
        Sql.of(
            """
            CREATE TABLE {} (
              alert_id VARCHAR NOT NULL, condition VARCHAR NOT NULL, subject VARCHAR NOT NULL,
              violated BOOLEAN NOT NULL, since TIMESTAMPTZ, from_at TIMESTAMPTZ NOT NULL,
              seen VARCHAR NOT NULL, seen_status VARCHAR NOT NULL)""",
            warehouse.table("alert_states")),
        Sql.of("CREATE TABLE {} (turn BIGINT NOT NULL)", warehouse.table("alert_watch")),
        Sql.of("INSERT INTO {} VALUES (0)", warehouse.table("alert_watch")));
  }

  private static List<Sql> indexes(Warehouse warehouse) {
    return List.of(
        Sql.of("CREATE UNIQUE INDEX ON {} (lower(name))", warehouse.table("destinations")),
        Sql.of("CREATE UNIQUE INDEX ON {} (lower(name))", warehouse.table("syncs")),
        Sql.of("CREATE UNIQUE INDEX ON {} (sync_id)", warehouse.table("control")),
        Sql.of("CREATE UNIQUE INDEX ON {} (name)", warehouse.table("settings")),
        Sql.of("CREATE UNIQUE INDEX ON {} (id)", warehouse.table("requests")),
        Sql.of("CREATE INDEX ON {} (status, requested_at)", warehouse.table("requests")),
        Sql.of("CREATE INDEX ON {} (invocation)", warehouse.table("requests")),
        Sql.of("CREATE UNIQUE INDEX ON {} (agent)", warehouse.table("agents")),
        Sql.of("CREATE UNIQUE INDEX ON {} (sync_id)", warehouse.table("schedules")),
        Sql.of("CREATE UNIQUE INDEX ON {} (lower(name))", warehouse.table("alerts")),
        Sql.of("CREATE UNIQUE INDEX ON {} (event_id)", warehouse.table("alert_events")),
        Sql.of(
            "CREATE INDEX ON {} (status, next_attempt_at)", warehouse.table("alert_notifications")),
        Sql.of("CREATE UNIQUE INDEX ON {} (account, utc_day)", warehouse.table("quota_claims")),
        Sql.of("CREATE UNIQUE INDEX ON {} (account)", warehouse.table("account_calls")),
        Sql.of("CREATE UNIQUE INDEX ON {} (run_id)", warehouse.table("sync_runs")),
        Sql.of("CREATE INDEX ON {} (sync_id, run_id)", warehouse.table("sync_runs")),
        Sql.of("CREATE INDEX ON {} (run_id, seq)", warehouse.table("sync_log")),
        Sql.of("CREATE INDEX ON {} (sync_id, record_key)", warehouse.table("row_notes")),
        Sql.of(
            "CREATE UNIQUE INDEX ON {} (destination, object, id)",
            warehouse.table("sandbox_records")),
        Sql.of(
            "CREATE INDEX ON {} (destination, object, key)", warehouse.table("sandbox_records")));
  }
}
