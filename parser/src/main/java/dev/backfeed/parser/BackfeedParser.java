package dev.backfeed.parser;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.internal.OutlineReader;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.grammar.GrammarReader;

/**
 * Reads one statement of ours. For statements that {@link StatementRouter} says are ours; others
 * are refused as syntax errors. Immutable and thread-safe.
 */
public final class BackfeedParser {
  private final Lexicon lexicon;

  /** A parser for the warehouse that has these lexical rules. */
  public BackfeedParser(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  /**
   * What the statement says.
   *
   * @param statement one statement; blanks, comments and semicolons around it are passed over
   * @throws StatementException {@code 42601} with the place in {@code statement} where it stops
   *     making sense, what was expected there and what was found
   */
  public Command parse(String statement) throws StatementException {
    try {
      StatementOutline outline = OutlineReader.read(statement, lexicon);
      return GrammarReader.read(outline, lexicon);
    } catch (SyntaxFailure e) {
      throw new StatementException(
          SqlState.SYNTAX, e.getMessage(), new TextPositions(statement).at(e.offset()));
    }
  }
}
