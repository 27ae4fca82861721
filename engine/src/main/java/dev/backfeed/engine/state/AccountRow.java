package dev.backfeed.engine.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What the runs of one warehouse share about a vendor account, as one of these runs sees it: a row
 * of {@code account_calls}, changed by compare-and-set on the keeper's connection and told the time
 * by the warehouse's clock. Safe for several threads.
 */
public final class AccountRow implements AutoCloseable {
  /** How long a run is believed to live without a sign, beside the time-out of a call. */
  private static final Duration LIFE = Duration.ofSeconds(10);

  private static final int ATTEMPTS = 100;
  private static final long LONGEST_PAUSE_NANOS = 5_000_000;

  private final Keeper keeper;
  private final Lease lease;
  private final String account;
  private final Duration callTimeout;
  private volatile boolean joined;
  private volatile long renewedNanos;

  /**
   * A view of the row for one run.
   *
   * @param account as the destination names it
   * @param callTimeout the longest call of this run
   */
  public AccountRow(Keeper keeper, Lease lease, String account, Duration callTimeout) {
    this.keeper = keeper;
    this.lease = lease;
    this.account = account;
    this.callTimeout = callTimeout;
  }

  /** Reads what there is and says what it is to be; may be called several times. */
  @FunctionalInterface
  public interface Edit<T> {
    T apply(AccountCalls calls) throws SQLException;
  }

  /** Changes the row until no other run was faster; writes nothing where nothing is changed. */
  public <T> T change(Edit<T> edit) throws SQLException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<T> result = keeper.ask(warehouse -> tryToChange(warehouse, edit));
      if (result.isPresent()) {
        return result.get();
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
    }
    throw new SQLTransientException("too many runs change the limits of " + account);
  }

  /** Whether the others still count on this run to be there when a call that begins now ends. */
  public boolean fresh() {
    return joined && System.nanoTime() - renewedNanos < LIFE.toNanos();
  }

  /** Gives a sign of life where one is due; to be called now and then. */
  public synchronized void look() {
    if (!joined || System.nanoTime() - renewedNanos < LIFE.toNanos() / 3) {
      return;
    }
    try {
      change(
          calls -> {
            calls.renew();
            return true;
          });
    } catch (SQLException e) {
      // The next look may succeed; if none does, the run makes no calls and is forgotten.
      Thread.onSpinWait();
    }
  }

  /** The run no longer takes part; where that cannot be written it is forgotten by and by. */
  @Override
  public synchronized void close() {
    if (!joined) {
      return;
    }
    joined = false;
    try {
      change(
          calls -> {
            calls.leave();
            return true;
          });
    } catch (SQLException e) {
      // Its owner is dead or expired for whoever looks next.
      joined = false;
    }
  }

  private <T> Optional<T> tryToChange(Warehouse warehouse, Edit<T> edit) throws SQLException {
    long asked = System.nanoTime();
    AccountCalls calls = read(warehouse);
    T result = edit.apply(calls);
    if (!calls.changed()) {
      return Optional.of(result);
    }
    if (calls.takesPart()) {
      calls.renew();
    }
    if (!write(warehouse, calls)) {
      return Optional.empty();
    }
    if (calls.takesPart()) {
      renewedNanos = asked;
      joined = true;
    }
    return Optional.of(result);
  }

  private AccountCalls read(Warehouse warehouse) throws SQLException {
    Optional<AccountCalls> calls = find(warehouse);
    if (calls.isPresent()) {
      return calls.get();
    }
    open(warehouse);
    return find(warehouse).orElseThrow(() -> new SQLTransientException("no row of " + account));
  }

  private Optional<AccountCalls> find(Warehouse warehouse) throws SQLException {
    return warehouse.queryOne(
        Sql.of(
            "SELECT turn, CURRENT_TIMESTAMP, next_at, budget, runs FROM {} WHERE account = {}",
            table(warehouse),
            Sql.literal(account)),
        row ->
            new AccountCalls(
                new AccountCalls.Seen(
                    row.getLong(1),
                    row.getObject(2, OffsetDateTime.class),
                    System.nanoTime(),
                    lease.runId(),
                    lease.owner().json(),
                    LIFE.plus(callTimeout)),
                row.getObject(3, OffsetDateTime.class),
                row.getObject(4) == null ? null : row.getLong(4),
                (ObjectNode) Json.read(row.getString(5)),
                entry -> alive(warehouse, entry)));
  }

  private static Boolean alive(Warehouse warehouse, JsonNode owner) throws SQLException {
    return LeaseOwner.read(owner.asText()).alive(warehouse);
  }

  /** One thread at a time: a warehouse of one process may have no unique index. */
  private void open(Warehouse warehouse) throws SQLException {
    synchronized (AccountRow.class) {
      try {
        warehouse.run(
            Sql.of(
                "INSERT INTO {} SELECT {}, 0, CURRENT_TIMESTAMP, NULL, {} WHERE NOT EXISTS"
                    + " (SELECT 1 FROM {} WHERE account = {})",
                table(warehouse),
                Sql.literal(account),
                Sql.literal(Json.write(Json.object())),
                table(warehouse),
                Sql.literal(account)));
      } catch (SQLException e) {
        // Another process opened it first; its row serves as well.
        if (find(warehouse).isEmpty()) {
          throw e;
        }
      }
    }
  }

  private boolean write(Warehouse warehouse, AccountCalls calls) throws SQLException {
    return warehouse.wins(
        Sql.of(
            "UPDATE {} SET turn = turn + 1, next_at = {}, budget = {}, runs = {} WHERE"
                + " account = {} AND turn = {}",
            table(warehouse),
            Sql.bind(calls.nextAt()),
            calls.budget().isPresent() ? Sql.number(calls.budget().getAsLong()) : Sql.of("NULL"),
            Sql.bind(Json.write(calls.runs())),
            Sql.bind(account),
            Sql.number(calls.seen().turn())));
  }

  private static Sql table(Warehouse warehouse) {
    return warehouse.table("account_calls");
  }
}
