package dev.backfeed.parser;

import static dev.backfeed.parser.Lexicon.Rule.BACKSLASH_ESCAPES;
import static dev.backfeed.parser.Lexicon.Rule.BACKTICK_NAMES;
import static dev.backfeed.parser.Lexicon.Rule.CONTINUED_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.DOLLAR_QUOTES;
import static dev.backfeed.parser.Lexicon.Rule.DOUBLE_QUOTED_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.ESCAPE_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.HASH_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.NESTED_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.RAW_STRINGS;
import static dev.backfeed.parser.Lexicon.Rule.SLASH_COMMENTS;
import static dev.backfeed.parser.Lexicon.Rule.TAGGED_DOLLAR_QUOTES;
import static dev.backfeed.parser.Lexicon.Rule.TRIPLE_QUOTES;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reading of a text, by regular expressions and slow: what the lexer and the router are
 * held against. Shares no code with them.
 */
final class PlainReading {
  private static final String ASCII = " \\t\\r\\n\\f\\x0B";
  private static final String WIDE =
      "\\x85\\xA0\\x{1680}\\x{2000}-\\x{200B}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{2060}\\x{3000}\\x{FEFF}";
  private static final String CONTINUATION =
      "(?:[ \\t\\f\\x0B]|--[^\\n\\r]*+)*+[\\n\\r](?:[ \\t\\r\\n\\f\\x0B]|--[^\\n\\r]*+)*+";
  private static final Set<String> VERBS =
      Set.of(
          "ALTER",
          "APPROVE",
          "BASELINE",
          "CANCEL",
          "CREATE",
          "CREATE OR REPLACE",
          "DESCRIBE",
          "DROP",
          "ERASE",
          "EXPLAIN",
          "PAUSE",
          "PAUSE ALL",
          "PREVIEW",
          "REJECT",
          "RESET",
          "RESOLVE",
          "RESUME",
          "RESUME ALL",
          "SHOW",
          "SHOW CREATE",
          "TEST",
          "UNDO",
          "VALIDATE",
          "VALIDATE CREATE",
          "VALIDATE CREATE OR REPLACE",
          "VERIFY");
  private static final Set<String> NOUNS = Set.of("SYNC", "SYNCS", "DESTINATION", "DESTINATIONS");

  private final Lexicon lexicon;
  private final Pattern token;
  private final Pattern opening;

  PlainReading(Lexicon lexicon) {
    this.lexicon = lexicon;
    String spaces = "[" + ASCII + WIDE + "]";
    String letter = "[A-Za-z_[\\x80-\\x{10FFFF}&&[^" + WIDE + "]]]";
    String part = "[A-Za-z_0-9[\\x80-\\x{10FFFF}&&[^" + WIDE + "]]]";
    String tag = letter + part + "*+";
    String word = "(?!" + prefixed() + ")" + letter + "(?:" + part + "|\\$)*+";
    this.token =
        Pattern.compile(
            "(?<blank>"
                + spaces
                + "++)|(?<comment>"
                + String.join("|", comments())
                + ")|(?<literal>"
                + String.join("|", literals(tag))
                + ")|(?<word>"
                + word
                + ")",
            Pattern.DOTALL);
    this.opening = Pattern.compile(String.join("|", openings(tag)));
  }

  private enum Kind {
    BLANK,
    COMMENT,
    LITERAL,
    WORD,
    SIGN,
    UNCLOSED
  }

  private record Piece(Kind kind, int start, int end, String text) {
    boolean is(char sign) {
      return kind == Kind.SIGN && text.charAt(0) == sign;
    }

    boolean trivia() {
      return kind == Kind.BLANK || kind == Kind.COMMENT;
    }
  }

  /** Whether a statement is ours: its first words and the sign behind them. */
  boolean isOurs(String sql) {
    List<Piece> rest = pieces(sql).stream().filter(piece -> !piece.trivia()).toList();
    int at = 0;
    while (at < rest.size() && rest.get(at).is(';')) {
      at++;
    }
    String verb = "";
    for (; at < rest.size() && rest.get(at).kind() == Kind.WORD; at++) {
      String word = rest.get(at).text();
      if (!word.matches("[A-Za-z]+")) {
        return false;
      }
      word = word.toUpperCase(Locale.ROOT);
      String next = at + 1 < rest.size() ? rest.get(at + 1).text() : "";
      if ((verb.equals("SYNC") && word.equals("NOW"))
          || (VERBS.contains(verb) && NOUNS.contains(word))) {
        return !next.startsWith(".");
      }
      if (VERBS.contains(verb) && word.equals("RUN")) {
        return next.startsWith("'");
      }
      verb = (verb + " " + word).strip();
    }
    return false;
  }

  /** The texts of a script of the warehouse's, cut at semicolons outside of everything. */
  List<String> split(String script) {
    List<String> statements = new ArrayList<>();
    List<Piece> statement = new ArrayList<>();
    int depth = 0;
    for (Piece piece : pieces(script)) {
      if (piece.is(';') && depth == 0) {
        finish(script, statement, statements);
      } else if (piece.kind() != Kind.BLANK) {
        statement.add(piece);
        depth = Math.max(0, depth + (piece.is('(') ? 1 : piece.is(')') ? -1 : 0));
      }
      depth = statement.isEmpty() ? 0 : depth;
    }
    finish(script, statement, statements);
    return statements;
  }

  private static void finish(String script, List<Piece> statement, List<String> statements) {
    if (!statement.stream().allMatch(Piece::trivia)) {
      int end = statement.get(statement.size() - 1).end();
      statements.add(script.substring(statement.get(0).start(), end));
    }
    statement.clear();
  }

