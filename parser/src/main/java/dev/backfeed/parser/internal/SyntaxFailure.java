package dev.backfeed.parser.internal;

/**
 * A statement of ours that cannot be read: what {@code BackfeedParser} turns into a {@code
 * StatementException}. Unchecked, because generated code throws it through methods whose signatures
 * are not ours; without a stack trace, because the offset says more.
 */
public final class SyntaxFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int offset;

  /** A failure at an index of the statement. */
  public SyntaxFailure(int offset, String message) {
    super(message, null, false, false);
    this.offset = offset;
  }

  /** Where, in UTF-16 units from 0. */
  public int offset() {
    return offset;
  }
}
