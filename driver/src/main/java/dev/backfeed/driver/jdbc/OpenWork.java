package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.lang.ref.WeakReference;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the caller has begun on the inner connection and not ended, as far as only this driver can
 * know: a transaction that began silently with autocommit off, and results that DuckDB still
 * streams, which any other statement would cut off.
 */
final class OpenWork {
  private static final Pattern END =
      Pattern.compile(
          "\\s*(COMMIT|END|ABORT|ROLLBACK(?!(\\s+(WORK|TRANSACTION))?\\s+TO))\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final String FIRST_LETTERS = "CEARcear \t\r\n";

  private final boolean streams;
  private final List<WeakReference<ResultSet>> results = new ArrayList<>();
  private boolean statementPassed;

  /**
   * For one connection.
   *
   * @param streams whether results are read from the warehouse while the caller reads them
   */
  OpenWork(boolean streams) {
    this.streams = streams;
  }

  /**
   * Whether a statement went to the warehouse since the last commit or rollback. Means something
   * with autocommit off only.
   */
  boolean statementPassed() {
    return statementPassed;
  }

  /** A statement that was prepared before goes to the warehouse. */
  void passed() {
    statementPassed = true;
  }

  /** A text goes to the warehouse; it may itself end the transaction. */
  void passed(String sql) {
    boolean mayEnd = !sql.isEmpty() && FIRST_LETTERS.indexOf(sql.charAt(0)) >= 0;
    statementPassed = !(mayEnd && END.matcher(sql).matches());
  }

  /** Definitions of ours belong to the caller's transaction; runs have one of their own. */
  void passed(Command command) {
    statementPassed |=
        command instanceof Command.CreateDestination
            || command instanceof Command.DropDestination
            || command instanceof Command.CreateSync
            || command instanceof Command.DropSync
            || command instanceof Command.CreateAlert
            || command instanceof Command.DropAlert
            || command instanceof Command.PauseSync
            || command instanceof Command.ResumeSync;
  }

  /** The transaction was ended through the connection. */
  void ended() {
    statementPassed = false;
  }

  void opened(ResultSet rows) {
    if (streams && rows != null) {
      results.removeIf(r -> r.get() == null);
      results.add(new WeakReference<>(rows));
    }
  }

  /**
   * Makes sure that a statement of ours takes nothing from the caller.
   *
   * @throws SQLException {@code 24000} while a streamed result is open
   */
  void requireNoStream() throws SQLException {
    for (WeakReference<ResultSet> result : results) {
      ResultSet rows = result.get();
      if (rows != null && !rows.isClosed()) {
        throw new StatementException(
            SqlState.INVALID_CURSOR_STATE,
            "a result with jdbc_stream_results is still open on this connection and would be cut"
                + " off: close it first");
      }
    }
    results.clear();
  }
}
