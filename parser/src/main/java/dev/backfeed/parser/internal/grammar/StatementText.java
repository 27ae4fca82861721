package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Parameter;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.FieldPolicy;
import dev.backfeed.parser.command.Limit;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Verbatim;
import dev.backfeed.parser.internal.StatementOutline;
import dev.backfeed.parser.internal.SyntaxFailure;
import dev.backfeed.parser.internal.TextPositions;
import dev.backfeed.parser.internal.query.OwnCalls;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the grammar's productions ask about the statement they read: the grammar sees a masked text
 * and gets names, strings and places from the user's own.
 */
final class StatementText {
  static final int LONGEST_NAME = 255;
  private static final int MOST_DIGITS = 100;
  private static final int LONGEST_EXPONENT = 3;
  private static final Pattern TIME_OF_DAY = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final Set<String> NEED_QUOTES =
      Set.of("all", "tag", "to", "now", "policy", "alert", "settings", "runs");

  private final StatementOutline outline;
  private final Lexicon lexicon;
  private final Arguments arguments;
  private final TextPositions positions;

  StatementText(StatementOutline outline, Lexicon lexicon, Arguments arguments) {
    this.outline = outline;
    this.lexicon = lexicon;
    this.arguments = arguments;
    this.positions = new TextPositions(outline.source());
  }

  StatementOutline outline() {
    return outline;
  }

  Lexicon lexicon() {
    return lexicon;
  }

  /** Index of a token in the user's text: the masked text is one line. */
  int offset(Token t) {
    return t.kind == CalciteGrammarConstants.EOF ? outline.end() : t.beginColumn - 1;
  }

  /** Index after it. */
  int end(Token t) {
    return t.endColumn;
  }

  Position position(Token t) {
    return position(offset(t));
  }

  Position position(int offset) {
    return positions.at(offset);
  }

  /** A token's characters in the user's text. */
  String written(Token t) {
    return outline.source().substring(t.beginColumn - 1, t.endColumn);
  }

  /** What is written between two indexes, with the values of parameters in their places. */
  String text(int from, int to) {
    return arguments.insertedInto(outline, from, to);
  }

  boolean isParameter(Token t) {
    return t.kind == CalciteGrammarConstants.HOOK && outline.parameters().contains(offset(t));
  }

  /** What the user wrote where the mask has one mark: the lexeme at which it stands. */
  String unmasked(Token mark) {
    return outline
        .verbatim()
        .filter(lexeme -> lexeme.start() == offset(mark))
        .findFirst()
        .map(lexeme -> lexeme.in(outline.source()))
        .orElse("?");
  }

  /** The warehouse's SQL that a mark stands for. */
  Verbatim verbatim(Token mark) {
    return outline.parts().stream()
        .filter(part -> part.mark() == offset(mark))
        .findFirst()
        .map(
            part ->
                new Verbatim(
                    outline.source().substring(part.start(), part.end()),
                    position(part.start()),
                    OwnCalls.in(outline.source(), part)))
        .orElseThrow(() -> Expectation.of(this, "a condition").failure(mark));
  }

  boolean isName(Token t) {
    if (t.kind == CalciteGrammarConstants.EOF || isQueryWord(t)) {
      return false;
    }
    char first = t.image.charAt(0);
    boolean word = first == '_' || first == '"' || Character.isLetter(first);
    return word && !t.image.endsWith("'");
  }

  void expectName(Token t, String what) {
    if (!isName(t)) {
      throw Expectation.of(this, what).failure(t);
    }
    if (unquoted(t).length() > LONGEST_NAME) {
      throw new SyntaxFailure(
          offset(t), "this name is longer than " + LONGEST_NAME + " characters");
    }
  }

  void expectOwnName(Token t, String kind) {
    if (isParameter(t)) {
      return;
    }
    expectName(t, "the name of " + one(kind));
    String word = written(t);
    if (NEED_QUOTES.contains(word.toLowerCase(Locale.ROOT))) {
      throw new SyntaxFailure(
          offset(t),
          "expected the name of %s, found the word %s: %s of that name needs quotes, \"%s\""
              .formatted(one(kind), word.toUpperCase(Locale.ROOT), one(kind), word));
    }
  }

  private static String one(String kind) {
    return (kind.equals("alert") ? "an " : "a ") + kind;
  }

  /** Whether an option's value is a column: written as one, though a string will do as well. */
  boolean namesColumn(Name option, Token value) {
    return option.folded().equals("idempotency_key") && isName(value);
  }

  void expectObject(Token t, String clause, Name destination) {
    if (t.kind != CalciteGrammarConstants.DOT) {
      throw new SyntaxFailure(
          offset(t),
          "expected \".\" and an object of the destination: %s %s.object"
              .formatted(clause, destination.text()));
    }
  }

  /** Whether an alert is meant, and no sync whose name {@code alert} lacks its quotes. */
  boolean beginsAlert(Token alert, Token next) {
    return alert.kind == CalciteGrammarConstants.ALERT && next.kind != CalciteGrammarConstants.TO;
  }

