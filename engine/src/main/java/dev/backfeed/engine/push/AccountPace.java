package dev.backfeed.engine.push;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rate of one vendor account, shared by everything in this process that calls it. Calls are
 * spaced evenly, so that no window holds more than its share. Safe for several threads.
 */
public final class AccountPace {
  static final AccountPace UNLIMITED = new AccountPace();
  private static final Map<String, AccountPace> ACCOUNTS = new ConcurrentHashMap<>();
  private long intervalNanos;
  private long nextNanos = System.nanoTime();

  private AccountPace() {}

  /**
   * The pace of an account.
   *
   * @param perSecond calls a second; 0 for no limit. The last one to ask sets it.
   */
  public static AccountPace of(String account, double perSecond) {
    if (perSecond <= 0) {
      return UNLIMITED;
    }
    AccountPace pace = ACCOUNTS.computeIfAbsent(account, name -> new AccountPace());
    pace.set((long) (1e9 / perSecond));
    return pace;
  }

  private synchronized void set(long interval) {
    intervalNanos = interval;
  }

  /** Takes the next place in the row; how long to wait for it. */
  synchronized Duration reserve() {
    long now = System.nanoTime();
    long mine = Math.max(now, nextNanos);
    nextNanos = mine + intervalNanos;
    return Duration.ofNanos(mine - now);
  }
}
