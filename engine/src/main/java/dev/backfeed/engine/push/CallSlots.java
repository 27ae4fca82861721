package dev.backfeed.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.state.AccountCalls;
import dev.backfeed.engine.state.AccountRow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The calls that an account may have in flight. Each run holds some of them, as its entry in the
 * account's row says, takes more when it needs them and while there are any, and gives back what is
 * more than its fair share when others wait. Safe for several threads.
 */
final class CallSlots implements AutoCloseable {
  private static final String HELD = "held";

  /** Since when a run waits that holds less than its share, in milliseconds. */
  private static final String WAITS = "waits";

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long the shared row may be out of reach. */
  private static final int FAILURES = 600;

  private final AccountRow row;
  private final int limit;
  private int held;
  private int inUse;
  private int waiting;

  /** What may be kept while others wait. */
  private int share = Integer.MAX_VALUE;

  private boolean noted;
  private boolean closed;
  private int failures;
  private long sweptNanos = System.nanoTime() - SWEEP_NANOS;

  /**
   * @param limit calls at once, of all runs together, as this run's destination says
   */
  CallSlots(AccountRow row, int limit) {
    this.row = row;
    this.limit = limit;
  }

  /** Returns when a call may be made; {@link #leave} follows. */
  void enter(Waiting gate) {
    if (taken()) {
      return;
    }
    waits(1);
    try {
      while (!claimed()) {
        gate.sleep(LOOK_AGAIN);
      }
    } finally {
      waits(-1);
    }
  }

  /** A call is over. */
  void leave() {
    boolean tooMany;
    synchronized (this) {
      inUse--;
      tooMany = held > Math.max(inUse, share);
    }
    if (tooMany) {
      look();
    }
  }

  /** Sees whether others wait. */
  synchronized void look() {
    try {
      if (!closed && (held > 0 || noted)) {
        settle();
      }
    } catch (SQLException e) {
      // The next look may succeed; until then no more is held than before.
      share = Integer.MAX_VALUE;
    }
  }

  private synchronized void waits(int change) {
    waiting += change;
  }

  private synchronized boolean taken() {
    if (inUse >= held || !row.fresh()) {
      return false;
    }
    inUse++;
    return true;
  }

  private synchronized boolean claimed() {
    try {
      settle();
      failures = 0;
      return taken();
    } catch (SQLException e) {
      failures++;
      if (failures >= FAILURES) {
        throw new ConnectorException(
            ConnectorException.Kind.THROTTLED,
            "the account's calls at once cannot be kept, as the warehouse does not answer: "
                + e.getMessage());
      }
      return false;
    }
  }

  /** Brings what this run holds in line with what it needs and what the others may ask for. */
  private void settle() throws SQLException {
    boolean sweep = System.nanoTime() - sweptNanos > SWEEP_NANOS;
    Settled settled =
        row.change(
            calls -> {
              if (sweep) {
                calls.sweep();
              }
              return settle(calls);
            });
    if (sweep) {
      sweptNanos = System.nanoTime();
    }
    held = settled.held();
    share = settled.share();
    noted = settled.waits();
  }

  private record Settled(int held, int share, boolean waits) {}

  private Settled settle(AccountCalls calls) {
    List<JsonNode> others = calls.others().stream().filter(o -> o.has(HELD)).toList();
    int fair = limit / (others.size() + 1);
    int least = Math.max(1, fair);
    boolean pressed = others.stream().anyMatch(o -> o.has(WAITS) && o.path(HELD).asInt() < least);
    int need = inUse + waiting;
    int mine = Math.max(inUse, Math.min(held, pressed ? fair : held));
    int cap = pressed ? least : limit;
    int free = limit - mine - others.stream().mapToInt(o -> o.path(HELD).asInt()).sum();
    long since = calls.mine().path(WAITS).asLong(calls.nowMillis());
    free -= (int) others.stream().filter(o -> isBefore(o, since)).count();
    mine += Math.max(0, Math.min(free, Math.min(cap, need) - mine));
    boolean waits = mine < need && mine < least;
    calls.mine().put(HELD, mine);
    if (!waits) {
      calls.mine().remove(WAITS);
    } else if (!calls.mine().has(WAITS)) {
      calls.mine().put(WAITS, calls.nowMillis());
    }
    return new Settled(mine, pressed ? fair : Integer.MAX_VALUE, waits);
  }

  /** Whether another run has nothing and has waited for longer. */
  private static boolean isBefore(JsonNode other, long since) {
    return other.has(WAITS) && other.path(HELD).asInt() == 0 && other.path(WAITS).asLong() < since;
  }

  /** Asks for nothing more; what is held is given back with the run's entry. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
