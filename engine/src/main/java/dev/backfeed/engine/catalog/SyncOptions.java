package dev.backfeed.engine.catalog;

import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SyncDefinition;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Single options of a definition, where the connector's manifest is not at hand. */
public final class SyncOptions {
  private SyncOptions() {}

  /** The text of an option, where it is given. */
  public static Optional<String> text(SyncDefinition definition, String name) {
    return definition.options().stream()
        .filter(option -> option.name().folded().equals(name))
        .map(option -> option.value() instanceof OptionValue.Text t ? t.value() : "")
        .findFirst();
  }

  /** Tags as stored: {@code a,b} without blanks. */
  static String tags(String given) {
    return Arrays.stream(given.split(",", -1))
        .map(String::strip)
        .filter(tag -> !tag.isEmpty())
        .collect(Collectors.joining(","));
  }
}
