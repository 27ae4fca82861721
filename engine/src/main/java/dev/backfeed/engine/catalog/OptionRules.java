package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Manifest.OptionType;
import dev.backfeed.engine.spi.SecretException;
import dev.backfeed.engine.spi.SecretProvider;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which options may stand in a {@code WITH} clause and what their values may be: those of the
 * manifest and those that every destination, or every sync, has.
 */
public final class OptionRules {
  private static final Set<String> PLAIN =
      Set.of("tags", "owner", "description", "time_zone", "reserve", "idempotency_key");

  private final String subject;
  private final List<Manifest.Option> known;

  private OptionRules(String subject, List<Manifest.Option> known) {
    this.subject = subject;
    this.known = known;
  }

  /** The rules for {@code CREATE DESTINATION … TYPE type}. */
  public static OptionRules destination(Manifest manifest) {
    List<Manifest.Option> known = new ArrayList<>(manifest.options());
    known.add(number("max_calls_per_day", "calls we may make a UTC day"));
    known.add(text("reserve", "share of the vendor's remaining quota never used: '20 percent'"));
    known.add(number("max_calls_per_second", "calls a second"));
    known.add(number("max_concurrency", "calls at once"));
    known.add(number("batch_size", "most rows a call"));
    known.add(
        option(
            "timeout",
            OptionType.DURATION,
            false,
            manifest.timeout().orElse("30 seconds"),
            List.of(),
            "how long one call may take"));
    known.add(option("max_retries", OptionType.NUMBER, false, "5", List.of(), "retries a call"));
    if (manifest.options().stream().noneMatch(o -> o.name().equals("base_url"))) {
      known.add(option("base_url", OptionType.STRING, true, null, List.of(), "another host"));
    }
    known.add(text("tags", "words to find it by, separated by commas"));
    known.add(number("cost_per_call", "price of one call, for api_usage"));
    known.add(
        option("sandbox", OptionType.FLAG, true, "false", List.of(), "an in-process stand-in"));
    return new OptionRules("a destination of type " + manifest.type(), known);
  }

  /** The rules for a sync's {@code WITH (…)}. */
  public static OptionRules sync(Manifest manifest) {
    List<Manifest.Option> known = new ArrayList<>(manifest.objectOptions());
    known.add(text("tags", "words to find it by, separated by commas"));
    known.add(text("owner", "who answers for it"));
    known.add(text("description", "what it is for"));
    known.add(number("batch_size", "most rows a call"));
    known.add(number("priority", "of several syncs, the lower runs first"));
    known.add(
        option(
            "recheck_missing",
            OptionType.DURATION,
            false,
            "24 hours",
            List.of(),
            "when a missing record is asked for again"));
    known.add(option("max_attempts", OptionType.NUMBER, false, "5", List.of(), "answers a row"));
    known.add(
        option(
            "stale_after", OptionType.DURATION, false, "4 hours", List.of(), "when it is stale"));
    known.add(
        option(
            "on_error",
            OptionType.STRING,
            false,
            "partial",
            List.of("partial", "fail"),
            "whether a partial run is an error"));
    known.add(option("log_values", OptionType.FLAG, false, "true", List.of(), "values in the log"));
    known.add(
        option(
            "hold_for",
            OptionType.DURATION,
            false,
            "3 days",
            List.of(),
            "how long a plan is held"));
    known.add(option("validate", OptionType.FLAG, false, "true", List.of(), "describe and check"));
    known.add(
        option(
            "shared_fields", OptionType.FLAG, false, "false", List.of(), "fields of other syncs"));
    known.add(text("idempotency_key", "the column by which an appended row is told again"));
    known.add(option("time_zone", OptionType.STRING, false, "UTC", List.of(), "of zoneless times"));
    return new OptionRules("a sync", known);
  }

  private static Manifest.Option text(String name, String doc) {
    return option(name, OptionType.STRING, false, null, List.of(), doc);
  }

  private static Manifest.Option number(String name, String doc) {
    return option(name, OptionType.NUMBER, false, null, List.of(), doc);
  }

  private static Manifest.Option option(
      String name,
      OptionType type,
      boolean where,
      String fallback,
      List<String> values,
      String doc) {
    return new Manifest.Option(
        name, type, false, false, where, Optional.ofNullable(fallback), values, doc);
  }

