package dev.backfeed.parser.command;

import dev.backfeed.parser.command.Command.CreateSync;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Changes one place in the text of a CREATE SYNC; everything else stays as the user wrote it. What
 * it gives reads back as the definition that was meant.
 */
final class DefinitionText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private DefinitionText() {}

  /** With a clause put in the place of the one of that name, or before {@code AS}. */
  static String with(CreateSync create, String clause, String written) {
    return create
        .clause(clause)
        .map(place -> replaced(create.text(), place.start(), place.end(), written))
        .orElseGet(() -> added(create, written));
  }

  /** Without a clause; with the line that it stood on, where it stood there alone. */
  static String without(CreateSync create, Clause place) {
    String text = create.text();
    int start = place.start();
    while (start > 0 && isBlank(text.charAt(start - 1))) {
      start--;
    }
    int end = place.end();
    while (end < text.length() && isBlank(text.charAt(end))) {
      end++;
    }
    if (text.charAt(end) != '\n') {
      return replaced(text, place.start(), end, "");
    }
    boolean wholeLine = start > 0 && text.charAt(start - 1) == '\n';
    return text.substring(0, start) + text.substring(wholeLine ? end + 1 : end);
  }

  static String renamed(CreateSync create, Name to) {
    return replaced(create.text(), create.nameStart(), create.nameEnd(), name(to));
  }

  /** The clause {@code WITH (…)} of some options, at least one. */
  static String with(List<Option> options) {
    return options.stream()
        .map(option -> name(option.name()) + " = " + value(option))
        .collect(Collectors.joining(", ", "WITH (", ")"));
  }

  private static String added(CreateSync create, String written) {
    String text = create.text();
    int at = create.bodyStart();
    int line = at;
    while (isBlank(text.charAt(line - 1))) {
      line--;
    }
    return text.charAt(line - 1) == '\n'
        ? text.substring(0, line) + "  " + written + '\n' + text.substring(line)
        : replaced(text, at, at, written);
  }

  /** Puts a blank on either side where there is none: words must not grow together. */
  private static String replaced(String text, int start, int end, String written) {
    String before = Character.isWhitespace(text.charAt(start - 1)) ? "" : " ";
    String after = written.isEmpty() || Character.isWhitespace(text.charAt(end)) ? "" : " ";
    return text.substring(0, start) + before + written + after + text.substring(end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Quoted where the user quoted it, and where a bare AS would begin the query. */
  private static String name(Name name) {
    return name.quoted() || name.folded().equals("as") ? quoted('"', name.text()) : name.text();
  }

  private static String value(Option option) {
    OptionValue value = option.value();
    if (value instanceof OptionValue.Text text) {
      boolean column = option.name().folded().equals("idempotency_key");
      return column && PLAIN.matcher(text.value()).matches()
          ? text.value()
          : quoted('\'', text.value());
    }
    if (value instanceof OptionValue.Secret secret) {
      return "SECRET " + quoted('\'', secret.reference());
    }
    return value instanceof OptionValue.Numeric number
        ? number.value().toString()
        : String.valueOf(((OptionValue.Flag) value).value()).toUpperCase(Locale.ROOT);
  }

  private static String quoted(char quote, String text) {
    String q = String.valueOf(quote);
    return q + text.replace(q, q + q) + q;
  }
}
