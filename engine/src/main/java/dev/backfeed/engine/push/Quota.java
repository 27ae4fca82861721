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
  private long reserved;

  /**
   * A quota.
   *
   * @param perDay calls a day; empty for no limit
   * @param ceiling calls this run may make, whatever the day allows; empty for no limit
   */
  Quota(
      Warehouse work,
      Clock clock,
      RunGate gate,
      String account,
      OptionalLong perDay,
      OptionalLong ceiling) {
    this.work = work;
    this.clock = clock;
    this.gate = gate;
    this.account = account;
    this.perDay = perDay;
    this.reserved = ceiling.orElse(Long.MAX_VALUE);
    if (perDay.isPresent()) {
      gate.allow(0);
    } else if (ceiling.isPresent()) {
      gate.allow(ceiling.getAsLong());
    }
  }

  /** Says that {@link #topUp} is called again and again from now on, while others make calls. */
  void keepsUp() {
    gate.refilled(perDay.isPresent());
  }

  /** Sees to it that some calls are allowed, while the day has any left. */
  void topUp() throws SQLException {
    if (perDay.isEmpty() || gate.allowance() >= BLOCK / 2) {
      return;
    }
    long claimed = claim(Math.min(BLOCK, reserved));
    if (claimed > 0) {
      reserved -= reserved == Long.MAX_VALUE ? 0 : claimed;
      gate.allowMore(claimed);
    } else {
      gate.refilled(false);
    }
  }

  /**
   * Gives back what was claimed and not used; where that fails the day has fewer calls, not more.
   */
  void giveBack() {
    if (perDay.isEmpty() || gate.allowance() == 0) {
      return;
    }
    try {
      add(-gate.allowance());
      gate.allow(0);
    } catch (SQLException e) {
      gate.allow(0);
    }
  }

  private long claim(long wanted) throws SQLException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long used =
          work.queryOne(
                  Sql.of("SELECT calls FROM {} WHERE {}", table(), today()), r -> r.getLong(1))
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

  private void open() throws SQLException {
    try {
      work.run(
          Sql.of(
              "INSERT INTO {} SELECT {}, {}, 0 WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})",
              table(),
              Sql.literal(account),
              day(),
              table(),
              today()));
    } catch (SQLException e) {
      // Another run opened the day first; its row serves as well.
      if (work.number(Sql.of("SELECT COUNT(*) FROM {} WHERE {}", table(), today())) == 0) {
        throw e;
      }
    }
  }

  private boolean compareAndAdd(long used, long block) throws SQLException {
    try {
      return work.run(
              Sql.of(
                  "UPDATE {} SET calls = calls + {} WHERE {} AND calls = {}",
                  table(),
                  Sql.number(block),
                  today(),
                  Sql.number(used)))
          == 1;
    } catch (SQLException e) {
      if (work.dialect().isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  private void add(long calls) throws SQLException {
    work.run(
        Sql.of("UPDATE {} SET calls = calls + {} WHERE {}", table(), Sql.number(calls), today()));
  }

  private Sql table() {
    return work.table("quota_claims");
  }

  private Sql today() {
    return Sql.of("account = {} AND utc_day = {}", Sql.literal(account), day());
  }

  private Sql day() {
    return Sql.of(
        "CAST({} AS DATE)",
        Sql.literal(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString()));
  }
}
