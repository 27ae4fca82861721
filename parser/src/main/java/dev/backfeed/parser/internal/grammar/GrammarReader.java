package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.SyntaxFailure;
import java.io.StringReader;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl.LexicalState;

/** Runs the generated parser over the outline of a statement. */
public final class GrammarReader {
  private GrammarReader() {}

  /**
   * The command that a statement says.
   *
   * @param arguments one for each parameter of the outline
   * @throws SyntaxFailure if it is none of this version's statements
   */
  public static Command read(StatementOutline outline, Lexicon lexicon, Arguments arguments) {
    StatementText text = new StatementText(outline, lexicon, arguments);
    CalciteGrammar grammar = new CalciteGrammar(new StringReader(outline.masked()));
    grammar.setTabSize(1);
    grammar.switchTo(LexicalState.DQID);
    try {
      return grammar.BackfeedStatement(text);
    } catch (ParseException e) {
      throw Expectation.of(text, e);
    } catch (TokenMgrError e) {
      // The mask holds nothing that the grammar's lexer does not know; an Error must not get out.
      throw new SyntaxFailure(outline.begin(), "this statement cannot be read");
    }
  }
}
