package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Plans that were made and not sent: those held {@code FOR REVIEW} and those a guard has blocked. A
 * sync has at most one; its table stays until the plan is sent, rejected, superseded by another run
 * or too old. To be used within transactions.
 */
public final class HeldPlans {
  private static final Sql COLUMNS =
      Sql.of("sync_id, run_id, for_review, epoch, scope, row_limit, expires_at, reconciles");

  private final Warehouse work;

  public HeldPlans(Warehouse work) {
    this.work = work;
  }

  /**
   * A plan that is kept.
   *
   * @param runId of the run that made it and will send it
   * @param forReview whether somebody asked for it to be held; else a guard blocked it
   * @param epoch of the state it was made from
   * @param scope which rows it was asked for
   * @param limit at most so many rows are sent
   * @param expiresAt when nobody may approve it any more
   * @param reconciles whether a sync that looks at changed rows only has looked at all of them
   */
  public record Held(
      String syncId,
      String runId,
      boolean forReview,
      long epoch,
      Scope scope,
      OptionalLong limit,
      OffsetDateTime expiresAt,
      boolean reconciles) {
    private static Held read(ResultSet row) throws SQLException {
      Long limit = row.getObject(6, Long.class);
      return new Held(
          row.getString(1),
          row.getString(2),
          row.getBoolean(3),
          row.getLong(4),
          Scope.valueOf(row.getString(5).toUpperCase(Locale.ROOT)),
          limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
          row.getObject(7, OffsetDateTime.class),
          row.getBoolean(8));
    }

    /** Whether nobody may approve it any more. */
    public boolean expired(OffsetDateTime now) {
      return !now.isBefore(expiresAt);
    }
  }

  /** The plan that a run has left to be approved. */
  public Optional<Held> ofRun(String runId) throws SQLException {
    return where(Sql.of("run_id = {}", Sql.bind(runId)));
  }

  /** The plan of a sync; a scheduled run is not made while it is {@link Held#forReview()}. */
  public Optional<Held> of(StoredSync sync) throws SQLException {
    return where(Sql.of("sync_id = {}", Sql.bind(sync.syncId())));
  }

  private Optional<Held> where(Sql condition) throws SQLException {
    return work.queryOne(
        Sql.of("SELECT {} FROM {} WHERE {}", COLUMNS, table(), condition), Held::read);
  }

  /**
   * Keeps the plan of a run that is about to give its lease back, in that transaction: what counts
   * is the epoch after it.
   */
  public void keep(
      Lease lease,
      boolean forReview,
      Scope scope,
      OptionalLong limit,
      OffsetDateTime now,
      Duration holdFor,
      boolean reconciles)
      throws SQLException {
    work.run(
        Sql.of(
            "INSERT INTO {} ({}) SELECT sync_id, {}, {}, epoch + 1, {}, {}, CAST({} AS TIMESTAMPTZ),"
                + " {} FROM {} WHERE sync_id = {}",
            table(),
            COLUMNS,
            Sql.literal(lease.runId()),
            truth(forReview),
            Sql.literal(scope.name().toLowerCase(Locale.ROOT)),
            limit.isPresent() ? Sql.number(limit.getAsLong()) : Sql.of("CAST(NULL AS BIGINT)"),
            Sql.literal(now.plus(holdFor).toInstant().toString()),
            truth(reconciles),
            work.table("control"),
            Sql.literal(lease.syncId())));
  }

  private static Sql truth(boolean value) {
    return value ? Sql.of("TRUE") : Sql.of("FALSE");
  }

  /** Whoever comes next makes a new plan: the old one, if there is one, cannot be sent any more. */
  public void supersede(StoredSync sync, OffsetDateTime now) throws SQLException {
    Optional<Held> held = of(sync);
    if (held.isPresent()) {
      RunStatus status = held.get().expired(now) ? RunStatus.EXPIRED : RunStatus.SUPERSEDED;
      drop(held.get(), status);
    }
  }

  /**
   * The plan goes, and its run is what the status says.
   *
   * @return whether it was still there
   */
  public boolean drop(Held held, RunStatus status) throws SQLException {
    if (!take(held)) {
      return false;
    }
    work.run(
        Sql.of(
            "UPDATE {} SET status = {} WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.bind(status.text()),
            Sql.bind(held.runId())));
    work.run(Sql.of("DROP TABLE IF EXISTS {}", work.table(StoredSync.planTable(held.runId()))));
    return true;
  }

  /** The plan is held no more, and its table stays; whether it was still held. */
  public boolean take(Held held) throws SQLException {
    return work.run(Sql.of("DELETE FROM {} WHERE run_id = {}", table(), Sql.bind(held.runId())))
        == 1;
  }

  private Sql table() {
    return work.table("held_plans");
  }
}
