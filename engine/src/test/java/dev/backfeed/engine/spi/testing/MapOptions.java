package dev.backfeed.engine.spi.testing;

import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Options from a map, with the manifest's defaults. Like the engine's, they know the options every
 * type has, and an unknown name is a mistake of the connector.
 */
public final class MapOptions implements Options {
  /** The options that the engine adds to every type. */
  private static final Set<String> COMMON =
      Set.of(
          "max_calls_per_day",
          "reserve",
          "max_calls_per_second",
          "max_concurrency",
          "batch_size",
          "timeout",
          "max_retries",
          "base_url",
          "tags",
          "cost_per_call",
          "sandbox");

  private final Manifest manifest;
  private final Map<String, Object> plain = new LinkedHashMap<>();
  private final Map<String, String> secrets = new LinkedHashMap<>();

  public MapOptions(Manifest manifest) {
    this.manifest = manifest;
  }

  /** Sets a plain option: a String, Number, Boolean or Duration. */
  public MapOptions with(String name, Object value) {
    plain.put(known(name), value);
    return this;
  }

  /** Sets an option as {@code SECRET '…'} would, with the value it resolves to. */
  public MapOptions withSecret(String name, String value) {
    secrets.put(known(name), value);
    return this;
  }

  /** The values of all secrets, to be looked for where they must not be. */
  public Collection<String> secretValues() {
    return secrets.values();
  }

  @Override
  public boolean has(String name) {
    return secrets.containsKey(known(name)) || value(name).isPresent();
  }

  @Override
  public Optional<String> text(String name) {
    return value(name).map(Object::toString);
  }

  @Override
  public Optional<BigDecimal> number(String name) {
    return text(name).map(BigDecimal::new);
  }

  @Override
  public boolean flag(String name) {
    return text(name).map(Boolean::parseBoolean).orElse(false);
  }

  @Override
  public Optional<Duration> duration(String name) {
    return value(name).map(MapOptions::duration);
  }

  @Override
  public Optional<Secret> secret(String name) {
    String secret = secrets.get(known(name));
    return Optional.ofNullable(secret).or(() -> text(name)).map(Literal::new);
  }

  @Override
  public Map<String, Secret> secretsUnder(String prefix) {
    Map<String, Secret> found = new TreeMap<>();
    plain.forEach((name, value) -> addUnder(prefix, name, value.toString(), found));
    secrets.forEach((name, value) -> addUnder(prefix, name, value, found));
    return found;
  }

  private static void addUnder(String prefix, String name, String value, Map<String, Secret> to) {
    if (name.startsWith(prefix + ".")) {
      to.put(name.substring(prefix.length() + 1), new Literal(value));
    }
  }

  private Optional<Object> value(String name) {
    Object given = plain.get(known(name));
    if (given != null || secrets.containsKey(name)) {
      return Optional.ofNullable(given);
    }
    return manifest.options().stream()
        .filter(o -> o.name().equals(name))
        .findFirst()
        .flatMap(Manifest.Option::fallback)
        .map(Object.class::cast);
  }

  private String known(String name) {
    boolean known =
        COMMON.contains(name)
            || manifest.options().stream().anyMatch(o -> o.name().equals(name))
            || manifest.options().stream()
                .filter(o -> o.name().endsWith(".*"))
                .anyMatch(o -> name.startsWith(o.name().substring(0, o.name().length() - 1)));
    if (!known) {
      throw new IllegalArgumentException("the manifest knows no option \"" + name + "\"");
    }
    return name;
  }

  private static Duration duration(Object value) {
    if (value instanceof Duration duration) {
      return duration;
    }
    String[] words = value.toString().split(" ", 2);
    long count = Long.parseLong(words[0]);
    return switch (words[1]) {
      case "second", "seconds" -> Duration.ofSeconds(count);
      case "minute", "minutes" -> Duration.ofMinutes(count);
      default -> throw new OptionException("", "no duration: " + value);
    };
  }

  private record Literal(String value) implements Secret {
    @Override
    public String revealTo(String host) {
      return value;
    }

    @Override
    public String toString() {
      return "(secret)";
    }
  }
}
