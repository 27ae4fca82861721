package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.stream.Collectors;

/** The errors that the JDBC face itself raises, in one place so that their tone is one. */
final class Refusal {
  /** The SQL standard's state for a text that gives no rows where rows were asked for. */
  static final String NO_ROWS = "07005";

  /** The SQL standard's state for a value that is missing. */
  static final String UNSET = "07001";

  /** The SQL standard's state for a parameter that is not there. */
  static final String NO_PARAMETER = "07009";

  /** The SQL standard's class for a statement used in a way it cannot be. */
  static final String WRONG_USE = "07000";

  private Refusal() {}

  static SQLException notAWrapper(Class<?> wanted) {
    return new StatementException(
        SqlState.INVALID_VALUE, "this object neither is nor wraps a " + wanted.getName());
  }

  static SQLException closed(String what) {
    return new StatementException(
        SqlState.WRONG_STATE, what + " is closed: create a new one from the connection");
  }

  static SQLException unsupported(String what, Method method) {
    return new SQLFeatureNotSupportedException(
        what + " does not support " + method.getName() + "()", "0A000");
  }

  static SQLException noRows() {
    return new StatementException(
        NO_ROWS,
        "this statement gives an update count, no rows: use execute or executeUpdate for it");
  }

  static SQLException rows() {
    return new StatementException(
        WRONG_USE,
        "this statement gives rows, no update count: use execute or executeQuery for it");
  }

  static SQLException unset(List<Integer> numbers) {
    return new StatementException(
        UNSET,
        "no value is set for parameter "
            + numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  static SQLException noParameter(int number, int count) {
    return new StatementException(
        NO_PARAMETER,
        "no parameter " + number + ": the statement has " + count + ", counted from 1");
  }

  static SQLException textOnPrepared() {
    return new StatementException(
        WRONG_USE,
        "a prepared statement already has its text: create a Statement to execute another");
  }

  static SQLException called() {
    return new StatementException(
        WRONG_USE,
        "statements of Backfeed are no procedures: use createStatement or prepareStatement");
  }

  static SQLException notAlone(Position position, int count) {
    return new StatementException(
        SqlState.SYNTAX,
        "a statement of Backfeed stands among the "
            + count
            + " statements of this text: send each in an execute of its own, or run the script with"
            + " the shell",
        position);
  }
}
