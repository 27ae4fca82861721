package dev.backfeed.driver.host;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One entry of the secrets that a host allows.
 *
 * @param pattern {@code env:} or {@code file:} and a name in which {@code *} stands for anything
 * @param hosts where such a secret may go; empty for anywhere
 */
record SecretRule(String pattern, List<HostPattern> hosts) {
  private static final Pattern FORM = Pattern.compile("(env|file):[^\\s*][^\\s]*|(env|file):\\*");

  /** Entries divided by commas. */
  static List<SecretRule> parse(String entries) {
    return Arrays.stream(entries.split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .map(SecretRule::rule)
        .toList();
  }

  boolean covers(String reference) {
    String regex =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .reduce((a, b) -> a + ".*" + b)
            .orElseThrow();
    return Pattern.compile(regex, Pattern.DOTALL).matcher(reference).matches();
  }

  private static SecretRule rule(String entry) {
    int arrow = entry.indexOf("->");
    String pattern = arrow < 0 ? entry : entry.substring(0, arrow).strip();
    if (!FORM.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          HostSettings.SECRETS_ALLOW
              + ": \""
              + entry
              + "\" cannot be read: write env:NAME or env:PREFIX_*, and for hosts -> *.example.com");
    }
    return new SecretRule(pattern, arrow < 0 ? List.of() : hosts(entry.substring(arrow + 2)));
  }

  private static List<HostPattern> hosts(String text) {
    List<HostPattern> hosts =
        Arrays.stream(text.strip().split("\\s+", -1)).map(HostPattern::new).toList();
    return hosts;
  }
}
