package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.OptionException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** URLs as users write them in options, and as requests need them. */
public final class Urls {
  private Urls() {}

  /**
   * Checks a URL option: absolute, HTTPS (or HTTP to loopback), nothing secret in it.
   *
   * @param option the option's name, for the message
   * @throws OptionException if not so; never quotes the value
   */
  public static URI checked(String option, String value) {
    URI uri = parsed(option, value);
    if (uri.getHost() == null || uri.getScheme() == null) {
      throw new OptionException(
          option, "option \"" + option + "\" is no absolute URL: write https://host/path");
    }
    if (uri.getRawUserInfo() != null || namesASecret(uri.getRawQuery())) {
      throw new OptionException(
          option,
          "option \"" + option + "\" holds a password or key: give it as an option with SECRET");
    }
    if (!safe(uri)) {
      throw new OptionException(
          option,
          "option \""
              + option
              + "\" must begin with https:// (plain http:// only to this machine)");
    }
    return uri;
  }

  /** Scheme, host and port, without a slash at the end and without the scheme's own port. */
  public static String origin(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
  }

  /** Whether the host is this machine by name or address; asks no DNS. */
  public static boolean loopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.matches("127(\\.\\d{1,3}){3}")
        || name.equals("::1")
        || name.equals("[::1]");
  }

  /** Percent-encodes a text for one step of a path or one value of a query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether the request may go there at all: HTTPS, or HTTP to this machine. */
  static boolean safe(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return scheme.equals("https") || (scheme.equals("http") && loopback(uri.getHost()));
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static URI parsed(String option, String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw new OptionException(option, "option \"" + option + "\" is no URL: " + e.getReason());
    }
  }

  private static boolean namesASecret(String query) {
    return query != null
        && query
            .toLowerCase(Locale.ROOT)
            .matches("(.*&)?[^=&]*(key|token|secret|password|passwd|signature|auth)[^=&]*=.*");
  }
}