  /**
   * Checks what was written.
   *
   * @return folded name to value, in the order written
   * @throws StatementException {@code 22023} naming the option, the nearest spelling and what would
   *     do; {@code 42501} for a secret this host does not allow
   */
  public Map<String, OptionValue> check(List<Option> given, SecretProvider secrets, Position at)
      throws StatementException {
    Map<String, OptionValue> checked = new LinkedHashMap<>();
    for (Option option : given) {
      Manifest.Option rule = rule(option.name());
      checkValue(rule, option, secrets);
      checked.put(key(rule, option.name().text()), option.value());
    }
    boolean sandbox = checked.get("sandbox") instanceof OptionValue.Flag flag && flag.value();
    for (Manifest.Option rule : known) {
      if (rule.required() && !checked.containsKey(rule.name()) && !sandbox) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            subject + " needs the option \"" + rule.name() + "\": " + rule.doc(),
            at);
      }
    }
    return checked;
  }

  /**
   * The name under which an option is kept.
   *
   * @throws StatementException {@code 22023} with the nearest name if there is no such option
   */
  public String key(Name name) throws StatementException {
    return key(rule(name), name.text());
  }

  /**
   * The options that say where data goes and differ between two sets of values; one that is left
   * out has its default.
   *
   * @param type only those of this type; empty for all
   */
  public List<String> moved(
      Map<String, OptionValue> before, Map<String, OptionValue> after, Optional<OptionType> type) {
    return known.stream()
        .filter(Manifest.Option::where)
        .filter(rule -> type.isEmpty() || rule.type() == type.get())
        .filter(rule -> !effective(rule, before).equals(effective(rule, after)))
        .map(Manifest.Option::name)
        .toList();
  }

  private static Optional<String> effective(Manifest.Option rule, Map<String, OptionValue> values) {
    return Optional.ofNullable(values.get(rule.name()))
        .map(OptionValue::toString)
        .or(() -> rule.fallback().map(text -> fallback(rule, text).toString()));
  }

  private static OptionValue fallback(Manifest.Option rule, String text) {
    return switch (rule.type()) {
      case FLAG -> new OptionValue.Flag(Boolean.parseBoolean(text));
      case NUMBER -> new OptionValue.Numeric(new BigDecimal(text));
      default -> new OptionValue.Text(text);
    };
  }

  /** What options mean: values by name, defaults filled in, secrets resolved when asked for. */
  public CheckedOptions options(Map<String, OptionValue> values, SecretProvider secrets) {
    return new CheckedOptions(known, values, secrets);
  }

  private Manifest.Option rule(Name name) throws StatementException {
    for (Manifest.Option rule : known) {
      if (CheckedOptions.matches(rule, name.folded())) {
        return rule;
      }
    }
    List<String> names = known.stream().map(Manifest.Option::name).toList();
    throw new StatementException(
        SqlState.INVALID_VALUE,
        subject + " has no option \"" + name + "\"" + Nearest.hint(name.text(), names),
        name.position());
  }

  /** A family's member keeps its case ({@code header.X-Key}); other names are folded. */
  private static String key(Manifest.Option rule, String name) {
    int prefix = rule.name().length() - 1;
    return rule.name().endsWith(".*")
        ? name.substring(0, prefix).toLowerCase(Locale.ROOT) + name.substring(prefix)
        : rule.name();
  }

  private static void checkValue(Manifest.Option rule, Option option, SecretProvider secrets)
      throws StatementException {
    if (option.value() instanceof OptionValue.Secret secret) {
      checkSecret(rule, option.name(), secret, secrets);
    } else if (rule.secret()) {
      throw bad(
          option.name(),
          "must be a secret reference: write "
              + option.name()
              + " = SECRET 'env:BACKFEED_…', never the value itself");
    } else {
      checkType(rule, option);
    }
  }

  private static void checkSecret(
      Manifest.Option rule, Name name, OptionValue.Secret secret, SecretProvider secrets)
      throws StatementException {
    if (rule.where() || rule.type() != OptionType.STRING || isPlain(rule)) {
      throw bad(
          name,
          rule.where() ? "says where data goes and cannot be a secret" : "cannot be a secret");
    }
    try {
      secrets.check(secret.reference());
    } catch (SecretException e) {
      throw new StatementException(SqlState.NOT_ALLOWED, e.getMessage(), name.position());
    }
  }

  /** What is shown, or decides something before any secret is looked up. */
  private static boolean isPlain(Manifest.Option rule) {
    return !rule.values().isEmpty() || PLAIN.contains(rule.name());
  }

  private static void checkType(Manifest.Option rule, Option option) throws StatementException {
    OptionValue value = option.value();
    switch (rule.type()) {
      case NUMBER -> {
        if (!(value instanceof OptionValue.Numeric n) || n.value().signum() < 0) {
          throw bad(option.name(), "must be a number and not negative");
        }
        if (n.value().compareTo(BigDecimal.ZERO) == 0 && !rule.name().equals("max_retries")) {
          if (!rule.name().equals("priority") && !rule.name().equals("cost_per_call")) {
            throw bad(option.name(), "must be greater than 0");
          }
        }
      }
      case FLAG -> {
        if (!(value instanceof OptionValue.Flag)) {
          throw bad(option.name(), "must be TRUE or FALSE");
        }
      }
      case DURATION -> {
        if (!(value instanceof OptionValue.Text t) || Durations.parse(t.value()).isEmpty()) {
          throw bad(option.name(), "must be a duration such as '30 seconds' or '24 hours'");
        }
      }
      case STRING -> checkText(rule, option);
    }
  }

  private static void checkText(Manifest.Option rule, Option option) throws StatementException {
    if (!(option.value() instanceof OptionValue.Text text)) {
      throw bad(option.name(), "must be a string in single quotes");
    }
    if (!rule.values().isEmpty() && !rule.values().contains(text.value())) {
      throw bad(option.name(), "must be one of '" + String.join("', '", rule.values()) + "'");
    }
    if (rule.name().equals("time_zone") && !zone(text.value())) {
      throw bad(option.name(), "is not a time zone; write for instance 'Europe/Berlin'");
    }
    if (rule.name().equals("reserve") && Durations.percent(text.value()).isEmpty()) {
      throw bad(option.name(), "must be a share such as '20 percent'");
    }
  }

  private static boolean zone(String name) {
    return ZoneId.getAvailableZoneIds().contains(name);
  }

  private static StatementException bad(Name name, String what) {
    return new StatementException(
        SqlState.INVALID_VALUE, "option \"" + name + "\" " + what, name.position());
  }
}
