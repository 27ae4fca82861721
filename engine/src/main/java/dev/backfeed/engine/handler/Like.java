package dev.backfeed.engine.handler;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** {@code LIKE 'pattern'} of SHOW statements: {@code %} and {@code _}, without regard to case. */
final class Like {
  private Like() {}

  static Predicate<String> matching(Optional<String> pattern) {
    if (pattern.isEmpty()) {
      return text -> true;
    }
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.get().toCharArray()) {
      switch (c) {
        case '%' -> regex.append(".*");
        case '_' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL;
    return Pattern.compile(regex.toString(), flags).asMatchPredicate();
  }
}
