package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.salesforce.SandboxObject.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query as the sandbox understands SOQL: {@code SELECT a,b FROM X WHERE} a field {@code IN} a
 * list, or comparisons for equality joined by {@code AND} in parentheses and those by {@code OR}.
 *
 * @param columns as asked for
 * @param any of these one must hold, of each all parts: field to the literals it may equal
 */
record SandboxQuery(String object, List<String> columns, List<Map<String, Set<Literal>>> any) {
  private static final Pattern QUERY =
      Pattern.compile("SELECT ([\\w.,]+) FROM (\\w+) WHERE (.+)", Pattern.DOTALL);

  private static final Pattern WORD =
      Pattern.compile(
          "\\G\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|([A-Za-z][\\w.]*)|(-?\\d[\\w.:+-]*)|([(),=]))",
          Pattern.DOTALL);

  /**
   * A value in a query.
   *
   * @param text as a text in quotes means it, or as written
   */
  record Literal(String text, boolean quoted) implements Comparable<Literal> {
    @Override
    public int compareTo(Literal other) {
      return text.compareTo(other.text);
    }
  }

  /** What cannot be answered: the vendor's code and message. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;

    Refused(String code, String message) {
      super(message);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /**
   * Reads a query.
   *
   * @throws Refused {@code MALFORMED_QUERY}
   */
  static SandboxQuery of(String soql) {
    Matcher query = QUERY.matcher(soql);
    if (!query.matches()) {
      throw malformed();
    }
    List<String> words = words(query.group(3));
    List<Map<String, Set<Literal>>> any = new ArrayList<>();
    int at = 0;
    while (at < words.size()) {
      Map<String, Set<Literal>> all = new LinkedHashMap<>();
      boolean grouped = words.get(at).equals("(");
      at = grouped ? at + 1 : at;
      at = comparison(words, at, all);
      while (grouped && is(words, at, "AND")) {
        at = comparison(words, at + 1, all);
      }
      at = grouped ? expect(words, at, ")") : at;
      at = at < words.size() ? expect(words, at, "OR") : at;
      any.add(all);
    }
    return new SandboxQuery(query.group(2), List.of(query.group(1).split(",", -1)), any);
  }

  private static int comparison(List<String> words, int at, Map<String, Set<Literal>> to) {
    if (at + 2 >= words.size()) {
      throw malformed();
    }
    Set<Literal> values = to.computeIfAbsent(words.get(at), f -> new TreeSet<>());
    if (is(words, at + 1, "=")) {
      values.add(literal(words.get(at + 2)));
      return at + 3;
    }
    int next = expect(words, expect(words, at + 1, "IN"), "(");
    while (true) {
      values.add(literal(words.get(next)));
      if (!is(words, next + 1, ",")) {
        return expect(words, next + 1, ")");
      }
      next += 2;
    }
  }

  private static boolean is(List<String> words, int at, String word) {
    return at < words.size() && words.get(at).equals(word);
  }

  private static int expect(List<String> words, int at, String word) {
    if (!is(words, at, word)) {
      throw malformed();
    }
    return at + 1;
  }

  private static List<String> words(String condition) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(condition);
    int end = 0;
    while (word.find()) {
      words.add(word.group().strip());
      end = word.end();
    }
    if (end != condition.length()) {
      throw malformed();
    }
    return words;
  }

  private static Literal literal(String word) {
    return word.startsWith("'")
        ? new Literal(unescaped(word.substring(1, word.length() - 1)), true)
        : new Literal(word, false);
  }

  private static String unescaped(String text) {
    return Pattern.compile("\\\\(.)", Pattern.DOTALL)
        .matcher(text)
        .replaceAll(
            m ->
                Matcher.quoteReplacement(
                    switch (m.group(1)) {
                      case "n" -> "\n";
                      case "r" -> "\r";
                      case "t" -> "\t";
                      default -> m.group(1);
                    }));
  }

  /**
   * Whether a field may be compared with these literals.
   *
   * @throws Refused {@code INVALID_FIELD}
   */
  static void check(Field field, Set<Literal> literals) {
    if (field.type().equals("textarea") && field.length() > 255) {
      throw new Refused(
          "INVALID_FIELD", "field '" + field.name() + "' can not be filtered in a query call");
    }
    boolean bare =
        Set.of("boolean", "int", "double", "currency", "percent", "date", "datetime")
            .contains(field.type());
    for (Literal literal : literals) {
      if (!field.type().equals("anyType") && literal.quoted() == bare) {
        throw new Refused(
            "INVALID_FIELD",
            "value of filter criterion for field '"
                + field.name()
                + "' must be of type "
                + field.type()
                + (bare ? " and should not be enclosed in quotes" : ""));
      }
    }
  }

  /** Whether a value is one of the literals, texts without regard to case. */
  static boolean equal(JsonNode value, Set<Literal> literals) {
    String text = value.isNumber() ? plain(value.asText()) : value.asText();
    return !value.isNull()
        && !value.isMissingNode()
        && literals.stream()
            .map(l -> value.isNumber() ? plain(l.text()) : l.text())
            .anyMatch(l -> l.toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT)));
  }

  private static String plain(String number) {
    return number.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")
        ? new java.math.BigDecimal(number).stripTrailingZeros().toPlainString()
        : number;
  }

  private static Refused malformed() {
    return new Refused("MALFORMED_QUERY", "the sandbox does not understand this query");
  }
}
