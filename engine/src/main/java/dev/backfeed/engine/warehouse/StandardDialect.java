package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What most warehouses write alike. A dialect overrides where its warehouse differs. */
public abstract class StandardDialect implements WarehouseDialect {
  /**
   * Floats are equal within this share of the larger one: sums of doubles differ from run to run
   * with parallel plans, in the last few of their 15 to 17 digits.
   */
  private static final Sql TOLERANCE = Sql.of("1e-11");

  @Override
  public String quoteIdentifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public String quoteLiteral(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  @Override
  public Sql clock() {
    return Sql.of("CURRENT_TIMESTAMP");
  }

  @Override
  public Sql cast(Sql column, ColumnType type) {
    return Sql.of("CAST({} AS {})", column, Sql.type(type.name()));
  }

  @Override
  public Sql differs(Sql left, Sql right, ColumnType type) {
    if (type.kind() != ColumnType.Kind.FLOAT) {
      return Sql.of("{} IS DISTINCT FROM {}", left, right);
    }
    return Sql.of(
        "({} IS DISTINCT FROM {} AND NOT COALESCE(ABS({} - {}) < {} * GREATEST(ABS({}), ABS({})),"
            + " FALSE))",
        left,
        right,
        left,
        right,
        TOLERANCE,
        left,
        right);
  }

  @Override
  public final Sql text(Sql value, ColumnType type, String zone) {
    return switch (type.kind()) {
      case DATE -> isoDate(value);
      case TIMESTAMP_TZ -> isoTime(Sql.of("{} AT TIME ZONE 'UTC'", value));
      case TIMESTAMP ->
          zone.equals("UTC")
              ? isoTime(value)
              : isoTime(
                  Sql.of("({} AT TIME ZONE {}) AT TIME ZONE 'UTC'", value, Sql.literal(zone)));
      case BINARY -> base64(value);
      default -> plainText(value);
    };
  }

  /** A date as {@code YYYY-MM-DD}. */
  protected abstract Sql isoDate(Sql date);

  /** A timestamp without zone, in UTC, as ISO 8601 with milliseconds. */
  protected abstract Sql isoTime(Sql utc);

  /** Bytes as Base64 in one line. */
  protected abstract Sql base64(Sql bytes);

  /** Any other value as the warehouse's own text. */
  protected abstract Sql plainText(Sql value);

  @Override
  public Sql keyText(Sql value, ColumnType type, String zone) {
    return text(value, type, zone);
  }

  @Override
  public Sql binary(Sql expression, ColumnType type) {
    return expression;
  }

  @Override
  public Sql fence() {
    return Sql.EMPTY;
  }

  @Override
  public CheckpointPace checkpointPace() {
    return new CheckpointPace(10_000, Duration.ofSeconds(5));
  }

  @Override
  public Sql changeType(Sql table, Sql column, Sql type) {
    return Sql.of("ALTER TABLE {} ALTER COLUMN {} TYPE {}", table, column, type);
  }

  /** Whether a cast between two integer types, given from narrow to wide, loses nothing. */
  protected static boolean wider(List<String> narrowToWide, ColumnType from, ColumnType to) {
    int a = narrowToWide.indexOf(from.name());
    return a >= 0 && a <= narrowToWide.indexOf(to.name());
  }

  /** The columns as hash input: doubles rounded, everything else as it is. */
  protected final List<Sql> hashed(List<Sql> columns, List<ColumnType> types) {
    return java.util.stream.IntStream.range(0, columns.size())
        .mapToObj(
            i ->
                types.get(i).kind() == ColumnType.Kind.FLOAT
                        && types.get(i).name().toLowerCase(Locale.ROOT).startsWith("double")
                    ? rounded(columns.get(i))
                    : columns.get(i))
        .toList();
  }

  /**
   * A double rounded to 38 of its 53 binary digits (Veltkamp's splitting by 2^15 + 1: three
   * operations, where decimal rounding needs a logarithm): numbers that round alike differ by less
   * than the tolerance, so the hash misses no change; numbers within it that round apart are sorted
   * out by the comparison that follows. Numbers so large that the product would overflow stay as
   * they are, like NaN and the infinities.
   */
  private static Sql rounded(Sql value) {
    return Sql.of(
        "CASE WHEN ABS({}) < 1e300 THEN {} * 32769 - ({} * 32769 - {}) ELSE {} END",
        value,
        value,
        value,
        value,
        value);
  }

  /** Kinds that have infinities. */
  protected static boolean hasInfinity(ColumnType type) {
    return Set.of(
            ColumnType.Kind.FLOAT,
            ColumnType.Kind.DATE,
            ColumnType.Kind.TIMESTAMP,
            ColumnType.Kind.TIMESTAMP_TZ)
        .contains(type.kind());
  }
}
