package dev.backfeed.driver.shell;

import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error as the shell prints it: one line with SQLState and message, and where the place is known
 * the statement's line with a mark under it.
 */
final class ErrorText {
  /** How PostgreSQL's driver tells the place: characters from 1. */
  private static final Pattern OFFSET = Pattern.compile("\\s+Position: (\\d+)");

  private ErrorText() {}

  /**
   * The lines to print.
   *
   * @param sql the statement
   * @param place where it stands in a script
   */
  static List<String> of(SQLException error, String sql, Optional<String> place) {
    String message = String.valueOf(error.getMessage());
    Matcher offset = OFFSET.matcher(message);
    boolean counted = offset.find();
    List<String> told = offset.replaceAll("").strip().lines().toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        "ERROR"
            + Optional.ofNullable(error.getSQLState()).map(s -> " " + s).orElse("")
            + place.map(p -> " (" + p + ")").orElse("")
            + ": "
            + (told.isEmpty() ? "" : told.get(0)));
    // What a warehouse says beyond its first line is its own mark or hint.
    told.stream().skip(1).filter(line -> !line.isBlank()).forEach(line -> lines.add("  " + line));
    position(error)
        .or(() -> counted ? at(sql, Integer.parseInt(offset(message))) : Optional.empty())
        .ifPresent(position -> mark(lines, sql, position));
    return lines;
  }

  private static Optional<Position> position(SQLException error) {
    return error instanceof StatementException ours ? ours.position() : Optional.empty();
  }

  private static String offset(String message) {
    Matcher matcher = OFFSET.matcher(message);
    return matcher.find() ? matcher.group(1) : "1";
  }

  private static Optional<Position> at(String sql, int character) {
    if (character < 1 || character > sql.length()) {
      return Optional.empty();
    }
    String before = sql.substring(0, character - 1);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return Optional.of(new Position(line, before.length() - before.lastIndexOf('\n')));
  }

  private static void mark(List<String> lines, String sql, Position position) {
    List<String> text = sql.lines().toList();
    if (position.line() <= text.size()) {
      lines.add("  " + text.get(position.line() - 1).replace('\t', ' '));
      lines.add("  " + " ".repeat(position.column() - 1) + "^");
    }
  }
}
