package dev.backfeed.engine.plan;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.parser.command.Scope;
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
    Optional<String> watermark) {

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
        value);
  }

  /** What the waiting rows wait for, in words; empty where none do. */
  public Optional<String> waitingFor() {
    String rows = waiting == 1 ? "1 row waits" : waiting + " rows wait";
    return waiting == 0
        ? Optional.empty()
        : Optional.of(
            spec.scope() == Scope.RETRY
                ? rows + " for a run that does not only RETRY"
                : rows + " for the pace of the next days");
  }
}
