package dev.backfeed.parser.internal.lexer;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Lexicon.Rule;
import java.util.Locale;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.Lexer;

/**
 * The hand-written half of the generated lexer: called when the opening of a literal or comment has
 * been matched, it moves the input behind its end and says what it was. Works in one of two modes:
 * the warehouse's rules, or those of our own clauses, which are the same on every warehouse but for
 * comments.
 */
abstract class LiteralLexer extends Lexer {
  private String text = "";
  private Lexicon lexicon = Lexicon.GENERIC;
  private boolean clauses;

  LiteralLexer(CharStream input) {
    super(input);
  }

  final void configure(String text, Lexicon lexicon) {
    this.text = text;
    this.lexicon = lexicon;
  }

  /** Switches to the rules of our clauses, or back to the warehouse's. */
  final void clauses(boolean on) {
    clauses = on;
  }

  /** {@code --} or a block comment. */
  final void comment() {
    boolean line = text.charAt(_tokenStartCharIndex) == '-';
    end(
        BackfeedLexer.COMMENT,
        line
            ? Endings.line(text, _tokenStartCharIndex)
            : Endings.block(text, _tokenStartCharIndex, lexicon.has(Rule.NESTED_COMMENTS)));
  }

  /** {@code #} or {@code //}. */
  final void maybeComment() {
    boolean hash = text.charAt(_tokenStartCharIndex) == '#';
    if (lexicon.has(hash ? Rule.HASH_COMMENTS : Rule.SLASH_COMMENTS)) {
      end(BackfeedLexer.COMMENT, Endings.line(text, _tokenStartCharIndex));
    } else {
      // The second slash may begin a block comment.
      setType(BackfeedLexer.OTHER);
      _input.seek(_tokenStartCharIndex + 1);
    }
  }

  /** The letter before the quote, in upper case. */
  final char prefix() {
    return getText().toUpperCase(Locale.ROOT).charAt(0);
  }

  final void string(char prefix) {
    int open = _input.index() - 1;
    if (clauses) {
      // A prefix means nothing there; the statement is refused for it, but ends where it should.
      end(prefix == '\0' ? BackfeedLexer.STRING : BackfeedLexer.OTHER, quoted(open, false));
    } else if (prefix == 'E' && lexicon.has(Rule.ESCAPE_STRINGS)) {
      end(BackfeedLexer.STRING, escapeString(open));
    } else {
      end(BackfeedLexer.STRING, warehouseString(open, prefix));
    }
  }

  final void doubleQuoted(char prefix) {
    int open = _input.index() - 1;
    if (!clauses && lexicon.has(Rule.DOUBLE_QUOTED_STRINGS)) {
      end(BackfeedLexer.STRING, warehouseString(open, prefix));
    } else {
      end(prefix == '\0' ? BackfeedLexer.NAME : BackfeedLexer.OTHER, quoted(open, false));
    }
  }

  final void backtick() {
    if (clauses || lexicon.has(Rule.BACKTICK_NAMES)) {
      // BigQuery alone escapes by backslash within backticks; it is also the one with three quotes.
      boolean backslash = !clauses && lexicon.has(Rule.TRIPLE_QUOTES);
      end(BackfeedLexer.NAME, quoted(_tokenStartCharIndex, backslash));
    } else {
      setType(BackfeedLexer.OTHER);
    }
  }

  final void dollar() {
    String delimiter = getText();
    boolean tagged = delimiter.length() > 2;
    if (!clauses && lexicon.has(tagged ? Rule.TAGGED_DOLLAR_QUOTES : Rule.DOLLAR_QUOTES)) {
      end(BackfeedLexer.STRING, Endings.between(text, _tokenStartCharIndex, delimiter));
    } else {
      setType(BackfeedLexer.OTHER);
      _input.seek(_tokenStartCharIndex + 1);
    }
  }

  /** With all its parts: where they may be apart, the backslash means the same in each. */
  private int escapeString(int open) {
    int end = quoted(open, true);
    while (end != Endings.NONE && lexicon.has(Rule.CONTINUED_STRINGS)) {
      int next = Endings.continuation(text, end);
      if (next == Endings.NONE) {
        return end;
      }
      end = quoted(next, true);
    }
    return end;
  }

  private int warehouseString(int open, char prefix) {
    char quote = text.charAt(open);
    if (lexicon.has(Rule.TRIPLE_QUOTES) && text.startsWith(("" + quote).repeat(3), open)) {
      return Endings.triple(text, open);
    }
    boolean raw = prefix == 'R' && lexicon.has(Rule.RAW_STRINGS);
    return quoted(open, lexicon.has(Rule.BACKSLASH_ESCAPES) && !raw);
  }

  private int quoted(int open, boolean backslash) {
    return Endings.quoted(text, open, backslash);
  }

  private void end(int type, int end) {
    boolean unclosed = end == Endings.NONE;
    setType(unclosed ? BackfeedLexer.UNCLOSED : type);
    _input.seek(unclosed ? text.length() : end);
  }
}
