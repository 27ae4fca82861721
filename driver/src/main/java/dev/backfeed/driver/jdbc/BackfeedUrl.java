package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL of ours, taken apart.
 *
 * @param inner the warehouse's own URL, without any setting of ours
 * @param settings our settings that stood in it, by name
 */
record BackfeedUrl(String inner, Map<String, String> settings) {
  static final String PREFIX = "jdbc:backfeed:";
  private static final Pattern SETTING =
      Pattern.compile("([?&;])(backfeed\\.[\\w.]*)=([^&;]*)(&?)", Pattern.CASE_INSENSITIVE);

  static boolean accepts(String url) {
    return url != null && url.startsWith(PREFIX);
  }

  /** The URL under which a caller reaches an inner URL through this driver. */
  static String outer(String inner) {
    return inner == null ? null : PREFIX + inner.substring(inner.indexOf(':') + 1);
  }

  /**
   * Takes a URL apart.
   *
   * @throws SQLException {@code 22023} for a setting that has no place in a URL, {@code 08001} for
   *     one that names no warehouse
   */
  static BackfeedUrl parse(String url) throws SQLException {
    String rest = url.substring(PREFIX.length());
    if (rest.isEmpty() || rest.startsWith("backfeed:")) {
      throw new StatementException(
          InnerDrivers.CANNOT_CONNECT,
          "the URL names no warehouse: write jdbc:backfeed: and then the warehouse's own URL"
              + " without its jdbc:, for instance jdbc:backfeed:duckdb:shop.duckdb");
    }
    Map<String, String> settings = new HashMap<>();
    Matcher matcher = SETTING.matcher("jdbc:" + rest);
    StringBuilder inner = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(2).toLowerCase(Locale.ROOT);
      requireAllowed(name);
      settings.put(name, URLDecoder.decode(matcher.group(3), StandardCharsets.UTF_8));
      boolean more = !matcher.group(4).isEmpty();
      matcher.appendReplacement(inner, more ? Matcher.quoteReplacement(matcher.group(1)) : "");
    }
    return new BackfeedUrl(matcher.appendTail(inner).toString(), settings);
  }

  private static void requireAllowed(String name) throws SQLException {
    if (HostSettings.isHostSide(name)) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "the setting "
              + name
              + " says what this host allows and cannot stand in a URL: give it as a connection"
              + " property in code, or in the file that the environment variable BACKFEED_CONFIG"
              + " names");
    }
    ConnectionSettings.requireKnown(name);
  }
}
