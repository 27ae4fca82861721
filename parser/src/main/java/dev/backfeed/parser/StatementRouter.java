package dev.backfeed.parser;

import dev.backfeed.parser.internal.lexer.ScriptSplitter;
import dev.backfeed.parser.internal.lexer.StatementHead;
import java.util.List;

/**
 * Decides which statements are ours and where the statements of a script end. Takes any text: it
 * never rejects and never throws. Immutable and thread-safe.
 */
public final class StatementRouter {
  private final Lexicon lexicon;

  /** A router for the warehouse that has these lexical rules. */
  public StatementRouter(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  /**
   * Whether a statement is Backfeed's, by its first words: a verb of ours with {@code SYNC}, {@code
   * SYNCS}, {@code DESTINATION}, {@code DESTINATIONS} or {@code RUN '…'} right after it, or {@code
   * SYNC NOW}. It stays ours when the rest makes no sense or belongs to another version of the
   * language: the warehouse could not run it either. Looks at nothing after those words, so the
   * length of the statement does not matter.
   */
  public boolean isOurs(String sql) {
    return StatementHead.isOurs(sql, 0, lexicon);
  }

  /**
   * The statements of a script, cut at semicolons outside of literals, comments and parentheses.
   * What holds only blanks and comments is left out. A literal or comment that is never closed
   * reaches to the end of the script.
   */
  public List<Statement> split(String script) {
    return new ScriptSplitter(script, lexicon).split();
  }
}
