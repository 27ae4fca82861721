package dev.backfeed.engine.push;

import dev.backfeed.engine.state.AccountRow;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code reserve} leaves of the calls that the vendor still allows. Runs at the same time take
 * them from one budget in the account's row; it lasts as long as one of them does, the next asks
 * the vendor anew. Used by the run's own thread only.
 */
final class Reserve {
  private static final String ENTRY = "reserve";

  /** Of what is left, so that no run keeps much that others could use. */
  private static final long LARGEST_PART = 8;

  private final Optional<AccountRow> shared;
  private final boolean limited;
  private long left;

  /**
   * Takes part in the budget.
   *
   * @param shared the account's row; empty where it cannot be had
   * @param ceiling calls that the vendor allows, without the reserve; empty for no limit
   */
  Reserve(Optional<AccountRow> shared, OptionalLong ceiling) throws SQLException {
    this.shared = shared;
    this.limited = ceiling.isPresent();
    this.left = ceiling.orElse(Long.MAX_VALUE);
    if (limited && shared.isPresent()) {
      join(shared.get());
    }
  }

  private void join(AccountRow row) throws SQLException {
    row.change(
        calls -> {
          calls.sweep();
          boolean others = calls.others().stream().anyMatch(o -> o.has(ENTRY));
          calls.budget(others ? Math.min(left, calls.budget().orElse(left)) : left);
          calls.mine().put(ENTRY, true);
          return true;
        });
  }

  boolean limited() {
    return limited;
  }

  /** Takes at most so many; 0 when there are none. */
  long claim(long wanted) throws SQLException {
    if (!limited) {
      return wanted;
    }
    if (shared.isEmpty()) {
      long claimed = Math.min(wanted, left);
      left -= claimed;
      return claimed;
    }
    return shared
        .get()
        .change(
            calls -> {
              long budget = Math.max(0, calls.budget().orElse(0));
              long part = Math.max(1, budget / LARGEST_PART);
              long claimed = Math.min(budget, Math.min(wanted, part));
              calls.budget(budget - claimed);
              return claimed;
            });
  }

  /** Gives back what was claimed and not used. */
  void giveBack(long calls) throws SQLException {
    if (!limited || calls <= 0) {
      return;
    }
    if (shared.isEmpty()) {
      left += calls;
      return;
    }
    shared
        .get()
        .change(
            row -> {
              row.budget(row.budget().orElse(0) + calls);
              return true;
            });
  }
}
