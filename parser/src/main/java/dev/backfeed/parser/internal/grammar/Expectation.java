package dev.backfeed.parser.internal.grammar;

import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.AS;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.DAY;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.DAYS;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.DECIMAL_NUMERIC_LITERAL;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.EOF;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.EXPLAIN;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.HOOK;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.HOUR;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.HOURS;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.KEY;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.LPAREN;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.MINUTE;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.MINUTES;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.MODE;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.PASSIVE;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.QUOTED_STRING;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.RENAME;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.REPAIR;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.RESET;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.RUN;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.RUNS;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.SECOND;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.SECONDS;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.TABLE;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.TO;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.UNSIGNED_INTEGER_LITERAL;
import static dev.backfeed.parser.internal.grammar.CalciteGrammarConstants.WARN;

import dev.backfeed.parser.internal.NearestWord;
import dev.backfeed.parser.internal.SyntaxFailure;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What could have stood at one place, in the language's words: {@code expected ROWS or PERCENT,
 * found "ROW": did you mean ROWS?}
 */
final class Expectation {
  private static final int LONGEST_FOUND = 40;

  /** The order of the language page, not of the grammar's token numbers. */
  private static final List<String> ORDER =
      List.of(
          (", . ( ) = <QUOTED_STRING> - <UNSIGNED_INTEGER_LITERAL> <DECIMAL_NUMERIC_LITERAL>"
                  + " <APPROX_NUMERIC_LITERAL> TRUE FALSE NULL SECRET ? TABLE FULL RETRY REPAIR DRY"
                  + " FOR OR CREATE ALTER CLEAR SET UNSET DROP SHOW DESCRIBE TEST VALIDATE SYNC SYNCS DESTINATION"
                  + " DESTINATIONS RUN ALL EXPLAIN PREVIEW VERIFY"
                  + " TO KEY MATCH REKEY MODE FIELDS OVERWRITE KEEP ON RESPECT IGNORE STABLE PASSIVE"
                  + " LOOKUP REMOVE RETURN FIRST EXISTING EDITS LATEST DELETE DIFF COLUMN"
                  + " OPERATION EXPECT OVERALL DETECT RECONCILE CONSTRAINT ROW WARN FAIL LIMIT"
                  + " ALLOW RESET SCHEDULE AT BACKFILL BASELINE ERASE PAUSE RESUME RESOLVE APPROVE"
                  + " REJECT CANCEL UNDO CHANGES REMOVALS FAILURES LOOKBACK ORDER"
                  + " EVERY CRON AFTER CONTINUOUS WINDOW TIME RUNS ALERTS SECONDS MINUTES HOURS DAYS"
                  + " RENAME USE WITH UPSERT UPDATE INSERT MIRROR APPEND MEMBERS REPLACE"
                  + " FAILED BLOCKED STALE OVER QUOTA DEFINITION DIFFERENCES NOTIFY"
                  + " SENT UNSENT ROWS PERCENT SAMPLE LIKE EXCEPT AND AS <EOF>")
              .split(" "));

  private static final Map<String, String> CLAUSES =
      Map.of(
          "REKEY", "REKEY FROM",
          "ON", "ON REMOVE, ON RETURN, ON FIRST RUN",
          "DELETE", "DELETE WHEN",
          "DETECT", "DETECT CHANGES",
          "ALLOW", "ALLOW EMPTY",
          "RESET", "RESET STATE",
          "ORDER", "ORDER BY",
          "TIME", "TIME ZONE");
  private static final Map<String, String> POLICIES =
      Map.of(
          "KEEP", "KEEP EXISTING, KEEP EDITS, KEEP LATEST BY",
          "ON", "ON CREATE ONLY",
          "RESPECT", "RESPECT NULLS",
          "IGNORE", "IGNORE NULLS",
          "STABLE", "STABLE FOR");
  private static final Map<String, String> PHRASES =
      Map.of(
          "DRY", "DRY RUN",
          "KEEP", "KEEP STATE",
          "FOR", "FOR a sync",
          "AND", "AND DESTINATION",
          "DELETE", "DELETE CREATED");
  private static final Map<String, String> OF_SYNC_NOW =
      Map.of("DRY", "DRY RUN", "FOR", "FOR REVIEW", "OR", "OR FAIL");
  private static final Map<String, String> OF_ALTER_SYNC =
      Map.of("RENAME", "RENAME TO", "USE", "USE VERSION");
  private static final Map<String, String> SIGNS =
      Map.of(
          "<EOF>", "the end of the statement",
          "<QUOTED_STRING>", "a string in single quotes",
          "<UNSIGNED_INTEGER_LITERAL>", "a number",
          "<DECIMAL_NUMERIC_LITERAL>", "a number",
          "<APPROX_NUMERIC_LITERAL>", "a number",
          "\"-\"", "a number",
          "\"?\"", "a query");

  private static final Map<Integer, Integer> PLURALS =
      Map.of(RUN, RUNS, SECOND, SECONDS, MINUTE, MINUTES, HOUR, HOURS, DAY, DAYS);

  private final StatementText s;
  private final Set<Integer> kinds;
  private final Set<String> shown;

