package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredDestination;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Takes and gives back leases in {@code control}. Times are the warehouse's own; owners known to be
 * dead are taken over at once, others when their lease has expired.
 */
public final class Leases {
  /** How long a lease lives without renewal, beside the time-out of a call. */
  private static final Duration BASE =
      Duration.ofSeconds(Long.getLong("backfeed.lease.seconds", 90));

  /** How long PAUSE waits for runs in other processes to see it. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** The leases that this process holds, by run. */
  private static final Map<String, Lease> HELD = new ConcurrentHashMap<>();

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
      Lease taken =
          work.transaction(
              () -> {
                lockNow(sync);
                Control control = control(sync);
                refuseIfHeld(sync, control);
                Lease lease = claim(sync, runId, control, owner, BASE.plus(callTimeout));
                then.accept(lease, Optional.ofNullable(control.runId()));
                return lease;
              });
      HELD.put(runId, taken);
      return taken;
    } catch (SQLException e) {
      owner.ended();
      if (!work.dialect().isConflict(e)) {
        throw e;
      }
      refuseIfHeld(sync, control(sync));
      throw inUse(sync, "another client is starting one, or changing it");
    } catch (RuntimeException e) {
      owner.ended();
      throw e;
    }
  }

  /**
   * Locks the control row for the rest of the open transaction, for a definition that changes, and
   * checks that no run holds it. A run that a dead owner left is settled, while the definition it
   * was made by still holds.
   *
   * @throws StatementException {@code 55006}
   */
  public void lock(StoredSync sync, OffsetDateTime now) throws SQLException {
    // Where locking is writing, whoever writes in vain would stand in the way of the run.
    refuseIfHeld(sync, control(sync));
    try {
      lockRow(sync);
    } catch (SQLException e) {
      throw work.dialect().isConflict(e) ? inUse(sync, "another client holds it") : e;
    }
    Control control = control(sync);
    refuseIfHeld(sync, control);
    if (control.runId() != null) {
      new FormerRun(work).settle(sync, control.runId(), now);
    }
  }

  /**
   * What the run writes last in its last transaction: the lease is free again, and the digests are
   * sealed if it says so. The seal names the epoch, which whoever changes the state moves.
   *
   * @param complete whether the state holds all there is, by this run
   */
  public boolean release(Lease lease, long rowsInState, boolean complete) throws SQLException {
    return work.run(
            Sql.of(
                "UPDATE {} SET token = token, owner = NULL, run_id = NULL, rows_in_state = {}{},"
                    + " epoch = epoch + 1{}{} WHERE sync_id = {} AND token = {}",
                work.table("control"),
                Sql.number(rowsInState),
                complete
                    ? Sql.of(", populated_by = COALESCE(populated_by, {})", Sql.bind(lease.runId()))
                    : Sql.EMPTY,
                lease
                    .seal()
                    .map(
                        seal ->
                            Sql.of(
                                ", digests = {} || CAST(epoch + 1 AS VARCHAR)",
                                Sql.literal(seal + "@")))
                    .orElse(Sql.EMPTY),
                lease.reached().map(Watermarks.Reached::assignments).orElse(Sql.EMPTY),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())))
        == 1;
  }

  /**
   * Gives a lease back whose holder has left the state as it was: the epoch does not move, and the
   * digests are as good as before.
   *
   * @return whether it was still held
   */
  public boolean giveBack(Lease lease) throws SQLException {
    return work.run(
            Sql.of(
                "UPDATE {} SET token = token, owner = NULL, run_id = NULL{} WHERE sync_id = {} AND"
                    + " token = {}",
                work.table("control"),
                lease
                    .foundSeal()
                    .map(
                        seal ->
                            Sql.of(
                                ", digests = {} || CAST(epoch AS VARCHAR)",
                                Sql.literal(seal + "@")))
                    .orElse(Sql.EMPTY),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())))
        == 1;
  }

  /**
   * Makes sure, within a transaction and as its last act, that no other run has taken over.
   *
   * @throws RunStopped {@code LEASE_LOST}
   */
  public void requireHeld(Lease lease) throws SQLException {
    long rows =
        work.run(
            Sql.of(
                "UPDATE {} SET token = token WHERE sync_id = {} AND token = {}",
                work.table("control"),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())));
    if (rows != 1) {
      throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
    }
  }

  /** The process no longer holds it, whatever the table says. */
  public void ended(Lease lease) {
    HELD.remove(lease.runId());
    lease.owner().ended();
  }

  /**
   * Stops the runs of paused syncs before their next call: those of this process at once, those of
   * others as soon as they have seen the flag, for which it waits a moment. Not to be called while
   * the flag is not committed.
   *
   * @param only of this sync; empty for all
   */
  public void stopPaused(Optional<StoredSync> only) throws SQLException {
    Sql which = only.map(s -> Sql.of(" AND sync_id = {}", Sql.bind(s.syncId()))).orElse(Sql.EMPTY);
    stop(Sql.of("paused{}", which), lease -> lease.pause(Lease.SYNC_PAUSED));
  }

  /** The same for the runs of all syncs to a paused destination. */
  public void stopPausedTo(StoredDestination destination) throws SQLException {
    stop(
        Sql.of(
            "sync_id IN (SELECT s.sync_id FROM {} s WHERE lower(s.destination) = lower({}))",
            work.table("syncs"),
            Sql.bind(destination.name())),
        lease -> lease.pause(Lease.DESTINATION_PAUSED));
  }

  /**
   * Stops one run before its next call, like {@link #stopPaused}. Not to be called within a
   * transaction.
   *
   * @return whether it is under way, by an owner that may be alive
   */
  public boolean cancel(StoredSync sync, String runId) throws SQLException {
    Lease here = HELD.get(runId);
    if (here != null) {
      here.cancel();
      return true;
    }
    Control control = control(sync);
    if (!runId.equals(control.runId()) || !held(control)) {
      return false;
    }
    long rows =
        work.run(
            Sql.of(
                "UPDATE {} SET cancel_requested = {} WHERE sync_id = {} AND run_id = {}",
                work.table("control"),
                Sql.bind(runId),
                Sql.bind(sync.syncId()),
                Sql.bind(runId)));
    stop(Sql.of("run_id = {} AND cancel_requested = run_id", Sql.bind(runId)), Lease::cancel);
    return rows == 1;
  }

  private void stop(Sql which, Consumer<Lease> how) throws SQLException {
    Sql unseen =
        Sql.of(
            "SELECT run_id FROM {} WHERE {} AND run_id IS NOT NULL AND (seen_by IS NULL OR"
                + " seen_by <> run_id)",
            work.table("control"),
            which);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!stopHere(work.query(unseen, row -> row.getString(1)), how)
        && work.dialect().hasSeveralProcesses()
        && System.nanoTime() < until
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** Whether all of them are of this process. */
  private static boolean stopHere(List<String> runs, Consumer<Lease> how) {
    List<Lease> here = runs.stream().map(HELD::get).filter(Objects::nonNull).toList();
    here.forEach(how);
    return here.size() == runs.size();
  }

  /** Where others can hold the row for long it must not be waited for. */
  private void lockNow(StoredSync sync) throws SQLException {
    if (work.dialect().hasSeveralProcesses()) {
      lockRow(sync);
    }
  }

  private void lockRow(StoredSync sync) throws SQLException {
    work.run(
        work.dialect()
            .lock(
                work.table("control"),
                Sql.of("token"),
                Sql.of("sync_id = {}", Sql.bind(sync.syncId()))));
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
    if (control.paused()) {
      lease.pause(Lease.SYNC_PAUSED);
    } else if (control.destinationPaused()) {
      lease.pause(Lease.DESTINATION_PAUSED);
    }
    lease.foundSeal(control.seal());
    return lease;
  }

  private void refuseIfHeld(StoredSync sync, Control control) throws SQLException {
    if (held(control)) {
      LeaseOwner owner = LeaseOwner.read(control.owner());
      throw inUse(sync, "run " + control.runId() + " since " + control.since() + " by " + owner);
    }
  }

  /** Whether the owner is alive, or may be. */
  private boolean held(Control control) throws SQLException {
    if (control.owner() == null) {
      return false;
    }
    Boolean alive = LeaseOwner.read(control.owner()).alive(work);
    boolean expired = work.dialect().hasSeveralProcesses() && control.expired();
    return !Boolean.FALSE.equals(alive) && !expired;
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

  /** A subquery: whether the destination of a sync is paused. */
  static Sql destinationPaused(Warehouse warehouse, Sql syncId) {
    return Sql.of(
        "SELECT COALESCE(BOOL_OR(d.paused), FALSE) FROM {} d JOIN {} s ON lower(s.destination) ="
            + " lower(d.name) WHERE s.sync_id = {}",
        warehouse.table("destinations"),
        warehouse.table("syncs"),
        syncId);
  }

  private Control control(StoredSync sync) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT c.token, c.owner, c.run_id, c.expires_at < CURRENT_TIMESTAMP, r.started_at,"
                    + " c.paused, c.digests, c.epoch, ({}) FROM {} c LEFT JOIN {} r ON r.run_id = c.run_id"
                    + " WHERE c.sync_id = {}",
                destinationPaused(work, Sql.of("c.sync_id")),
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
                    row.getBoolean(6),
                    row.getString(7),
                    row.getLong(8),
                    row.getBoolean(9)))
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
      boolean paused,
      String digests,
      long epoch,
      boolean destinationPaused) {
    /** What the last run says of the digests, unless the state was changed since. */
    Optional<String> seal() {
      String now = "@" + epoch;
      return digests != null && digests.endsWith(now)
          ? Optional.of(digests.substring(0, digests.length() - now.length()))
          : Optional.empty();
    }
  }
}
