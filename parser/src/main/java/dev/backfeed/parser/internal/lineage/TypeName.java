package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.internal.lexer.Lexeme;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.List;

/** Where the name of a type behind {@code ::} ends. */
final class TypeName {
  private final String source;
  private final List<Lexeme> lexemes;

  TypeName(String source, List<Lexeme> lexemes) {
    this.source = source;
    this.lexemes = lexemes;
  }

  /** Index of the lexeme behind the type that begins at {@code start}. */
  int end(int start) {
    int i = start + 1;
    while (kind(i) == Kind.DOT) {
      i += 2;
    }
    if (word(i, "PRECISION") || word(i, "VARYING")) {
      i++;
    }
    if (kind(i) == Kind.OPEN) {
      i = behindClose(i);
    }
    if ((word(i, "WITH") || word(i, "WITHOUT")) && word(i + 1, "TIME") && word(i + 2, "ZONE")) {
      i += 3;
    }
    while (sign(i, "[") && (sign(i + 1, "]") || sign(i + 2, "]"))) {
      i += sign(i + 1, "]") ? 2 : 3;
    }
    return i;
  }

  /** Index of the lexeme behind the parenthesis that closes the one at {@code open}. */
  int behindClose(int open) {
    int depth = 0;
    for (int i = open; i < lexemes.size(); i++) {
      depth += kind(i) == Kind.OPEN ? 1 : kind(i) == Kind.CLOSE ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return lexemes.size();
  }

  private Kind kind(int i) {
    return i < lexemes.size() ? lexemes.get(i).kind() : Kind.END;
  }

  private boolean word(int i, String word) {
    return i < lexemes.size() && lexemes.get(i).word(source, word);
  }

  private boolean sign(int i, String sign) {
    return i < lexemes.size() && lexemes.get(i).in(source).equals(sign);
  }
}