  /** Refuses what the language has and this version has not. */
  void refusePolicy(Token policy, Token next) {
    if (written(policy).equalsIgnoreCase("policy") && next.kind != CalciteGrammarConstants.TO) {
      throw SyntaxFailure.notSupported(
          offset(policy),
          "this version does not know CREATE SYNC POLICY yet; a sync of that name needs quotes,"
              + " \"policy\"");
    }
  }

  Name name(Token t) {
    if (isParameter(t)) {
      return new Name((String) argument(t, Parameter.Kind.NAME), true, position(t));
    }
    return new Name(unquoted(t), isQuoted(t), position(t));
  }

  FieldName field(List<Name> path) {
    return new FieldName(path.stream().map(Name::text).toList(), path.get(0).position());
  }

  FieldPolicy.Lookup lookup(List<Name> object, FieldName field) {
    return new FieldPolicy.Lookup(
        object.stream().map(Name::text).collect(Collectors.joining(".")), field);
  }

  String string(Token t) {
    if (isParameter(t)) {
      return (String) argument(t, Parameter.Kind.TEXT);
    }
    String written = written(t);
    return written.substring(1, written.length() - 1).replace("''", "'");
  }

  BigDecimal number(Token t, boolean negative) {
    String written = written(t);
    String exponent = written.replaceFirst("^[^eE]*+[eE]?[+-]?+0*+", "");
    boolean readable = written.length() <= 2 * MOST_DIGITS && exponent.length() <= LONGEST_EXPONENT;
    BigDecimal value = readable ? new BigDecimal(written) : null;
    if (value == null || isTooLong(value)) {
      throw new SyntaxFailure(offset(t), "this number has more than " + MOST_DIGITS + " digits");
    }
    return negative ? value.negate() : value;
  }

  OptionValue optionValue(Token parameter) {
    Object value = argument(parameter, Parameter.Kind.ANY);
    if (value instanceof BigDecimal number) {
      return new OptionValue.Numeric(number);
    }
    return value instanceof Boolean flag
        ? new OptionValue.Flag(flag)
        : new OptionValue.Text((String) value);
  }

  long whole(Token t) {
    if (isParameter(t)) {
      return (Long) argument(t, Parameter.Kind.WHOLE);
    }
    try {
      return Long.parseLong(written(t));
    } catch (NumberFormatException e) {
      throw new SyntaxFailure(offset(t), "this number is too large");
    }
  }

  void refuseReplace(Token t, boolean replace) {
    if (replace) {
      throw new SyntaxFailure(
          offset(t), "OR REPLACE and IF NOT EXISTS contradict each other: leave out one of them");
    }
  }

  /** Refuses a number that would mean never. */
  void expectSome(Token t, String clause, long n) {
    if (n == 0) {
      throw new SyntaxFailure(offset(t), clause + " 0: the number is at least 1");
    }
  }

  /** DROP ROW needs a row to drop, PAUSE a whole that is wrong. */
  void expectFit(Token t, boolean overall, Constraint.Violation then) {
    if (overall && then == Constraint.Violation.DROP_ROW) {
      throw new SyntaxFailure(
          offset(t), "EXPECT OVERALL has no row to drop: ON VIOLATION WARN, FAIL or PAUSE");
    }
    if (!overall && then == Constraint.Violation.PAUSE) {
      throw new SyntaxFailure(
          offset(t),
          "PAUSE is for EXPECT OVERALL, not for a row: ON VIOLATION DROP ROW, WARN or FAIL");
    }
  }

  /** More than everything would be a guard that never holds; added rows may well be more. */
  void expectShare(Token percent, Limit.Subject subject, long amount) {
    if (amount > 100 && subject != Limit.Subject.CHANGES) {
      throw new SyntaxFailure(offset(percent), amount + " PERCENT: a percentage is at most 100");
    }
  }

  void expectTimeOfDay(Token t, String time) {
    if (!arguments.standIns() && !TIME_OF_DAY.matcher(time).matches()) {
      throw new SyntaxFailure(
          offset(t), "expected a time of day from '00:00' to '23:59', hours and minutes");
    }
  }

  void expectPace(Token t, long rows) {
    if (rows == 0) {
      throw new SyntaxFailure(offset(t), "AT 0 ROWS PER DAY would never send a row");
    }
  }

  static boolean isTooLong(BigDecimal number) {
    return number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS;
  }

  private Object argument(Token parameter, Parameter.Kind kind) {
    return arguments.value(outline.parameters().indexOf(offset(parameter)), kind);
  }

  /** Whether it is the AS before the query, which no name can be. */
  private boolean isQueryWord(Token t) {
    return outline.as() != null && outline.as().start() == offset(t);
  }

  private boolean isQuoted(Token t) {
    return t.image.charAt(0) == '"';
  }

  private String unquoted(Token t) {
    String written = written(t);
    if (!isQuoted(t)) {
      return written;
    }
    String quote = written.substring(0, 1);
    return written.substring(1, written.length() - 1).replace(quote + quote, quote);
  }
}
