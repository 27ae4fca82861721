package dev.backfeed.parser.internal;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import dev.backfeed.parser.internal.lexer.Lexemes;
import dev.backfeed.parser.internal.lexer.StatementMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Makes the outline of one statement and refuses what would let the warehouse's SQL in it leave the
 * place that is meant for it: open literals, comments and parentheses, and a second statement. Used
 * once.
 */
public final class OutlineReader {
  private final String source;
  private final Lexemes lexemes;
  private final StatementMode mode;
  private final char[] masked;
  private final Deque<Lexeme> open = new ArrayDeque<>();
  private final List<Lexeme> query = new ArrayList<>();
  private final List<StatementOutline.Part> parts = new ArrayList<>();
  private final List<Lexeme> part = new ArrayList<>();
  private final List<Integer> parameters = new ArrayList<>();
  private int begin = -1;
  private int semicolon = -1;
  private int partBegin;

  private OutlineReader(String source, Lexicon lexicon) {
    this.source = source;
    this.lexemes = new Lexemes(source, lexicon);
    this.mode = new StatementMode(source, lexemes);
    this.masked = new char[source.length()];
    Arrays.fill(masked, ' ');
  }

  /**
   * The outline of a statement.
   *
   * @throws SyntaxFailure if something in it is left open, or another statement follows
   */
  public static StatementOutline read(String source, Lexicon lexicon) {
    return new OutlineReader(source, lexicon).read();
  }

  private StatementOutline read() {
    mode.begin(true);
    for (Lexeme lexeme = lexemes.next(); lexeme.kind() != Kind.END; lexeme = lexemes.next()) {
      if (lexeme.kind() == Kind.UNCLOSED) {
        throw unclosed(lexeme);
      }
      if (mode.verbatim() && semicolon < 0) {
        refuseAmbiguous(lexeme);
      }
      if (!lexeme.trivia() && !endsOrPrecedes(lexeme)) {
        add(lexeme);
      }
    }
    if (mode.verbatim() && !open.isEmpty()) {
      throw new SyntaxFailure(open.peek().start(), "this parenthesis is never closed");
    }
    int end =
        source.substring(0, semicolon < 0 ? source.length() : semicolon).stripTrailing().length();
    int cut = query.isEmpty() ? end : query.get(0).start() + 1;
    String text = new String(masked, 0, cut);
    return new StatementOutline(
        source, Math.max(begin, 0), end, text, mode.as(), query, parts, parameters);
  }

  /**
   * Blanks beyond ASCII and control characters are parts of words to one warehouse and blanks to
   * another, sometimes depending on quotes before them: {@code x\u00A0$$} may be a name or open a
   * text.
   */
  private void refuseAmbiguous(Lexeme lexeme) {
    if (lexeme.kind() != Kind.SPACE && lexeme.kind() != Kind.OTHER) {
      return;
    }
    for (int i = lexeme.start(); i < lexeme.end(); i++) {
      char c = source.charAt(i);
      if (c >= 0x7F || (c < ' ' && !(c >= '\t' && c <= '\r'))) {
        throw new SyntaxFailure(
            i,
            "U+%04X may stand in quotes and comments only: a blank is U+0020".formatted((int) c));
      }
    }
  }

  /** Whether it is a semicolon before the statement or behind it. */
  private boolean endsOrPrecedes(Lexeme lexeme) {
    if (lexeme.kind() == Kind.SEMICOLON && (begin < 0 || open.isEmpty())) {
      semicolon = begin < 0 || semicolon >= 0 ? semicolon : lexeme.start();
      return true;
    }
    if (semicolon >= 0) {
      throw new SyntaxFailure(semicolon, "one statement at a time: there is more after this \";\"");
    }
    return false;
  }

