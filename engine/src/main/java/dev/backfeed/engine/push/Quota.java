package dev.backfeed.engine.push;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * The calls of a UTC day that an account may still make, shared by all who use this warehouse:
 * claimed in blocks from {@code quota_claims}, what is left of the last block is given back. Used
 * by the run's own thread only, between transactions.
 */
final class Quota {
  private static final long BLOCK = 50;
  private static final int ATTEMPTS = 20;

  private final Warehouse work;
  private final Clock clock;
  private final RunGate gate;
  private final String account;
  private final OptionalLong perDay;
  private final Reserve reserve;

  /** The day that the calls in hand were claimed from. */
  private LocalDate day;

  /**
   * A quota.
   *
   * @param perDay calls a day; empty for no limit
   * @param reserve what may be used of the vendor's own quota
   */
  Quota(
      Warehouse work,
      Clock clock,
      RunGate gate,
      String account,
      OptionalLong perDay,
      Reserve reserve) {
    this.work = work;
    this.clock = clock;
    this.gate = gate;
    this.account = account;
    this.perDay = perDay;
    this.reserve = reserve;
    this.day = today();
    if (counted()) {
      gate.allow(0);
    }
  }

  /** Says that {@link #topUp} is called again and again from now on, while others make calls. */
  void keepsUp() {
    gate.refilled(counted());
  }

  /** Sees to it that some calls are allowed, while the day has any left. */
  void topUp() throws SQLException {
    if (!counted() || gate.leaseLost()) {
      return;
    }
    if (!day.equals(today())) {
      // A new day has a count of its own: calls of the old one must not be made in it.
      giveBackClaimed();
      day = today();
    }
    if (gate.allowance() >= BLOCK / 2) {
      return;
    }
    long wanted = reserve.claim(BLOCK);
    long claimed = perDay.isPresent() && wanted > 0 ? claim(wanted) : wanted;
    reserve.giveBack(wanted - claimed);
    if (claimed > 0) {
      gate.allowMore(claimed);
    } else if (gate.allowance() == 0) {
      gate.refilled(false);
    }
  }

  /**
   * Gives back what was claimed and not used; where that fails the day has fewer calls, not more.
   */
  void giveBack() {
    try {
      if (counted() && !gate.leaseLost()) {
        giveBackClaimed();
      }
    } catch (SQLException e) {
      gate.allow(0);
    }
  }

  private boolean counted() {
    return perDay.isPresent() || reserve.limited();
  }

  private void giveBackClaimed() throws SQLException {
    long unused = gate.takeAllowance();
    if (unused > 0) {
      reserve.giveBack(unused);
      if (perDay.isPresent()) {
        add(-unused);
      }
    }
  }

  private long claim(long wanted) throws SQLException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long used =
          work.queryOne(
                  Sql.of("SELECT calls FROM {} WHERE {}", table(), thatDay()), r -> r.getLong(1))
              .orElse(-1L);
      if (used < 0) {
        open();
        continue;
      }
      long block = Math.min(wanted, perDay.getAsLong() - used);
      if (block <= 0) {
        return 0;
      }
      if (compareAndAdd(used, block)) {
        return block;
      }
    }
    return 0;
  }

  /** One thread at a time: a warehouse of one process may have no unique index. */
  private void open() throws SQLException {
    synchronized (Quota.class) {
      try {
        work.run(
            Sql.of(
                "INSERT INTO {} SELECT {}, {}, 0 WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})",
                table(),
                Sql.literal(account),
                date(),
                table(),
                thatDay()));
      } catch (SQLException e) {
        // Another run opened the day first; its row serves as well.
        if (work.number(Sql.of("SELECT COUNT(*) FROM {} WHERE {}", table(), thatDay())) == 0) {
          throw e;
        }
      }
    }
  }

  private boolean compareAndAdd(long used, long block) throws SQLException {
    return work.wins(
        Sql.of(
            "UPDATE {} SET calls = calls + {} WHERE {} AND calls = {}",
            table(),
            Sql.number(block),
            thatDay(),
            Sql.number(used)));
  }

  private void add(long calls) throws SQLException {
    work.run(
        Sql.of("UPDATE {} SET calls = calls + {} WHERE {}", table(), Sql.number(calls), thatDay()));
  }

  private Sql table() {
    return work.table("quota_claims");
  }

  private Sql thatDay() {
    return Sql.of("account = {} AND utc_day = {}", Sql.literal(account), date());
  }

  private Sql date() {
    return Sql.of("CAST({} AS DATE)", Sql.literal(day.toString()));
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
