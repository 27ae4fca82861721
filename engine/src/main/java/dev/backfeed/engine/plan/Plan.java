package dev.backfeed.engine.plan;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.parser.command.Constraint.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run would do: counts, and, where it is to be carried out, the table that holds the rows.
 *
 * @param spec what was compared
 * @param counters selected, unchanged, added, changed, removed, resent, rejected; the rest 0
 * @param toSend rows that may be sent
 * @param held rows that are left on purpose (back-off, given up removals)
 * @param waiting rows that wait for another run: for the pace, or because this one only retries
 * @param inDoubt rows held because it is not known whether they were sent
 * @param newlyChanged rows to be added or changed that no earlier run left over
 * @param newlyRemoved removed rows that no earlier run left over
 * @param returned rows that are back, unchanged
 * @param liveRows rows of the state before, tombstones and rows of an unknown fate aside
 * @param lastSeq greatest number in the plan, 0 where it is empty
 * @param lastToSend greatest number of a row that may be sent
 * @param unanswered of them, those that may have been created by a call without answer
 * @param watermark the greatest value that was seen of the column that tells changes, as text
 * @param flagged rows of the query that are deletions
 * @param violated constraints that do not hold, those aside by which rows are rejected
 */
public record Plan(
    DiffSpec spec,
    Counters counters,
    long toSend,
    long held,
    long waiting,
    long inDoubt,
    long newlyChanged,
    long newlyRemoved,
    long returned,
    long liveRows,
    long lastSeq,
    long lastToSend,
    long unanswered,
    Optional<String> watermark,
    Flagged flagged,
    List<Violated> violated) {
  public Plan {
    violated = List.copyOf(violated);
  }

  /**
   * Rows that {@code DELETE WHEN} flags.
   *
   * @param leaving those of them whose records are still to be seen to
   */
  public record Flagged(long rows, long leaving) {}

  /**
   * A constraint that does not hold.
   *
   * @param rows that violate it; 0 where it judges the whole result
   */
  public record Violated(String constraint, Violation onViolation, long rows) {
    /** In words. */
    public String text() {
      return rows == 0
          ? "constraint " + constraint + " does not hold"
          : "constraint "
              + constraint
              + " does not hold for "
              + rows
              + (rows == 1 ? " row" : " rows");
    }

    /** Whether nothing may be sent. */
    public boolean fatal() {
      return onViolation != Violation.WARN;
    }
  }

  /** The same of a spec, with further constraints that do not hold. */
  Plan with(DiffSpec about, List<Violated> more) {
    List<Violated> all = new ArrayList<>(violated);
    all.addAll(more);
    return new Plan(
        about,
        counters,
        toSend,
        held,
        waiting,
        inDoubt,
        newlyChanged,
        newlyRemoved,
        returned,
        liveRows,
        lastSeq,
        lastToSend,
        unanswered,
        watermark,
        flagged,
        all);
  }

  /** What keeps all of it from being sent, if anything. */
  public Optional<Violated> fatal() {
    return violated.stream().filter(Violated::fatal).findFirst();
  }

  /** What its reader is to be warned of. */
  public List<String> warnings() {
    return violated.stream().filter(v -> !v.fatal()).map(Violated::text).toList();
  }

  /** The same with other counts. */
  Plan with(Counters counted) {
    return with(counted, watermark);
  }

  /** The same that has seen a watermark. */
  Plan seen(Optional<String> value) {
    return with(counters, value);
  }

  private Plan with(Counters counted, Optional<String> value) {
    return new Plan(
        spec,
        counted,
        toSend,
        held,
        waiting,
        inDoubt,
        newlyChanged,
        newlyRemoved,
        returned,
        liveRows,
        lastSeq,
        lastToSend,
        unanswered,
        value,
        flagged,
        violated);
  }

  /** What the waiting rows wait for, in words; empty where none do. */
  public Optional<String> waitingFor() {
    String rows = waiting == 1 ? "1 row waits" : waiting + " rows wait";
    return waiting == 0
        ? Optional.empty()
        : Optional.of(
            switch (spec.scope()) {
              case RETRY -> rows + " for a run that does not only RETRY";
              case REPAIR -> rows + " for a run that does not only REPAIR";
              default ->
                  rows
                      + (spec.pace().isPresent()
                          ? " for the pace of the next days"
                          : " for a key that another record has not given up yet");
            });
  }
}
