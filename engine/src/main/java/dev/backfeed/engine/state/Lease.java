package dev.backfeed.engine.state;

import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.warehouse.Detection.Watermark;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The right to run one sync, until it expires or is given back. The fencing token goes into every
 * write of the run; flags set from elsewhere arrive here. Safe for several threads.
 */
public final class Lease {
  static final String SYNC_PAUSED = "the sync was paused";
  static final String DESTINATION_PAUSED = "its destination was paused";

  private final String syncId;
  private final String runId;
  private final long token;
  private final LeaseOwner owner;
  private final boolean expires;
  private final Duration life;
  private volatile long renewedNanos = System.nanoTime();
  private volatile Optional<String> paused = Optional.empty();
  private volatile boolean ignoresPause;
  private volatile boolean cancelled;
  private volatile boolean lost;
  private volatile boolean told;
  private volatile Optional<String> foundSeal = Optional.empty();
  private volatile Optional<String> seal = Optional.empty();
  private volatile Optional<Watermarks.Reached> reached = Optional.empty();

  Lease(String syncId, String runId, long token, LeaseOwner owner, boolean expires, Duration life) {
    this.syncId = syncId;
    this.runId = runId;
    this.token = token;
    this.owner = owner;
    this.expires = expires;
    this.life = life;
  }

  public String syncId() {
    return syncId;
  }

  public String runId() {
    return runId;
  }

  public long token() {
    return token;
  }

  /** The seal of the state's digests that the run before has left; it is off by now. */
  public Optional<String> foundSeal() {
    return foundSeal;
  }

  /** The state has been changed since: the digests that there are are not of it. */
  public void breakSeal() {
    foundSeal = Optional.empty();
  }

  void foundSeal(Optional<String> found) {
    foundSeal = found;
  }

  /** Says that the digests will be good when the lease is given back in this transaction. */
  public void seal(Optional<String> good) {
    seal = good;
  }

  Optional<String> seal() {
    return seal;
  }

  /**
   * Says how far the sync has come when the lease is given back in this transaction.
   *
   * @param value the greatest value seen; empty where no row had one
   * @param reconciledAt where the run has compared everything, removals included
   */
  public void reached(
      int version,
      Watermark watermark,
      Optional<String> value,
      Optional<OffsetDateTime> reconciledAt) {
    reached =
        Optional.of(new Watermarks.Reached(value, Watermarks.of(version, watermark), reconciledAt));
  }

  Optional<Watermarks.Reached> reached() {
    return reached;
  }

  LeaseOwner owner() {
    return owner;
  }

  Duration life() {
    return life;
  }

  boolean expires() {
    return expires;
  }

  /** The warehouse has the new expiry; {@code askedNanos} is when it was asked for. */
  void renewed(long askedNanos) {
    renewedNanos = askedNanos;
  }

  /**
   * Takes over what others have set; a run that was told to stop stays told.
   *
   * @return whether it is told so for the first time
   */
  boolean flags(Optional<String> isPaused, boolean isCancelled, boolean isLost) {
    boolean first = !told && (isPaused.isPresent() || isCancelled);
    told |= first;
    isPaused.ifPresent(this::pause);
    cancelled |= isCancelled;
    lost |= isLost;
    return first;
  }

  /** The sync is paused, or its destination. */
  void pause(String why) {
    paused = paused.or(() -> Optional.of(why));
  }

  /** Whoever pauses the sync does not mean this run. */
  public void ignorePause() {
    ignoresPause = true;
  }

  /** The run is cancelled, by somebody in this very process. */
  void cancel() {
    cancelled = true;
  }

  void lose() {
    lost = true;
  }

  /** Whether half of its life is over, for whoever renews it. */
  boolean dueForRenewal() {
    return expires && System.nanoTime() - renewedNanos > life.toNanos() / 3;
  }

  /**
   * Checks that a call may be sent.
   *
   * @param callTimeout how long it may take: the lease must live longer
   * @throws RunStopped if not
   */
  public void check(Duration callTimeout) {
    Optional<String> why = paused;
    if (why.isPresent() && !ignoresPause) {
      throw new RunStopped(RunStopped.Reason.PAUSED, why.get());
    }
    if (cancelled) {
      throw new RunStopped(RunStopped.Reason.CANCELLED, "the run was cancelled");
    }
    long left = life.toNanos() - (System.nanoTime() - renewedNanos);
    if (lost || (expires && left <= callTimeout.toNanos())) {
      throw new RunStopped(
          RunStopped.Reason.LEASE_LOST, "the lease of this run is about to end or was taken over");
    }
  }
}
