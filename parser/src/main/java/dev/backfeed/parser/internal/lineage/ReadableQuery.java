package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.internal.lexer.Lexeme.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A query written so that Babel can read more of it. Its columns come from where they came from
 * before: comments, types, literals' contents, collations and what else cannot matter for that is
 * left out, operators become one that is known, names stand folded and, where they could be taken
 * for a keyword, in quotes.
 */
final class ReadableQuery extends LexemeRewriter {
  private static final Set<String> TIMES =
      Set.of("DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "INTERVAL");
  private static final Set<String> UNITS =
      Set.of("YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND");

  /** Words before a parenthesis that is no call's. */
  private static final Set<String> NO_CALLS =
      Set.of(
          "OVER", "GROUP", "AS", "IN", "EXISTS", "FROM", "JOIN", "LATERAL", "ANY", "ALL", "SOME");

  /** Words that begin a query or a window. */
  private static final Set<String> NO_ARGUMENTS =
      Set.of("SELECT", "WITH", "VALUES", "FROM", "TABLE", "PARTITION", "ORDER");

  /** Words after which a bracket opens a list and is no subscript. */
  private static final Set<String> BEFORE_VALUES =
      Set.of("SELECT", "DISTINCT", "WHEN", "THEN", "ELSE", "AND", "OR", "NOT", "IN", "ON", "BY");

  private static final Set<String> ODD_JOINS = Set.of("SEMI", "ANTI", "ASOF", "POSITIONAL");

  private final Habits habits;
  private final TypeName types;
  private final Deque<Open> opened = new ArrayDeque<>();
  private int brackets;

  /** An open parenthesis. */
  private static final class Open {
    final boolean cast;
    final boolean call;
    boolean ordering;

    Open(boolean cast, boolean call) {
      this.cast = cast;
      this.call = call;
    }
  }

  private ReadableQuery(String source, Lexicon lexicon) {
    super(source, lexicon);
    this.habits = new Habits(lexicon);
    this.types = new TypeName(source, lexemes);
  }

  /**
   * The text for Babel.
   *
   * @param source a query, or a CREATE VIEW statement, of which the query is taken
   * @throws Untraceable where the text would mean something else to Babel
   */
  static String of(String source, Lexicon lexicon) throws Untraceable {
    return new ReadableQuery(source, lexicon).write();
  }

  private String write() throws Untraceable {
    if (word(0, "CREATE")) {
      skipHead();
    }
    if (habits.isDuckDb() && word(at, "FROM") && !selects()) {
      out.append("SELECT *");
    }
    while (at < lexemes.size()) {
      step();
    }
    return out.toString();
  }

  /** {@code CREATE VIEW name (columns) AS}. */
  private void skipHead() {
    int depth = 0;
    while (at < lexemes.size() && !(depth == 0 && word(at, "AS") && kind(at - 1) != Kind.DOT)) {
      depth += kind(at) == Kind.OPEN ? 1 : kind(at) == Kind.CLOSE ? -1 : 0;
      at++;
    }
    at++;
  }

  /** Whether the word SELECT stands outside of all parentheses. */
  private boolean selects() {
    int depth = 0;
    for (int i = at; i < lexemes.size(); i++) {
      depth += kind(i) == Kind.OPEN ? 1 : kind(i) == Kind.CLOSE ? -1 : 0;
      if (depth == 0 && word(i, "SELECT")) {
        return true;
      }
    }
    return false;
  }

  private void step() throws Untraceable {
    switch (kind(at)) {
      case WORD -> word();
      case NAME -> name();
      case STRING -> emit(plain(text(at)) ? text(at) : "'s'");
      case OPEN -> {
        opened.push(new Open(false, opensCall()));
        emit("(");
      }
      case CLOSE -> {
        opened.poll();
        emit(")");
      }
      case OTHER -> sign();
      case SEMICOLON -> {
        if (at + 1 < lexemes.size()) {
          throw new Untraceable("a ; stands in it");
        }
        at++;
      }
      case UNCLOSED -> throw new Untraceable("a literal is not closed");
      default -> emit(text(at));
    }
  }

  private boolean opensCall() {
    boolean named = kind(at - 1) == Kind.NAME || kind(at - 1) == Kind.WORD;
    return named && !in(NO_CALLS, at - 1) && !in(NO_ARGUMENTS, at + 1) && kind(at + 1) != Kind.OPEN;
  }

  private void name() throws Untraceable {
    char quote = text(at).charAt(0);
    if (quote != '"' && quote != '`') {
      throw new Untraceable("a name has a prefix");
    }
    String content = text(at).substring(1, text(at).length() - 1);
    String bare = quote == '`' ? content.replace("``", "`") : content.replace("\"\"", "\"");
    emit(quoted(bare));
  }

  private void word() throws Untraceable {
    refuse();
    if (kind(at + 1) == Kind.STRING && adjacent(at + 1)) {
      if (!in(Set.of("B", "X", "N"), at)) {
        throw new Untraceable("a literal has a prefix");
      }
      skip(1);
    } else if (kind(at - 1) == Kind.DOT && kind(at - 2) != Kind.NUMBER) {
      emit(quoted(habits.fold(text(at))));
    } else if (word(at, "AS")) {
      as();
    } else if (!expression() && !clause()) {
      emit(habits.fold(text(at)));
    }
  }

  /** What Babel would read as something else. */
  private void refuse() throws Untraceable {
    boolean unicode = word(at, "U") && "&".equals(text(at + 1)) && adjacent(at + 1);
    if (unicode && (kind(at + 2) == Kind.NAME || kind(at + 2) == Kind.STRING)) {
      throw new Untraceable("a name or literal is written by code points");
    }
    boolean odd = in(ODD_JOINS, at) && (word(at + 1, "JOIN") || word(at + 2, "JOIN"));
    if (odd || (habits.isDuckDb() && word(at, "COLUMNS") && kind(at + 1) == Kind.OPEN)) {
      throw new Untraceable(odd ? "it has a join of another kind" : "it has COLUMNS(…)");
    }
  }

  private void as() {
    Open around = opened.peek();
    if (around != null && around.cast) {
      emit("AS VARCHAR");
      int depth = 0;
      while (at < lexemes.size() && !(depth == 0 && kind(at) == Kind.CLOSE)) {
        depth += kind(at) == Kind.OPEN ? 1 : kind(at) == Kind.CLOSE ? -1 : 0;
        skip(1);
      }
      return;
    }
    emit("AS");
    if (word(at, "MATERIALIZED")) {
      skip(1);
    } else if (word(at, "NOT") && word(at + 1, "MATERIALIZED")) {
      skip(2);
    } else if (kind(at) == Kind.WORD) {
      emit(quoted(habits.fold(text(at))));
    }
  }

  /** Whether the word was one within an expression and has been dealt with. */
  private boolean expression() {
    if (in(Set.of("CAST", "TRY_CAST", "SAFE_CAST"), at) && kind(at + 1) == Kind.OPEN) {
      emit("CAST");
      opened.push(new Open(true, false));
      emit("(");
    } else if (word(at, "EXTRACT") && word(at + 3, "FROM")) {
      emit("\"extract\"");
      opened.push(new Open(false, true));
      emit("(");
      skip(2);
    } else if (word(at, "ROW") && kind(at + 1) == Kind.OPEN) {
      emit("\"row\"");
    } else if (in(TIMES, at)) {
      time();
    } else if (word(at, "AT") && word(at + 1, "TIME") && word(at + 2, "ZONE")) {
      skip(2);
      emit("||");
    } else if (word(at, "COLLATE")) {
      skip(2);
      while (kind(at) == Kind.DOT) {
        skip(2);
      }
    } else if ((word(at, "IGNORE") || word(at, "RESPECT")) && word(at + 1, "NULLS")) {
      skip(2);
    } else {
      return false;
    }
    return true;
  }

  /** {@code DATE '…'} is a literal; elsewhere the word is a name. */
  private void time() {
    if (kind(at + 1) != Kind.STRING) {
      emit(quoted(habits.fold(text(at))));
      return;
    }
    boolean interval = word(at, "INTERVAL");
    skip(1);
    emit("'s'");
    if (interval && in(UNITS, at)) {
      skip(word(at + 1, "TO") ? 3 : 1);
    }
  }

  /** Whether the word begins or modifies a clause that had to be dealt with. */
  private boolean clause() {
    Open around = opened.peek();
    if (word(at, "DISTINCT") && word(at + 1, "ON") && kind(at + 2) == Kind.OPEN) {
      skip(types.behindClose(at + 2) - at);
    } else if (word(at, "ORDER") && word(at + 1, "BY") && around != null && around.call) {
      around.ordering = true;
      skip(1);
      emit(",");
    } else if (around != null && around.ordering && in(Set.of("ASC", "DESC"), at)) {
      skip(1);
    } else if (around != null && around.ordering && word(at, "NULLS")) {
      skip(2);
    } else if (word(at, "ALL") && word(at - 1, "BY") && kind(at + 1) != Kind.OPEN) {
      emit("1");
    } else {
      return false;
    }
    return true;
  }

  private void sign() throws Untraceable {
    String run = run();
    if (run.startsWith("::")) {
      int end = types.end(at + 2);
      emit("::VARCHAR");
      skip(end - at);
      return;
    }
    Signs.Sign sign = Signs.first(run);
    if (run.startsWith("[")) {
      brackets++;
      boolean subscript =
          switch (kind(at - 1)) {
            case WORD -> !in(BEFORE_VALUES, at - 1);
            case NAME, CLOSE, STRING -> true;
            default -> "]".equals(text(at - 1));
          };
      emit(subscript ? "[" : "ARRAY[");
    } else if (run.startsWith("]")) {
      brackets--;
      emit("]");
    } else if (sign.written().equals(":") && !habits.colonIsPath()) {
      if (brackets == 0) {
        throw new Untraceable("it has a : that only its warehouse understands");
      }
      emit("+");
    } else if (isLambda(run)) {
      throw new Untraceable("it has a lambda");
    } else {
      emit(sign.written());
      skip(sign.length() - 1);
    }
  }

  private boolean isLambda(String run) {
    return habits.isDuckDb()
        && run.startsWith("->")
        && !run.startsWith("->>")
        && kind(at + 2) != Kind.STRING
        && kind(at + 2) != Kind.NUMBER;
  }

  /** The signs from here on that nothing separates. */
  private String run() {
    int end = at + 1;
    while (kind(end) == Kind.OTHER && adjacent(end)) {
      end++;
    }
    return source.substring(lexemes.get(at).start(), lexemes.get(end - 1).end());
  }

  /** Whether Babel reads the literal as it is; what it holds matters nowhere. */
  private static boolean plain(String literal) {
    return literal.startsWith("'")
        && literal.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\');
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
