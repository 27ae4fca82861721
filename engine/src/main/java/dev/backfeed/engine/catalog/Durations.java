package dev.backfeed.engine.catalog;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and shares as the language writes them: {@code 24 hours}, {@code 20 percent}. */
public final class Durations {
  private static final Pattern DURATION =
      Pattern.compile("\\s*(\\d{1,9})\\s*(milli|second|minute|hour|day)s?\\s*");
  private static final Pattern PERCENT =
      Pattern.compile("\\s*(\\d{1,3}(?:\\.\\d+)?)\\s*(?:percent|%)\\s*");

  private Durations() {}

  /** The duration, empty if the text is none. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "milli" -> Duration.ofMillis(amount);
          case "second" -> Duration.ofSeconds(amount);
          case "minute" -> Duration.ofMinutes(amount);
          case "hour" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  /** The share as a number from 0 to 1, empty if the text is none. */
  public static Optional<BigDecimal> percent(String text) {
    Matcher matcher = PERCENT.matcher(text.toLowerCase(Locale.ROOT));
    return matcher.matches()
        ? Optional.of(new BigDecimal(matcher.group(1)).movePointLeft(2).min(BigDecimal.ONE))
        : Optional.empty();
  }
}