  /** Whether nothing in it is left open, closes what stands before it, or ends a statement. */
  boolean staysInside(String query) {
    int depth = 0;
    for (Piece piece : pieces(query)) {
      depth += piece.is('(') ? 1 : piece.is(')') ? -1 : 0;
      if (depth < 0 || piece.is(';') || piece.kind() == Kind.UNCLOSED) {
        return false;
      }
    }
    return depth == 0;
  }

  /** The text without what means nothing, for what lies between statements. */
  String bare(String text) {
    StringBuilder bare = new StringBuilder();
    pieces(text).stream().filter(piece -> !piece.trivia()).forEach(p -> bare.append(p.text()));
    return bare.toString();
  }

  private List<Piece> pieces(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher closed = token.matcher(text);
    Matcher open = opening.matcher(text);
    for (int i = 0; i < text.length(); i = pieces.get(pieces.size() - 1).end()) {
      int comment = lexicon.has(NESTED_COMMENTS) ? nestedComment(text, i) : -1;
      Kind kind = Kind.SIGN;
      int end = i + 1;
      if (comment > 0) {
        kind = Kind.COMMENT;
        end = comment;
      } else if (closed.region(i, text.length()).lookingAt()) {
        kind = kind(closed);
        end = closed.end();
      } else if (open.region(i, text.length()).lookingAt()) {
        kind = Kind.UNCLOSED;
        end = text.length();
      }
      pieces.add(new Piece(kind, i, end, text.substring(i, end)));
    }
    return pieces;
  }

  private static Kind kind(Matcher closed) {
    return closed.group("blank") != null
        ? Kind.BLANK
        : closed.group("comment") != null
            ? Kind.COMMENT
            : closed.group("literal") != null ? Kind.LITERAL : Kind.WORD;
  }

  /** Openings with a letter that makes another string of what follows. */
  private String prefixed() {
    String escapes = lexicon.has(ESCAPE_STRINGS) ? "[eE]'" : "(?!)";
    return lexicon.has(RAW_STRINGS) ? escapes + "|[rR]['\"]" : escapes;
  }

  private List<String> comments() {
    List<String> comments = new ArrayList<>(List.of("--[^\\n\\r]*+"));
    if (lexicon.has(SLASH_COMMENTS)) {
      comments.add("//[^\\n\\r]*+");
    }
    if (lexicon.has(HASH_COMMENTS)) {
      comments.add("#[^\\n\\r]*+");
    }
    if (!lexicon.has(NESTED_COMMENTS)) {
      comments.add("/\\*.*?\\*/");
    }
    return comments;
  }

  private List<String> openings(String tag) {
    List<String> openings = new ArrayList<>(List.of("'", "\"", "/\\*", prefixed()));
    if (lexicon.has(BACKTICK_NAMES)) {
      openings.add("`");
    }
    if (lexicon.has(DOLLAR_QUOTES)) {
      openings.add("\\$\\$");
    }
    if (lexicon.has(TAGGED_DOLLAR_QUOTES)) {
      openings.add("\\$" + tag + "\\$");
    }
    return openings;
  }

  private List<String> literals(String tag) {
    boolean backslash = lexicon.has(BACKSLASH_ESCAPES);
    boolean doubled = lexicon.has(DOUBLE_QUOTED_STRINGS);
    List<String> literals = new ArrayList<>();
    for (char quote : doubled ? new char[] {'\'', '"'} : new char[] {'\''}) {
      String single = lexicon.has(TRIPLE_QUOTES) ? "(?!QQQ)".replace('Q', quote) : "";
      if (lexicon.has(TRIPLE_QUOTES)) {
        literals.add("QQQ(?:[^\\\\]|\\\\.)*?QQQ".replace('Q', quote));
      }
      if (lexicon.has(RAW_STRINGS)) {
        literals.add("[rR]" + quoted(quote, false));
      }
      literals.add(single + quoted(quote, backslash));
    }
    if (lexicon.has(ESCAPE_STRINGS)) {
      String more = lexicon.has(CONTINUED_STRINGS) ? CONTINUATION : "(?!)";
      String part = quoted('\'', true);
      literals.add("[eE]" + part + "(?:" + more + part + ")*+(?!" + more + "')");
    }
    if (!doubled) {
      literals.add(quoted('"', false));
    }
    if (lexicon.has(BACKTICK_NAMES)) {
      literals.add(quoted('`', lexicon.has(TRIPLE_QUOTES)));
    }
    if (lexicon.has(DOLLAR_QUOTES)) {
      literals.add("\\$\\$.*?\\$\\$");
    }
    if (lexicon.has(TAGGED_DOLLAR_QUOTES)) {
      literals.add("\\$(?<tag>" + tag + ")\\$.*?\\$\\k<tag>\\$");
    }
    return literals;
  }

  private static String quoted(char quote, boolean backslash) {
    String inner = backslash ? "(?:[^Q\\\\]++|\\\\.|QQ)*+" : "(?:[^Q]++|QQ)*+";
    return ("Q" + inner + "Q").replace('Q', quote);
  }

  /** The end of a block comment that begins there, comments within it included; -1 where none. */
  private static int nestedComment(String text, int start) {
    if (!text.startsWith("/*", start)) {
      return -1;
    }
    int depth = 1;
    Matcher marks = Pattern.compile("/\\*|\\*/").matcher(text).region(start + 2, text.length());
    while (marks.find()) {
      depth += marks.group().equals("/*") ? 1 : -1;
      if (depth == 0) {
        return marks.end();
      }
    }
    return -1;
  }
}
