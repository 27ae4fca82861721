package dev.backfeed.engine.state;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks after a lease while its run is busy, on a connection of its own: renews it and brings the
 * flags that others set. Without such a connection the run does both itself between its pages.
 */
public final class Keeper implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private final Lease lease;
  private final Warehouse warehouse;
  private final Optional<Thread> thread;

  private Keeper(Lease lease, Warehouse warehouse, boolean own) {
    this.lease = lease;
    this.warehouse = warehouse;
    this.thread = own ? Optional.of(new Thread(this::watch, "backfeed-keeper")) : Optional.empty();
    thread.ifPresent(
        t -> {
          t.setDaemon(true);
          t.start();
        });
  }

  /** A keeper with a connection and a thread of its own, which it closes. */
  public static Keeper own(Lease lease, Warehouse keeper) {
    return new Keeper(lease, keeper, true);
  }

  /** A keeper on the run's own connection: {@link #betweenPages} does the work. */
  public static Keeper shared(Lease lease, Warehouse work) {
    return new Keeper(lease, work, false);
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
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
      readFlags();
    } catch (SQLException e) {
      // The lease runs out by itself if this goes on; until then the next look may succeed.
      Thread.onSpinWait();
    }
  }

  private void renew() throws SQLException {
    long asked = System.nanoTime();
    long rows =
        warehouse.run(
            Sql.of(
                "UPDATE {} SET expires_at = {} WHERE sync_id = {} AND token = {}",
                warehouse.table("control"),
                warehouse
                    .dialect()
                    .plusSeconds(Sql.of("CURRENT_TIMESTAMP"), Sql.number(lease.life().toSeconds())),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())));
    if (rows == 1) {
      lease.renewed(asked);
    } else {
      lease.lose();
    }
  }

  private void readFlags() throws SQLException {
    warehouse.query(
        Sql.of(
            "SELECT paused, cancel_requested, token FROM {} WHERE sync_id = {}",
            warehouse.table("control"),
            Sql.bind(lease.syncId())),
        row -> {
          lease.flags(
              row.getBoolean(1),
              lease.runId().equals(row.getString(2)),
              row.getLong(3) != lease.token());
          return null;
        });
  }

  @Override
  public void close() {
    if (thread.isEmpty()) {
      return;
    }
    thread.get().interrupt();
    try {
      thread.get().join(Duration.ofSeconds(5).toMillis());
      warehouse.connection().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      // Nothing of the run depends on this connection any more.
      Thread.onSpinWait();
    }
  }
}
