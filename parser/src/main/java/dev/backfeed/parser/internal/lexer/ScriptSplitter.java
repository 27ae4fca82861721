package dev.backfeed.parser.internal.lexer;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Statement;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts one script into statements. Used once. */
public final class ScriptSplitter {
  private final String script;
  private final Lexicon lexicon;
  private final Lexemes lexemes;
  private final TextPositions positions;
  private final List<Statement> statements = new ArrayList<>();
  private StatementMode mode;
  private int begin = -1;
  private int end;
  private int depth;
  private boolean empty = true;

  /** A splitter of this script, by the warehouse's rules. */
  public ScriptSplitter(String script, Lexicon lexicon) {
    this.script = script;
    this.lexicon = lexicon;
    this.lexemes = new Lexemes(script, lexicon);
    this.positions = new TextPositions(script);
    this.mode = new StatementMode(script, lexemes);
  }

  /** The statements in order. */
  public List<Statement> split() {
    for (Lexeme lexeme = lexemes.next(); lexeme.kind() != Kind.END; lexeme = lexemes.next()) {
      if (lexeme.kind() == Kind.SEMICOLON && depth == 0) {
        cut();
      } else {
        add(lexeme);
      }
    }
    cut();
    return List.copyOf(statements);
  }

  private void add(Lexeme lexeme) {
    if (lexeme.kind() == Kind.SPACE) {
      return;
    }
    if (begin < 0) {
      begin = lexeme.start();
    }
    end = lexeme.end();
    if (lexeme.kind() == Kind.COMMENT) {
      return;
    }
    if (empty) {
      empty = false;
      mode.begin(StatementHead.isOurs(script, lexeme.start(), lexicon));
    }
    depth += lexeme.kind() == Kind.OPEN ? 1 : 0;
    depth -= lexeme.kind() == Kind.CLOSE && depth > 0 ? 1 : 0;
    mode.read(lexeme, depth);
  }

  private void cut() {
    if (!empty) {
      statements.add(
          new Statement(script.substring(begin, end), begin, positions.at(begin), mode.ours()));
    }
    begin = -1;
    depth = 0;
    empty = true;
    mode.finish();
  }
}
