package dev.backfeed.parser.command;

import java.math.BigDecimal;

/** The value of one option in {@code WITH (…)}. */
public sealed interface OptionValue {
  /** {@code 'text'}, its quotes undone. */
  record Text(String value) implements OptionValue {}

  /** {@code 20000} or {@code 0.5}. */
  record Numeric(BigDecimal value) implements OptionValue {}

  /** {@code TRUE} or {@code FALSE}. */
  record Flag(boolean value) implements OptionValue {}

  /** {@code SECRET 'env:BACKFEED_X'}: a reference, never the value itself. */
  record Secret(String reference) implements OptionValue {}
}
