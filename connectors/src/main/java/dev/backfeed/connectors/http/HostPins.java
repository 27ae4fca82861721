package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.ConnectorException;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Where an answer may send us: hosts that the manifest names, over HTTPS on its usual port, and the
 * origins the user configured. Anything else would carry our token away.
 */
public final class HostPins {
  private final List<String> patterns;
  private final List<URI> configured;

  /**
   * @param patterns {@code host} or {@code *.host}
   * @param configured origins the user wrote
   */
  public HostPins(List<String> patterns, List<URI> configured) {
    this.patterns = List.copyOf(patterns);
    this.configured = List.copyOf(configured);
  }

  /**
   * The origin of a URL from an answer.
   *
   * @throws ConnectorException {@code MISCONFIGURED}, naming the host, if it is not one of ours
   */
  public String origin(String url) {
    URI uri = parsed(url);
    if (uri != null && uri.getHost() != null && uri.getRawUserInfo() == null && allowed(uri)) {
      return Urls.origin(uri);
    }
    String host = uri == null || uri.getHost() == null ? "something unreadable" : uri.getHost();
    throw new ConnectorException(
        ConnectorException.Kind.MISCONFIGURED,
        "the destination's answer points to " + host + ", which is not one of its known hosts");
  }

  private boolean allowed(URI uri) {
    boolean named =
        "https".equalsIgnoreCase(uri.getScheme())
            && (uri.getPort() < 0 || uri.getPort() == 443)
            && patterns.stream().anyMatch(p -> fits(p, uri.getHost()));
    return named || configured.stream().anyMatch(c -> sameOrigin(c, uri));
  }

  private static boolean fits(String pattern, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return pattern.startsWith("*.")
        ? name.endsWith(pattern.substring(1)) && name.length() > pattern.length() - 1
        : name.equals(pattern);
  }

  /** The names of this machine count as one host. */
  private static boolean sameOrigin(URI a, URI b) {
    if (Urls.loopback(a.getHost()) && Urls.loopback(b.getHost())) {
      return a.getPort() == b.getPort() && a.getScheme().equalsIgnoreCase(b.getScheme());
    }
    return b.getScheme() != null && Urls.origin(a).equals(Urls.origin(b));
  }

  private static URI parsed(String url) {
    try {
      return URI.create(url.strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
