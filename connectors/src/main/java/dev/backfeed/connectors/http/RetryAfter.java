package dev.backfeed.connectors.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import okhttp3.Headers;

/**
 * How long an answer asks to wait: RFC 9110 section 10.2.3, in seconds or as an HTTP date (today's
 * form and the two obsolete ones). A date is held against the answer's own {@code Date}, so that a
 * clock that is off does not matter.
 */
final class RetryAfter {
  static final String HEADER = "Retry-After";

  private RetryAfter() {}

  /** What the headers ask for; never negative; empty where they ask for nothing readable. */
  static Optional<Duration> of(Headers headers, Instant now) {
    String value = headers.get(HEADER);
    if (value == null) {
      return Optional.empty();
    }
    String text = value.strip();
    if (text.matches("\\d{1,18}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    Date until = headers.getDate(HEADER);
    if (until == null) {
      return Optional.empty();
    }
    Date sent = headers.getDate("Date");
    Duration wait = Duration.between(sent == null ? now : sent.toInstant(), until.toInstant());
    return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
  }
}
