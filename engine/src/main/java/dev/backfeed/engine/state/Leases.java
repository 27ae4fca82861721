package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Takes and gives back leases in {@code control}. Times are the warehouse's own; owners known to be
 * dead are taken over at once, others when their lease has expired.
 */
public final class Leases {
  /** How long a lease lives without renewal, beside the time-out of a call. */
  private static final Duration BASE = Duration.ofSeconds(90);

  private final Warehouse work;

  public Leases(Warehouse work) {
    this.work = work;
  }

  /** What is done in the transaction that takes the lease. */
  @FunctionalInterface
  public interface Taken {
    /**
     * Runs in the transaction, after the lease was written.
     *
     * @param lease the new one
     * @param formerRun the run that a dead owner left, if any
     */
    void accept(Lease lease, Optional<String> formerRun) throws SQLException;
  }

  /**
   * Takes the lease of a sync, in one transaction with what the caller adds.
   *
   * @param callTimeout the longest call of this run
   * @throws StatementException {@code 55006} if another run is in progress: who, since when
   */
  public Lease take(StoredSync sync, String runId, Duration callTimeout, Taken then)
      throws SQLException {
    LeaseOwner owner = LeaseOwner.here(work.dialect().backend(work.connection()));
    owner.live();
    try {
      return work.transaction(
          () -> {
            Control control = control(sync);
            refuseIfHeld(sync, control);
            Lease lease = claim(sync, runId, control, owner, BASE.plus(callTimeout));
            then.accept(lease, Optional.ofNullable(control.runId()));
            return lease;
          });
    } catch (SQLException e) {
      owner.ended();
      throw work.dialect().isConflict(e) ? inUse(sync, "another client is starting one") : e;
    } catch (RuntimeException e) {
      owner.ended();
      throw e;
    }
  }

  /**
   * Locks the control row for the rest of the open transaction, for a definition that changes, and
   * checks that no run holds it.
   *
   * @throws StatementException {@code 55006}
   */
  public void lock(StoredSync sync) throws SQLException {
    try {
      work.run(
          work.dialect()
              .lock(
                  work.table("control"),
                  Sql.of("token"),
                  Sql.of("sync_id = {}", Sql.bind(sync.syncId()))));
    } catch (SQLException e) {
      throw work.dialect().isConflict(e) ? inUse(sync, "another client holds it") : e;
    }
    refuseIfHeld(sync, control(sync));
  }

  /**
   * What the run writes last in its last transaction: the lease is free again, and the digests are
   * sealed if it says so. The seal names the epoch, which whoever changes the state moves.
   */
  public boolean release(Lease lease, long rowsInState) throws SQLException {
    return work.run(
            Sql.of(
                "UPDATE {} SET token = token, owner = NULL, run_id = NULL, rows_in_state = {},"
                    + " epoch = epoch + 1{} WHERE sync_id = {} AND token = {}",
                work.table("control"),
                Sql.number(rowsInState),
                lease
                    .seal()
                    .map(
                        seal ->
                            Sql.of(
                                ", digests = {} || CAST(epoch + 1 AS VARCHAR)",
                                Sql.literal(seal + "@")))
                    .orElse(Sql.EMPTY),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())))
        == 1;
  }

  /** The process no longer holds it, whatever the table says. */
  public void ended(Lease lease) {
    lease.owner().ended();
  }

  private Lease claim(
      StoredSync sync, String runId, Control control, LeaseOwner owner, Duration life)
      throws SQLException {
    long asked = System.nanoTime();
    boolean expires = work.dialect().hasSeveralProcesses();
    long token = control.token() + 1;
    long rows =
        work.run(
            Sql.of(
                "UPDATE {} SET token = {}, owner = {}, run_id = {}, checkpoint = 0, digests = NULL{}"
                    + " WHERE sync_id = {} AND token = {}",
                work.table("control"),
                Sql.number(token),
                Sql.bind(owner.json()),
                Sql.bind(runId),
                expires
                    ? Sql.of(
                        ", expires_at = {}",
                        work.dialect()
                            .plusSeconds(Sql.of("CURRENT_TIMESTAMP"), Sql.number(life.toSeconds())))
                    : Sql.EMPTY,
                Sql.bind(sync.syncId()),
                Sql.number(control.token())));
    if (rows != 1) {
      throw inUse(sync, "another client was faster");
    }
    Lease lease = new Lease(sync.syncId(), runId, token, owner, expires, life);
    lease.renewed(asked);
    lease.foundSeal(control.seal());
    return lease;
  }

  private void refuseIfHeld(StoredSync sync, Control control) throws SQLException {
    if (control.owner() == null) {
      return;
    }
    LeaseOwner owner = LeaseOwner.read(control.owner());
    // A run of this process that ended badly leaves its connection, and so its backend, alive.
    Boolean alive =
        owner.isOfThisProcess()
            ? Boolean.valueOf(owner.livesHere())
            : work.dialect().alive(work.connection(), owner.backend(), owner.livesHere());
    boolean expired = work.dialect().hasSeveralProcesses() && control.expired();
    if (!Boolean.FALSE.equals(alive) && !expired) {
      throw inUse(sync, "run " + control.runId() + " since " + control.since() + " by " + owner);
    }
  }

  private static StatementException inUse(StoredSync sync, String who) {
    return new StatementException(
        SqlState.IN_USE,
        "a run of sync \""
            + sync.name()
            + "\" is in progress ("
            + who
            + "): wait for it, or PAUSE SYNC to stop it");
  }

  private Control control(StoredSync sync) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT c.token, c.owner, c.run_id, c.expires_at < CURRENT_TIMESTAMP, r.started_at,"
                    + " c.digests, c.epoch FROM {} c LEFT JOIN {} r ON r.run_id = c.run_id WHERE c.sync_id = {}",
                work.table("control"),
                work.table("sync_runs"),
                Sql.bind(sync.syncId())),
            row ->
                new Control(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getBoolean(4),
                    row.getObject(5, OffsetDateTime.class),
                    row.getString(6),
                    row.getLong(7)))
        .orElseThrow(
            () ->
                new StatementException(
                    SqlState.UNDEFINED_OBJECT, "sync \"" + sync.name() + "\" was dropped"));
  }

  private record Control(
      long token,
      String owner,
      String runId,
      boolean expired,
      OffsetDateTime since,
      String digests,
      long epoch) {
    /** What the last run says of the digests, unless the state was changed since. */
    Optional<String> seal() {
      String now = "@" + epoch;
      return digests != null && digests.endsWith(now)
          ? Optional.of(digests.substring(0, digests.length() - now.length()))
          : Optional.empty();
    }
  }
}
