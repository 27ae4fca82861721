package dev.backfeed.parser.command;

/**
 * {@code CONSTRAINT name EXPECT [OVERALL] (expression) ON VIOLATION …}: anything but TRUE violates.
 *
 * @param overall whether the whole result is judged at once, else each row
 * @param expression over the query's output columns
 */
public record Constraint(Name name, boolean overall, Verbatim expression, Violation onViolation) {
  /** What a violation leads to; DROP ROW is for rows only, PAUSE for the whole result only. */
  public enum Violation {
    DROP_ROW,
    WARN,
    FAIL,
    PAUSE;

    @Override
    public String toString() {
      return name().replace('_', ' ');
    }
  }
}
