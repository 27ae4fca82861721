package dev.backfeed.engine.plan;

import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.warehouse.DiffSpec;

/**
 * What a run would do: counts, and, where it is to be carried out, the table that holds the rows.
 *
 * @param spec what was compared
 * @param counters selected, unchanged, added, changed, removed, resent, rejected; the rest 0
 * @param toSend rows that may be sent
 * @param held rows that are left on purpose (back-off, given up removals)
 * @param inDoubt rows held because it is not known whether they were sent
 * @param newlyRemoved removed rows that no earlier run left over
 * @param returned rows that are back, unchanged
 * @param liveRows rows of the state before, tombstones and rows of an unknown fate aside
 * @param lastSeq greatest number in the plan, 0 where it is empty
 * @param stateRows rows of the state before, tombstones included
 * @param unanswered of them, those that may have been created by a call without answer
 */
public record Plan(
    DiffSpec spec,
    Counters counters,
    long toSend,
    long held,
    long inDoubt,
    long newlyRemoved,
    long returned,
    long liveRows,
    long lastSeq,
    long stateRows,
    long unanswered) {}
