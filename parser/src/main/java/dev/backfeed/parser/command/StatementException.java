package dev.backfeed.parser.command;

import java.sql.SQLException;
import java.util.Optional;

/**
 * An error of ours: what is wrong, where, what to do. The message already names the position; it is
 * carried apart as well so that a client can mark it.
 */
public final class StatementException extends SQLException {
  private static final long serialVersionUID = 1L;
  private final transient Position position;

  /** An error about the whole statement. */
  public StatementException(String sqlState, String message) {
    this(sqlState, message, (Position) null);
  }

  /** An error with the cause that a log should show. */
  public StatementException(String sqlState, String message, Throwable cause) {
    super(message, sqlState, cause);
    this.position = null;
  }

  /** An error about one place; {@code (line l, column c)} is appended to the message. */
  public StatementException(String sqlState, String message, Position position) {
    super(position == null ? message : message + " (" + position + ")", sqlState);
    this.position = position;
  }

  /** Where in the user's text, if it is about one place. */
  public Optional<Position> position() {
    return Optional.ofNullable(position);
  }
}
