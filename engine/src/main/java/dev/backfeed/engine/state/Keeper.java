package dev.backfeed.engine.state;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks after a lease while its run is busy, on a connection of its own: renews it and brings the
 * flags that others set. A connection that drops is opened anew. Without such a connection the run
 * does both itself between its pages. Safe for several threads, which use the connection in turn.
 */
public final class Keeper implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final int VALID_SECONDS = 2;
  private final Lease lease;
  private final Optional<Source> source;
  private final Optional<Thread> thread;
  private volatile Runnable alsoLook = () -> {};
  private Warehouse warehouse;

  private Keeper(Lease lease, Warehouse warehouse, Optional<Source> source) {
    this.lease = lease;
    this.warehouse = warehouse;
    this.source = source;
    this.thread = source.map(s -> new Thread(this::watch, "backfeed-keeper"));
    thread.ifPresent(
        t -> {
          t.setDaemon(true);
          t.start();
        });
  }

  /** Opens the keeper's connection. */
  @FunctionalInterface
  public interface Source {
    Warehouse open() throws SQLException;
  }

  /** What is asked of the warehouse on the keeper's connection. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(Warehouse warehouse) throws SQLException;
  }

  /**
   * A keeper with a connection and a thread of its own, which it closes.
   *
   * @throws SQLException if the connection cannot be had
   */
  public static Keeper own(Lease lease, Source source) throws SQLException {
    return new Keeper(lease, source.open(), Optional.of(source));
  }

  /** A keeper on the run's own connection: {@link #betweenPages} does the work. */
  public static Keeper shared(Lease lease, Warehouse work) {
    return new Keeper(lease, work, Optional.empty());
  }

  /** Whether {@link #ask} may be called while the run is in the middle of a transaction. */
  public boolean hasOwnConnection() {
    return source.isPresent();
  }

  /** Asks the warehouse; a connection that turns out to be dead is opened anew by the next. */
  public synchronized <T> T ask(Question<T> question) throws SQLException {
    if (warehouse == null) {
      warehouse = source.orElseThrow().open();
    }
    try {
      return question.ask(warehouse);
    } catch (SQLException e) {
      dropIfDead();
      throw e;
    }
  }

  private void dropIfDead() throws SQLException {
    if (source.isPresent() && !warehouse.connection().isValid(VALID_SECONDS)) {
      Warehouse dead = warehouse;
      warehouse = null;
      dead.connection().close();
    }
  }

  /** Has something else done at each look. */
  public void alsoLook(Runnable what) {
    alsoLook = what;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        alsoLook.run();
        Thread.sleep(INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** To be called by the run between pages; does nothing where the keeper has its own thread. */
  public void betweenPages() {
    if (thread.isEmpty()) {
      look();
    }
  }

  private void look() {
    try {
      if (lease.dueForRenewal()) {
        renew();
      }
      if (readFlags()) {
        acknowledge();
      }
    } catch (SQLException e) {
      // The lease runs out by itself if this goes on; until then the next look may succeed.
      Thread.onSpinWait();
    }
  }

  private void renew() throws SQLException {
    long asked = System.nanoTime();
    long rows =
        ask(
            w ->
                w.run(
                    Sql.of(
                        "UPDATE {} SET expires_at = {} WHERE sync_id = {} AND token = {}",
                        w.table("control"),
                        w.dialect()
                            .plusSeconds(
                                Sql.of("CURRENT_TIMESTAMP"), Sql.number(lease.life().toSeconds())),
                        Sql.bind(lease.syncId()),
                        Sql.number(lease.token()))));
    if (rows == 1) {
      lease.renewed(asked);
    } else {
      lease.lose();
    }
  }

  /** Whether a flag is new. */
  private boolean readFlags() throws SQLException {
    return ask(
        w ->
            w.queryOne(
                    Sql.of(
                        "SELECT paused, cancel_requested, token, ({}) FROM {} WHERE sync_id = {}",
                        Leases.destinationPaused(w, Sql.bind(lease.syncId())),
                        w.table("control"),
                        Sql.bind(lease.syncId())),
                    row ->
                        lease.flags(
                            row.getBoolean(1)
                                ? Optional.of(Lease.SYNC_PAUSED)
                                : row.getBoolean(4)
                                    ? Optional.of(Lease.DESTINATION_PAUSED)
                                    : Optional.empty(),
                            lease.runId().equals(row.getString(2)),
                            row.getLong(3) != lease.token()))
                .orElse(false));
  }

  /** Says that no call begins any more, to whoever has asked for it and waits. */
  private void acknowledge() throws SQLException {
    ask(
        w ->
            w.dialect().hasSeveralProcesses()
                ? w.run(
                    Sql.of(
                        "UPDATE {} SET seen_by = {} WHERE sync_id = {} AND token = {}",
                        w.table("control"),
                        Sql.bind(lease.runId()),
                        Sql.bind(lease.syncId()),
                        Sql.number(lease.token())))
                : 0);
  }

  @Override
  public void close() {
    if (thread.isEmpty()) {
      return;
    }
    thread.get().interrupt();
    try {
      thread.get().join(Duration.ofSeconds(5).toMillis());
      closeConnection();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      // Nothing of the run depends on this connection any more.
      Thread.onSpinWait();
    }
  }

  private synchronized void closeConnection() throws SQLException {
    if (warehouse != null) {
      warehouse.connection().close();
    }
  }
}
