package dev.backfeed.parser.internal;

import dev.backfeed.parser.command.SqlState;

/**
 * A statement of ours that cannot be read: what {@code BackfeedParser} turns into a {@code
 * StatementException}. Unchecked, because generated code throws it through methods whose signatures
 * are not ours; without a stack trace, because the offset says more.
 */
public final class SyntaxFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int offset;
  private final String sqlState;

  /** A failure at an index of the statement. */
  public SyntaxFailure(int offset, String message) {
    this(offset, message, SqlState.SYNTAX);
  }

  private SyntaxFailure(int offset, String message, String sqlState) {
    super(message, null, false, false);
    this.offset = offset;
    this.sqlState = sqlState;
  }

  /** A statement of the language that this version does not know yet. */
  public static SyntaxFailure notSupported(int offset, String message) {
    return new SyntaxFailure(offset, message, SqlState.NOT_SUPPORTED);
  }

  /** What the statement is refused with. */
  public String sqlState() {
    return sqlState;
  }

  /** Where, in UTF-16 units from 0. */
  public int offset() {
    return offset;
  }
}
