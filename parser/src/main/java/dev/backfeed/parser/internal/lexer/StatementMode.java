package dev.backfeed.parser.internal.lexer;

import dev.backfeed.parser.internal.lexer.Lexeme.Kind;

/**
 * Follows one statement and switches the lexer between the rules of our clauses and the
 * warehouse's: the latter begin after the first unquoted word {@code AS} of a {@code CREATE SYNC}
 * at depth 0 whose previous character is no dot, unless {@code TABLE} follows (a {@code CREATE SYNC
 * ALERT} has no query); and between the parentheses of {@code EXPECT [OVERALL] (…)} and {@code
 * DELETE WHEN (…)} of a {@code CREATE SYNC} or an {@code ALTER SYNC}.
 */
public final class StatementMode {
  private final String text;
  private final Lexemes lexemes;
  private boolean ours;
  private int words;
  private boolean create;
  private boolean createSync;
  private boolean afterCreateSync;
  private boolean alter;
  private boolean alterSync;
  private boolean afterDelete;
  private boolean partIsDue;
  private boolean inPart;
  private Lexeme as;
  private boolean afterAs;
  private boolean verbatim;

  /** For a text that is read through {@code lexemes}. */
  public StatementMode(String text, Lexemes lexemes) {
    this.text = text;
    this.lexemes = lexemes;
  }

  /** A statement begins. */
  public void begin(boolean ours) {
    this.ours = ours;
    words = 0;
    create = false;
    createSync = false;
    afterCreateSync = false;
    alter = false;
    alterSync = false;
    afterDelete = false;
    partIsDue = false;
    inPart = false;
    as = null;
    afterAs = false;
    verbatim = false;
    lexemes.clauses(ours);
  }

  /** It has ended: the warehouse's rules hold for what lies between statements. */
  public void finish() {
    lexemes.clauses(false);
  }

  /** Whether the statement is ours. */
  public boolean ours() {
    return ours;
  }

  /** The word {@code AS} before the query; null where it has not come yet. */
  public Lexeme as() {
    return as;
  }

  /** Whether what has been read last was the warehouse's, or the parenthesis before it. */
  public boolean verbatim() {
    return verbatim || inPart;
  }

  /** Whether it stands in parentheses of one of our clauses. */
  public boolean inPart() {
    return inPart;
  }

  /**
   * The next lexeme, blanks and comments left out.
   *
   * @param depth how many parentheses are open after it
   */
  public void read(Lexeme lexeme, int depth) {
    if (!ours) {
      return;
    }
    if (inPart) {
      part(depth > 0);
      return;
    }
    if (afterAs) {
      afterAs = false;
      // AS TABLE name is a clause of ours.
      verbatim = !lexeme.word(text, "TABLE");
      lexemes.clauses(!verbatim);
      return;
    }
    if (as != null) {
      return;
    }
    if (partIsDue && lexeme.kind() == Kind.OPEN && depth == 1) {
      part(true);
    }
    expectPart(lexeme, depth);
    if (lexeme.kind() != Kind.WORD) {
      return;
    }
    countWord(lexeme);
    if (createSync && depth == 0 && lexeme.word(text, "AS") && !afterDot(lexeme)) {
      as = lexeme;
      afterAs = true;
      lexemes.clauses(false);
    }
  }

  private void part(boolean on) {
    inPart = on;
    lexemes.clauses(!on);
  }

  private void expectPart(Lexeme lexeme, int depth) {
    boolean sync = (createSync || alterSync) && depth == 0;
    partIsDue =
        sync
            && (lexeme.word(text, "EXPECT")
                || (partIsDue && lexeme.word(text, "OVERALL"))
                || (afterDelete && lexeme.word(text, "WHEN")));
    afterDelete = sync && lexeme.word(text, "DELETE");
  }

  private void countWord(Lexeme lexeme) {
    words++;
    if (words == 1 && lexeme.word(text, "VALIDATE")) {
      words = 0;
    }
    alterSync |= words == 2 && alter && lexeme.word(text, "SYNC");
    alter = words == 1 && lexeme.word(text, "ALTER");
    create |= words == 1 && lexeme.word(text, "CREATE");
    boolean alert = afterCreateSync && lexeme.word(text, "ALERT");
    afterCreateSync = create && (words == 2 || words == 4) && lexeme.word(text, "SYNC");
    createSync = (createSync || afterCreateSync) && !alert;
  }

  private boolean afterDot(Lexeme lexeme) {
    return lexeme.start() > 0 && text.charAt(lexeme.start() - 1) == '.';
  }
}
