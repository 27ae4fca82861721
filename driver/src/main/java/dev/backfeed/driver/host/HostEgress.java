package dev.backfeed.driver.host;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.EgressPolicy;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses this host may dial. Link-local addresses and the cloud's metadata services are
 * refused always, in whatever form the address is written.
 */
public final class HostEgress implements EgressPolicy {
  /** What may be dialled without being named. */
  public enum Reach {
    /** Everything: whoever uses this process could dial it from here anyway. */
    OPEN,
    /** What is public: for a process that takes statements from others. */
    PUBLIC
  }

  private static final List<AddressRange> NEVER =
      List.of(
          AddressRange.of("169.254.0.0/16"),
          AddressRange.of("fe80::/10"),
          AddressRange.of("fd00:ec2::254"),
          AddressRange.of("100.100.100.200"));

  private static final List<AddressRange> PRIVATE =
      List.of(
          AddressRange.of("0.0.0.0/8"),
          AddressRange.of("10.0.0.0/8"),
          AddressRange.of("100.64.0.0/10"),
          AddressRange.of("127.0.0.0/8"),
          AddressRange.of("172.16.0.0/12"),
          AddressRange.of("192.168.0.0/16"),
          AddressRange.of("::/127"),
          AddressRange.of("fc00::/7"));

  private final Reach reach;
  private final List<EgressRule> rules;

  private HostEgress(Reach reach, List<EgressRule> rules) {
    this.reach = reach;
    this.rules = rules;
  }

  /**
   * A policy.
   *
   * @param reach the default
   * @param allow entries divided by commas, added to it: hosts, {@code *.host}, addresses or CIDR
   *     ranges, each with optional {@code :port}
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  public static HostEgress of(Reach reach, String allow) {
    return new HostEgress(
        reach,
        Arrays.stream(allow.split(",", -1))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .map(EgressRule::parse)
            .toList());
  }

  /** The same addresses named, and no others that are not public. */
  HostEgress publicOnly() {
    return new HostEgress(Reach.PUBLIC, rules);
  }

  @Override
  public void check(String host, InetAddress address, int port) {
    byte[] bytes = AddressRange.canonical(address.getAddress());
    if (within(NEVER, bytes)) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          host
              + " resolves to "
              + address.getHostAddress()
              + ", a link-local or metadata address, which is never dialled: check the host name");
    }
    if (reach == Reach.PUBLIC
        && within(PRIVATE, bytes)
        && rules.stream().noneMatch(rule -> rule.matches(host, bytes, port))) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          host
              + " resolves to "
              + address.getHostAddress()
              + ", which is not public: name it in the host's setting "
              + HostSettings.EGRESS_ALLOW
              + " if it may be reached");
    }
  }

  private static boolean within(List<AddressRange> ranges, byte[] address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
