package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.RowError;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;

/**
 * What an {@link SQLException} means for the rows at hand. By SQLState where the driver gives one
 * (PostgreSQL appendix A, MySQL's server error reference), by result code on SQLite
 * (sqlite.org/rescode.html), by the first words of the message on DuckDB, which has neither.
 *
 * @param kind what is to be done
 * @param error for a row, should it be the row's fault
 */
record Failure(Kind kind, RowError error) {
  /** What is to be done. */
  enum Kind {
    /** A row is at fault; nothing of the transaction is kept. */
    DATA,
    /** Somebody was in the way; the same again may do. */
    RETRY,
    /** The connection or the server is gone; the same again on a new one may do. */
    BROKEN,
    /** The database refuses us. */
    CREDENTIALS,
    /** Table, column or right is missing, whatever the row. */
    MISCONFIGURED
  }

  private static final Set<Integer> MYSQL_RETRY =
      Set.of(1040, 1042, 1158, 1159, 1160, 1161, 1205, 1213, 2006, 2013, 3024);
  private static final Set<Integer> MYSQL_CONSTRAINT = Set.of(1048, 1062, 1364, 1451, 1452, 3819);
  private static final Set<Integer> MYSQL_VALUE = Set.of(1264, 1265, 1292, 1366, 1406);
  private static final Set<Integer> MYSQL_CREDENTIALS = Set.of(1044, 1045, 1142, 1143);

  static Failure of(Database database, SQLException thrown) {
    SQLException cause = cause(thrown);
    String message = message(cause);
    return switch (database) {
      case DUCKDB -> duckDb(message);
      case SQLITE -> sqlite(cause, message);
      case POSTGRESQL -> byState(cause, message);
      case MYSQL, MARIADB -> mySql(cause, message);
    };
  }

  /**
   * Behind a batch's exception stands the one that says why; its own message repeats the values.
   */
  private static SQLException cause(SQLException thrown) {
    SQLException next = thrown.getNextException();
    return thrown instanceof BatchUpdateException && next != null ? next : thrown;
  }

  private static String message(SQLException cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    // DuckDB shows the statement after an empty line.
    int statement = text.indexOf("\n\nLINE ");
    return (statement < 0 ? text : text.substring(0, statement)).strip();
  }

  private static Failure duckDb(String message) {
    int colon = message.indexOf(" Error:");
    String family = colon < 0 ? "" : message.substring(0, colon);
    return switch (family) {
      case "Constraint" -> data("CONSTRAINT", "Constraint Error", message);
      case "Conversion", "Out of Range", "Invalid Input", "Mismatch Type", "Invalid type" ->
          data("VALUE", family + " Error", message);
      case "TransactionContext", "Transaction" -> other(Kind.RETRY, family + " Error", message);
      case "IO", "FATAL", "INTERNAL", "Interrupt", "Out of Memory" ->
          other(Kind.BROKEN, family + " Error", message);
      case "Catalog", "Binder", "Parser", "Permission", "Not implemented", "Connection" ->
          other(Kind.MISCONFIGURED, family + " Error", message);
      default -> data("DATABASE", family, message);
    };
  }

  private static Failure sqlite(SQLException cause, String message) {
    // The low byte is the primary code, what is above it says more of the same.
    int primary = cause.getErrorCode() & 0xff;
    String code = Integer.toString(primary);
    return switch (primary) {
      case 5, 6 -> other(Kind.RETRY, code, message);
      case 19 -> data("CONSTRAINT", code, message);
      case 18, 20 -> data("VALUE", code, message);
      case 1, 8, 17, 21 -> other(Kind.MISCONFIGURED, code, message);
      case 3, 23 -> other(Kind.CREDENTIALS, code, message);
      case 10, 11, 13, 14, 26 -> other(Kind.BROKEN, code, message);
      default -> data("DATABASE", code, message);
    };
  }

  private static Failure mySql(SQLException cause, String message) {
    int code = cause.getErrorCode();
    String state = state(cause);
    if (MYSQL_RETRY.contains(code)) {
      return other(code < 2000 ? Kind.RETRY : Kind.BROKEN, state, message);
    }
    if (MYSQL_CONSTRAINT.contains(code)) {
      return data("CONSTRAINT", state, message);
    }
    if (MYSQL_VALUE.contains(code)) {
      return data("VALUE", state, message);
    }
    return MYSQL_CREDENTIALS.contains(code)
        ? other(Kind.CREDENTIALS, state, message)
        : byState(cause, message);
  }

  private static Failure byState(SQLException cause, String message) {
    String state = state(cause);
    return switch (state) {
      case "42501" -> other(Kind.CREDENTIALS, state, message);
      case "55P03", "57014" -> other(Kind.RETRY, state, message);
      case "P0001", "45000" -> data("VALIDATION", state, message);
      default -> byClass(state, message);
    };
  }

  private static Failure byClass(String state, String message) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "21", "23", "44" -> data("CONSTRAINT", state, message);
      case "22" -> data("VALUE", state, message);
      case "40", "53" -> other(Kind.RETRY, state, message);
      case "08", "57", "58" -> other(Kind.BROKEN, state, message);
      case "28" -> other(Kind.CREDENTIALS, state, message);
      case "0A", "25", "3D", "3F", "42", "55" -> other(Kind.MISCONFIGURED, state, message);
      // Unknown trouble is the row's until rows that stand alone prove otherwise.
      default -> data("DATABASE", state, message);
    };
  }

  private static String state(SQLException cause) {
    return cause.getSQLState() == null ? "" : cause.getSQLState();
  }

  private static Failure data(String type, String code, String message) {
    return new Failure(Kind.DATA, new RowError(type, code, message));
  }

  private static Failure other(Kind kind, String code, String message) {
    return new Failure(kind, new RowError("DATABASE", code, message));
  }
}
