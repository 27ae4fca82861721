package dev.backfeed.engine.plan;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DiffSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Rows of candidates or of a plan, counted by what they are. */
record PlanCounts(List<Row> counted) {
  static final PlanCounts EMPTY = new PlanCounts(List.of());

  /** Candidates that stand for no row of the query that is to be there. */
  private static final Set<String> NOT_SELECTED = Set.of("removed", "flagged", "gone", "ignored");

  /** Candidates that stand for one row of the model each, unless its key is repeated. */
  private static final Set<String> ONE_ROW =
      Set.of("added", "unanswered", "differs", "returned", "violates", "violates new");

  static PlanCounts of(List<Row> counted) {
    return new PlanCounts(List.copyOf(counted));
  }

  /**
   * One group.
   *
   * @param action null for candidates
   * @param rows of the model
   * @param most rows of the model that one line stands for
   */
  record Row(
      String op, String action, String reason, boolean owed, long rows, long most, long lastSeq) {
    static Row read(ResultSet row) throws SQLException {
      return new Row(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          row.getBoolean(4),
          row.getLong(5),
          row.getLong(6),
          row.getLong(7));
    }

    private boolean isSent() {
      return "send".equals(action);
    }

    /** Whether it is to be sent and no earlier run left it over. */
    private boolean isNew() {
      return isSent() && !owed;
    }
  }

  /** These and, where there are any, rows that were counted otherwise. */
  PlanCounts with(String op, long rows) {
    return rows == 0
        ? this
        : and(PlanCounts.of(List.of(new Row(op, null, null, false, rows, 1, 0))));
  }

  /** These and others. */
  PlanCounts and(PlanCounts others) {
    return PlanCounts.of(Stream.concat(counted.stream(), others.counted().stream()).toList());
  }

  long rows(String op) {
    return sum(r -> r.op().equals(op));
  }

  long lastSeq() {
    return counted.stream().mapToLong(Row::lastSeq).max().orElse(0);
  }

  /** Rows of the state that met one of the model, if none met two. */
  private long matched() {
    return rows("same")
        + rows("differs")
        + rows("returned")
        + rows("unanswered")
        + rows("violates");
  }

  /** Whether these candidates can only come from repeated keys. */
  boolean suspicious(long stateRows) {
    boolean twice = counted.stream().anyMatch(r -> r.most() > 1 && ONE_ROW.contains(r.op()));
    return twice || matched() + rows("removed") + rows("flagged") + rows("gone") != stateRows;
  }

  /** Candidates that phase 2 has to look at. */
  long candidates(boolean full) {
    Set<String> summaries = full ? Set.of("gone", "ignored") : Set.of("gone", "ignored", "same");
    return sum(r -> !summaries.contains(r.op()));
  }

  /** Puts these counts of a plan together with those of its candidates, where there were any. */
  Plan plan(DiffSpec spec, PlanCounts candidates, StateTable.Size state, long lastSeq) {
    Counters counters = new Counters();
    counters.added = unrejected("added");
    counters.changed = unrejected("changed");
    counters.removed = unrejected("removed");
    counters.resent = unrejected("resent");
    counters.rejected = sum(r -> "reject".equals(r.action()));
    counters.selected =
        candidates.counted().isEmpty()
            ? counters.added + counters.rejected
            : candidates.sum(r -> !NOT_SELECTED.contains(r.op()));
    counters.unchanged = counters.selected - counters.added - counters.changed - counters.rejected;
    long returned = sum(r -> "return".equals(r.action()));
    return new Plan(
        spec,
        counters,
        sum(Row::isSent),
        sum(r -> "hold".equals(r.action()) && !"IN_DOUBT".equals(r.reason())),
        sum(r -> "wait".equals(r.action())),
        sum(r -> "hold".equals(r.action()) && "IN_DOUBT".equals(r.reason())),
        sum(r -> r.isNew() && !r.op().equals("removed") && !r.op().equals("resent")),
        sum(r -> r.isNew() && r.op().equals("removed")),
        returned,
        state.live() + returned,
        lastSeq,
        counted.stream().filter(Row::isSent).mapToLong(Row::lastSeq).max().orElse(0),
        state.unanswered(),
        Optional.empty(),
        new Plan.Flagged(
            candidates.rows("flagged") + candidates.rows("ignored"), candidates.rows("flagged")),
        List.of());
  }

  private long unrejected(String op) {
    return sum(r -> r.op().equals(op) && !"reject".equals(r.action()));
  }

  private long sum(Predicate<Row> which) {
    return counted.stream().filter(which).mapToLong(Row::rows).sum();
  }
}
