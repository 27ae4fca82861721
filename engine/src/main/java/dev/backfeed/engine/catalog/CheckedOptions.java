package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Secret;
import dev.backfeed.engine.spi.SecretProvider;
import dev.backfeed.parser.command.OptionValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Options that passed their rules, with defaults. Safe for several threads. */
public final class CheckedOptions implements Options {
  private final List<Manifest.Option> known;
  private final Map<String, OptionValue> values;
  private final SecretProvider secrets;

  CheckedOptions(
      List<Manifest.Option> known, Map<String, OptionValue> values, SecretProvider secrets) {
    this.known = known;
    this.values = values;
    this.secrets = secrets;
  }

  /** Whether a rule is about this (folded) name. */
  static boolean matches(Manifest.Option rule, String name) {
    return rule.name().endsWith(".*")
        ? name.length() >= rule.name().length()
            && name.startsWith(rule.name().substring(0, rule.name().length() - 1))
        : rule.name().equals(name);
  }

  @Override
  public boolean has(String name) {
    return value(name).isPresent();
  }

  @Override
  public Optional<String> text(String name) {
    return value(name)
        .filter(v -> v instanceof OptionValue.Text)
        .map(v -> ((OptionValue.Text) v).value());
  }

  @Override
  public Optional<BigDecimal> number(String name) {
    return value(name)
        .map(
            v ->
                v instanceof OptionValue.Numeric n
                    ? n.value()
                    : new BigDecimal(((OptionValue.Text) v).value()));
  }

  @Override
  public boolean flag(String name) {
    return value(name)
        .map(
            v ->
                v instanceof OptionValue.Flag f
                    ? f.value()
                    : Boolean.parseBoolean(((OptionValue.Text) v).value()))
        .orElse(false);
  }

  @Override
  public Optional<Duration> duration(String name) {
    return text(name).flatMap(Durations::parse);
  }

  @Override
  public Optional<Secret> secret(String name) {
    return value(name).map(this::asSecret);
  }

  @Override
  public Map<String, Secret> secretsUnder(String prefix) {
    Map<String, Secret> result = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix + ".")) {
            result.put(name.substring(prefix.length() + 1), asSecret(value));
          }
        });
    return result;
  }

  private Secret asSecret(OptionValue value) {
    return value instanceof OptionValue.Secret s
        ? secrets.resolve(s.reference())
        : host -> ((OptionValue.Text) value).value();
  }

  /** What was given, else the default as text. */
  private Optional<OptionValue> value(String name) {
    OptionValue given = values.get(name);
    if (given != null) {
      return Optional.of(given);
    }
    return known.stream()
        .filter(rule -> matches(rule, name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the manifest has no option " + name))
        .fallback()
        .map(OptionValue.Text::new);
  }
}
