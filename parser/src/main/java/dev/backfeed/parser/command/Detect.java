package dev.backfeed.parser.command;

import java.util.Optional;

/**
 * {@code DETECT CHANGES BY …}: how a run finds what has changed.
 *
 * @param column the watermark column, or the one that names each row's operation; empty for DIFF
 * @param lookbackMinutes how far behind the watermark rows are compared again; 0 where not said
 * @param sequence {@code ORDER BY} of a change feed: the highest value of a key wins
 */
public record Detect(By by, Optional<Name> column, long lookbackMinutes, Optional<Name> sequence) {
  /** {@code BY DIFF}: the whole result is compared with the state. */
  public static final Detect DIFF = new Detect(By.DIFF, Optional.empty(), 0, Optional.empty());

  /** The three ways. */
  public enum By {
    DIFF,
    COLUMN,
    OPERATION
  }

  /** {@code BY COLUMN column [LOOKBACK n MINUTES]}. */
  public static Detect column(Name column, long lookbackMinutes) {
    return new Detect(By.COLUMN, Optional.of(column), lookbackMinutes, Optional.empty());
  }

  /** {@code BY OPERATION column [ORDER BY sequence]}. */
  public static Detect operation(Name column, Optional<Name> sequence) {
    return new Detect(By.OPERATION, Optional.of(column), 0, sequence);
  }
}
