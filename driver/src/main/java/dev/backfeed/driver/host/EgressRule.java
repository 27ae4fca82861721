package dev.backfeed.driver.host;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of the addresses that may be dialled.
 *
 * @param range an address or range, else empty
 * @param host a name or {@code *.} and a domain, else empty
 * @param port the only port, or empty for all
 */
record EgressRule(Optional<AddressRange> range, Optional<HostPattern> host, OptionalInt port) {
  private static final Pattern WITH_PORT =
      Pattern.compile("(\\[[^\\]]+\\]|[^:\\[\\]]+):(\\d{1,5})");

  /**
   * Reads {@code api.example.com}, {@code *.example.com:443}, {@code 10.0.0.0/8}, {@code ::1} or
   * {@code [::1]:8080}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static EgressRule parse(String entry) {
    Matcher matcher = WITH_PORT.matcher(entry);
    boolean withPort = matcher.matches();
    String subject = withPort ? matcher.group(1) : entry;
    String bare = subject.startsWith("[") ? subject.substring(1, subject.length() - 1) : subject;
    OptionalInt port =
        withPort ? OptionalInt.of(Integer.parseInt(matcher.group(2))) : OptionalInt.empty();
    Optional<AddressRange> range = AddressRange.parse(bare);
    if (range.isPresent()) {
      return new EgressRule(range, Optional.empty(), port);
    }
    if (bare.contains("/") || bare.contains(":")) {
      throw new IllegalArgumentException(
          HostSettings.EGRESS_ALLOW
              + ": \""
              + entry
              + "\" cannot be read: write a host, *.domain, an address or a CIDR range, with"
              + " optional :port");
    }
    return new EgressRule(Optional.empty(), Optional.of(new HostPattern(bare)), port);
  }

  /** Whether this entry names the address that is about to be dialled. */
  boolean matches(String name, byte[] address, int dialled) {
    return (port.isEmpty() || port.getAsInt() == dialled)
        && (range.isPresent() ? range.get().contains(address) : host.orElseThrow().matches(name));
  }
}
