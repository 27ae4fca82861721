package dev.backfeed.engine.spi;

import java.util.List;

/**
 * What the destination said to a batch. Sealed, so that an asynchronous answer (a job to be polled)
 * can be added beside these two and the compiler finds every place that must deal with it.
 */
public sealed interface Answer {
  /**
   * The destination answered row by row.
   *
   * @param outcomes exactly one a change, in any order
   */
  record Answered(List<Outcome> outcomes) implements Answer {
    public Answered {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * The destination refused the batch as a whole and applied nothing of it. The engine halves the
   * batch until the bad row stands alone, whose outcome this error then is.
   *
   * @param error what the destination said
   */
  record Refused(RowError error) implements Answer {}
}
