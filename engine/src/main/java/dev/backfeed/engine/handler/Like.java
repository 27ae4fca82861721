package dev.backfeed.engine.handler;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * {@code LIKE 'pattern'} of SHOW statements: {@code %} and {@code _}, taken literally behind a
 * backslash, without regard to case.
 */
final class Like {
  private Like() {}

  static Predicate<String> matching(Optional<String> pattern) {
    if (pattern.isEmpty()) {
      return text -> true;
    }
    StringBuilder regex = new StringBuilder();
    String text = pattern.get();
    for (int i = 0; i < text.length(); i++) {
      boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length();
      char c = escaped ? text.charAt(++i) : text.charAt(i);
      if (escaped || (c != '%' && c != '_')) {
        regex.append(Pattern.quote(String.valueOf(c)));
      } else {
        regex.append(c == '%' ? ".*" : ".");
      }
    }
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL;
    return Pattern.compile(regex.toString(), flags).asMatchPredicate();
  }
}
