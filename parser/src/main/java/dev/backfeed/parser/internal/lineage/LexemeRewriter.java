package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import dev.backfeed.parser.internal.lexer.Lexemes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a text lexeme by lexeme, by the warehouse's rules, and writes another. What stood side by
 * side still does; comments and blanks become one blank.
 */
abstract class LexemeRewriter {
  final String source;
  final List<Lexeme> lexemes = new ArrayList<>();
  final StringBuilder out = new StringBuilder();

  /** Index of the lexeme that is next. */
  int at;

  /** Where the lexeme written last ended; -1 if what is written next must stand apart. */
  private int written = -1;

  LexemeRewriter(String source, Lexicon lexicon) {
    this.source = source;
    Lexemes reader = new Lexemes(source, lexicon);
    for (Lexeme next = reader.next(); next.kind() != Kind.END; next = reader.next()) {
      if (!next.trivia()) {
        lexemes.add(next);
      }
    }
  }

  /** Writes this for the lexeme that is next. */
  final void emit(String text) {
    Lexeme lexeme = lexemes.get(at);
    if (lexeme.start() != written) {
      out.append(' ');
    }
    out.append(text);
    written = lexeme.end();
    at++;
  }

  final void skip(int count) {
    if (count > 0) {
      at += count;
      written = -1;
    }
  }

  final boolean adjacent(int i) {
    return i < lexemes.size() && lexemes.get(i - 1).end() == lexemes.get(i).start();
  }

  final Kind kind(int i) {
    return i >= 0 && i < lexemes.size() ? lexemes.get(i).kind() : Kind.END;
  }

  final String text(int i) {
    return i >= 0 && i < lexemes.size() ? lexemes.get(i).in(source) : "";
  }

  final boolean word(int i, String word) {
    return i >= 0 && i < lexemes.size() && lexemes.get(i).word(source, word);
  }

  final boolean in(Set<String> words, int i) {
    return words.stream().anyMatch(word -> word(i, word));
  }
}
