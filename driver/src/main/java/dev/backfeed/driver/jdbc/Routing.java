package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.Statement;
import java.sql.SQLException;
import java.util.List;

/**
 * Decides where a text goes. One of ours goes to the engine, every other to the warehouse byte for
 * byte; a text that mixes both is refused, since neither side could run all of it.
 */
final class Routing {
  /** More than any word of ours, its verb included, needs. */
  private static final int FIRST_WORDS = 256;

  private final OurSide side;

  Routing(OurSide side) {
    this.side = side;
  }

  /**
   * Whether the text is one statement of ours.
   *
   * @throws SQLException if a statement of ours is not alone in it
   */
  boolean isOurs(String sql) throws SQLException {
    if (sql == null) {
      return false;
    }
    boolean ours = side.isOurs(sql);
    if (ours ? mayHoldSeveral(sql) : mayHideOurs(sql)) {
      refuseMixture(side.split(sql));
    }
    return ours;
  }

  private static void refuseMixture(List<Statement> statements) throws SQLException {
    if (statements.size() < 2) {
      return;
    }
    for (Statement statement : statements) {
      if (statement.ours()) {
        throw Refusal.notAlone(statement.position(), statements.size());
      }
    }
  }

  private static boolean mayHoldSeveral(String sql) {
    int semicolon = sql.indexOf(';');
    return semicolon >= 0 && start(sql, semicolon + 1) < sql.length();
  }

  /**
   * A cheap look behind every semicolon, so that the lexer reads only the few texts of the
   * warehouse's where something of ours may follow. Semicolons in literals are looked at too: the
   * lexer then tells them apart.
   */
  private boolean mayHideOurs(String sql) {
    for (int at = sql.indexOf(';'); at >= 0; at = sql.indexOf(';', at + 1)) {
      int start = start(sql, at + 1);
      if (start == sql.length()) {
        return false;
      }
      char first = sql.charAt(start);
      if (first == '-' || first == '/' || first == '#') {
        return true;
      }
      if (Character.isLetter(first)
          && side.isOurs(sql.substring(start, Math.min(sql.length(), start + FIRST_WORDS)))) {
        return true;
      }
    }
    return false;
  }

  private static int start(String sql, int from) {
    int at = from;
    while (at < sql.length() && Character.isWhitespace(sql.charAt(at))) {
      at++;
    }
    return at;
  }
}