  private Expectation(StatementText s, Set<Integer> kinds, Set<String> shown) {
    this.s = s;
    this.kinds = kinds;
    this.shown = shown;
  }

  static Expectation of(StatementText s, String what) {
    return new Expectation(s, Set.of(), Set.of(what));
  }

  static SyntaxFailure of(StatementText s, ParseException e) {
    Set<Integer> expected =
        Arrays.stream(e.expectedTokenSequences)
            .map(sequence -> sequence[0])
            .collect(Collectors.toSet());
    // The mark of a query or a condition, or the one that any value may be replaced by and that
    // goes unsaid; so do singulars.
    Set<Integer> kinds =
        expected.stream()
            .filter(kind -> kind != HOOK || expected.contains(TABLE) || expected.size() == 1)
            .filter(kind -> !expected.contains(PLURALS.getOrDefault(kind, -1)))
            .filter(kind -> !refused(expected).contains(kind))
            .sorted(Comparator.comparing(kind -> ORDER.indexOf(bare(kind))))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> shown =
        kinds.stream()
            .map(kind -> shown(kind, kinds))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new Expectation(s, kinds, shown).failure(e.currentToken.next);
  }

  /** The clauses that ALTER SYNC knows only to say better why it does not change them. */
  private static Set<Integer> refused(Set<Integer> expected) {
    if (!expected.contains(MODE)) {
      return Set.of();
    }
    if (expected.contains(LPAREN)) {
      return Set.of(TO, AS, RESET);
    }
    return expected.contains(AS) ? Set.of() : Set.of(TO, KEY);
  }

  SyntaxFailure failure(Token found) {
    String message = "expected %s, found %s".formatted(alternatives(), found(found));
    return new SyntaxFailure(s.offset(found), message + hint(found).map(h -> ": " + h).orElse(""));
  }

  private static String shown(int kind, Set<Integer> all) {
    String image = CalciteGrammarConstants.tokenImage[kind];
    if (kind == UNSIGNED_INTEGER_LITERAL && !all.contains(DECIMAL_NUMERIC_LITERAL)) {
      return "a whole number";
    }
    if (kind == HOOK && all.size() == 1) {
      return "a condition";
    }
    String sign = SIGNS.get(image);
    if (sign != null) {
      return sign;
    }
    String word = bare(kind);
    if (!Character.isLetter(word.charAt(0))) {
      return image;
    }
    return phrases(all).getOrDefault(word, word);
  }

  /** The words that follow some others wherever these are expected together. */
  private static Map<String, String> phrases(Set<Integer> all) {
    if (all.contains(MODE)) {
      return CLAUSES;
    }
    if (all.contains(PASSIVE)) {
      return POLICIES;
    }
    if (all.contains(WARN)) {
      return Map.of("DROP", "DROP ROW");
    }
    if (all.contains(EXPLAIN)) {
      return Map.of("SYNC", "SYNC NOW");
    }
    if (all.contains(REPAIR)) {
      return OF_SYNC_NOW;
    }
    if (all.contains(RENAME)) {
      return OF_ALTER_SYNC;
    }
    return all.contains(EOF) ? PHRASES : Map.of();
  }

  /** A word or sign without the quotes it has in the generated table. */
  private static String bare(int kind) {
    String image = CalciteGrammarConstants.tokenImage[kind];
    return image.startsWith("\"") ? image.substring(1, image.length() - 1) : image;
  }

  private String alternatives() {
    List<String> list = List.copyOf(shown);
    int last = list.size() - 1;
    return last == 0
        ? list.get(0)
        : String.join(", ", list.subList(0, last)) + " or " + list.get(last);
  }

  private String found(Token t) {
    return switch (t.kind) {
      case EOF -> "the end of the statement";
      // A string may be a secret in the wrong place: it is never repeated.
      case QUOTED_STRING -> "a string";
      case HOOK -> s.isParameter(t) ? "a parameter" : quoted(s.unmasked(t));
      default -> t.image.endsWith("'") ? "a string" : quoted(s.written(t));
    };
  }

  private static String quoted(String text) {
    String bare = text.startsWith("\"") && text.length() > 1 ? text : '"' + text + '"';
    return bare.length() <= LONGEST_FOUND ? bare : bare.substring(0, LONGEST_FOUND) + "…\"";
  }

  private Optional<String> hint(Token found) {
    if (s.isParameter(found)) {
      return Optional.of(
          "a ? may stand for the name of a sync or a destination, for a string or a number");
    }
    if (found.kind == QUOTED_STRING) {
      return kinds.isEmpty() ? Optional.of("a name takes double quotes") : Optional.empty();
    }
    if (found.kind == AS || found.kind == EOF || !s.isName(found)) {
      return Optional.empty();
    }
    Set<String> words =
        kinds.stream()
            .map(Expectation::bare)
            .filter(word -> Character.isLetter(word.charAt(0)))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Optional<String> near =
        shown.size() > 1 ? NearestWord.among(words, s.written(found)) : Optional.empty();
    if (near.isPresent()) {
      return near.map(word -> "did you mean " + word + "?");
    }
    return kinds.contains(QUOTED_STRING)
        ? Optional.of("text goes in single quotes")
        : Optional.empty();
  }
}
