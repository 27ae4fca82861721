package dev.backfeed.engine.catalog;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table {@code settings}: what holds for all syncs of a warehouse. One that is unset has no
 * row.
 */
public final class Settings {
  private static final Duration SHORTEST = Duration.ofDays(1);

  private final Warehouse warehouse;
  private final Schema schema;

  public Settings(Warehouse warehouse, Schema schema) {
    this.warehouse = warehouse;
    this.schema = schema;
  }

  /** The settings there are; the values are durations of a day or more. */
  public enum Setting {
    /** How long rows of {@code sync_log} are kept. */
    LOG_RETENTION,
    /** How long rows of {@code sync_runs} are kept, with their log. */
    RUN_RETENTION;

    /** As it is written. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One that is set, and when it was last seen to. */
  public record Retention(Setting setting, Duration keep, Optional<OffsetDateTime> appliedAt) {}

  /**
   * The setting of that name.
   *
   * @throws StatementException {@code 22023} with the nearest name
   */
  public static Setting named(Name name) throws StatementException {
    List<String> names = Arrays.stream(Setting.values()).map(Setting::text).toList();
    for (Setting setting : Setting.values()) {
      if (setting.text().equals(name.folded())) {
        return setting;
      }
    }
    String hint = Nearest.hint(name.text(), names);
    throw new StatementException(
        SqlState.INVALID_VALUE,
        "there is no setting \""
            + name
            + "\""
            + (hint.isEmpty() ? ": settings are " + String.join(", ", names) : hint),
        name.position());
  }

  /**
   * What a statement sets.
   *
   * @throws StatementException {@code 22023} for an unknown name or a value that will not do
   */
  public static Map<Setting, String> checked(List<Option> options) throws StatementException {
    Map<Setting, String> values = new LinkedHashMap<>();
    for (Option option : options) {
      Setting setting = named(option.name());
      if (!(option.value() instanceof OptionValue.Text text)
          || Durations.parse(text.value()).filter(d -> d.compareTo(SHORTEST) >= 0).isEmpty()) {
        throw new StatementException(
            SqlState.INVALID_VALUE,
            "setting \"" + option.name() + "\" must be a duration of at least '1 day'",
            option.name().position());
      }
      values.put(setting, text.value());
    }
    return values;
  }

  /** Sets one. */
  public void set(Setting setting, String value, OffsetDateTime now) throws SQLException {
    unset(setting);
    warehouse.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, CURRENT_USER, NULL)",
            table(),
            Sql.bind(setting.text()),
            Sql.bind(value),
            Sql.bind(now)));
  }

  /** Leaves it to its default, which is to keep everything. */
  public void unset(Setting setting) throws SQLException {
    warehouse.run(Sql.of("DELETE FROM {} WHERE name = {}", table(), Sql.bind(setting.text())));
  }

  /** What is kept for a limited time. */
  public List<Retention> retentions() throws SQLException {
    return schema.exists()
        ? warehouse
            .query(
                Sql.of("SELECT name, value, applied_at FROM {} ORDER BY name", table()),
                row ->
                    retention(
                        row.getString(1), row.getString(2), row.getObject(3, OffsetDateTime.class)))
            .stream()
            .flatMap(Optional::stream)
            .toList()
        : List.of();
  }

  /** Empty for what a person has written into the table that is none of ours. */
  private static Optional<Retention> retention(String name, String value, OffsetDateTime applied) {
    return Arrays.stream(Setting.values())
        .filter(setting -> setting.text().equals(name))
        .findFirst()
        .flatMap(
            setting ->
                Durations.parse(value)
                    .filter(keep -> keep.compareTo(SHORTEST) >= 0)
                    .map(keep -> new Retention(setting, keep, Optional.ofNullable(applied))));
  }

  /** Remembers that a setting was seen to. */
  public void applied(Setting setting, OffsetDateTime now) throws SQLException {
    warehouse.run(
        Sql.of(
            "UPDATE {} SET applied_at = {} WHERE name = {}",
            table(),
            Sql.bind(now),
            Sql.bind(setting.text())));
  }

  private Sql table() {
    return warehouse.table("settings");
  }
}