  private void add(Lexeme lexeme) {
    begin = begin < 0 ? lexeme.start() : begin;
    if (lexeme.kind() == Kind.OPEN) {
      open.push(lexeme);
    }
    boolean closes = lexeme.kind() == Kind.CLOSE && open.poll() != null;
    boolean inPart = mode.inPart();
    mode.read(lexeme, open.size());
    if (inPart && mode.inPart()) {
      addVerbatim(lexeme, part);
    } else if (inPart) {
      endPart(lexeme);
    } else if (mode.inPart()) {
      partBegin = lexeme.end();
      mask(lexeme);
    } else if (!mode.verbatim()) {
      addOurs(lexeme);
    } else if (lexeme.kind() == Kind.CLOSE && !closes) {
      throw new SyntaxFailure(
          lexeme.start(), "this parenthesis closes nothing that the query has opened");
    } else {
      addVerbatim(lexeme, query);
    }
  }

  private void addOurs(Lexeme lexeme) {
    if (lexeme.kind() == Kind.OTHER && source.charAt(lexeme.start()) == '?') {
      masked[lexeme.start()] = '?';
      parameters.add(lexeme.start());
    } else {
      mask(lexeme);
    }
  }

  private void addVerbatim(Lexeme lexeme, List<Lexeme> to) {
    if (lexeme.kind() == Kind.SEMICOLON) {
      throw new SyntaxFailure(open.peek().start(), "this parenthesis is not closed before a \";\"");
    }
    if (to.isEmpty()) {
      masked[lexeme.start()] = '?';
    }
    to.add(lexeme);
  }

  private void endPart(Lexeme closing) {
    mask(closing);
    if (!part.isEmpty()) {
      String text = source.substring(partBegin, closing.start());
      int start = partBegin + text.length() - text.stripLeading().length();
      int end = partBegin + text.stripTrailing().length();
      parts.add(new StatementOutline.Part(start, end, part));
      part.clear();
    }
  }

  private void mask(Lexeme lexeme) {
    switch (lexeme.kind()) {
      case NAME -> maskName(lexeme);
      case STRING -> {
        masked[lexeme.start()] = '\'';
        masked[lexeme.end() - 1] = '\'';
      }
      default -> {
        boolean plain = lexeme.in(source).chars().allMatch(OutlineReader::isPlain);
        for (int i = lexeme.start(); i < lexeme.end(); i++) {
          masked[i] = plain ? source.charAt(i) : lexeme.kind() == Kind.WORD ? 'z' : '^';
        }
      }
    }
  }

  private void maskName(Lexeme lexeme) {
    if (lexeme.end() - lexeme.start() == 2) {
      throw new SyntaxFailure(lexeme.start(), "a name cannot be empty");
    }
    if (lexeme.start() > 0 && masked[lexeme.start() - 1] == '"') {
      // `a`"b": masked alike, the grammar would take them for one name.
      throw new SyntaxFailure(lexeme.start(), "expected a blank or a sign between two names");
    }
    Arrays.fill(masked, lexeme.start(), lexeme.end(), 'z');
    masked[lexeme.start()] = '"';
    masked[lexeme.end() - 1] = '"';
  }

  /** What the grammar's own lexer reads as we do; {@code //} or {@code $} it would not. */
  private static boolean isPlain(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "_(),.=*+-".indexOf(c) >= 0;
  }

  private SyntaxFailure unclosed(Lexeme lexeme) {
    String text = lexeme.in(source);
    if (text.startsWith("/*")) {
      return new SyntaxFailure(lexeme.start(), "this comment is never closed: */ is missing");
    }
    if (text.startsWith("$")) {
      String delimiter = text.substring(0, text.indexOf('$', 1) + 1);
      return new SyntaxFailure(
          lexeme.start(), "this text is never closed: " + delimiter + " is missing");
    }
    char quote = text.charAt("'\"`".indexOf(text.charAt(0)) < 0 ? 1 : 0);
    String what = quote == '\'' ? "text" : "name";
    return new SyntaxFailure(
        lexeme.start(), "this " + what + " is never closed: " + quote + " is missing");
  }
}
