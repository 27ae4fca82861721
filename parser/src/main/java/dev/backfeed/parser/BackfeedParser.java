package dev.backfeed.parser;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.internal.OutlineReader;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.grammar.Arguments;
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
      if (!outline.parameters().isEmpty()) {
        throw new SyntaxFailure(
            outline.parameters().get(0),
            "a ? stands for a value in a prepared statement only: write the value itself");
      }
      if (lexicon.has(Lexicon.Rule.ONLY_PARAMETER_MARKS)) {
        refuseMark(outline, "");
      }
      return GrammarReader.read(outline, lexicon, Arguments.NONE);
    } catch (SyntaxFailure e) {
      throw refused(statement, e);
    }
  }

  /**
   * Reads a statement in which {@code ?} may stand for the name of a sync or a destination, for a
   * string or a number.
   *
   * @throws StatementException as {@link #parse}; also for a {@code ?} in a query or a condition
   */
  public PreparedCommand prepare(String statement) throws StatementException {
    try {
      StatementOutline outline = OutlineReader.read(statement, lexicon);
      refuseMark(
          outline,
          lexicon.has(Lexicon.Rule.ONLY_PARAMETER_MARKS)
              ? ""
              : "; a statement with an operator ? is no text to prepare, but one to execute");
      return new PreparedCommand(outline, lexicon);
    } catch (SyntaxFailure e) {
      throw refused(statement, e);
    }
  }

  private static void refuseMark(StatementOutline outline, String addition) {
    int mark = outline.markInVerbatim();
    if (mark >= 0) {
      boolean inQuery = outline.as() != null && mark > outline.as().start();
      throw new SyntaxFailure(
          mark,
          (inQuery ? "a sync's query" : "a sync's condition")
              + " takes no parameters, since runs to come have no values for them: write the value"
              + " itself"
              + addition);
    }
  }

  static StatementException refused(String statement, SyntaxFailure e) {
    return new StatementException(
        e.sqlState(), e.getMessage(), new TextPositions(statement).at(e.offset()));
  }
}
