package dev.backfeed.driver.host;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.EgressPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
  private final Optional<Path> files;

  private HostEgress(Reach reach, List<EgressRule> rules, Optional<Path> files) {
    this.reach = reach;
    this.rules = rules;
    this.files = files;
  }

  /** A policy that names no folder for files. */
  public static HostEgress of(Reach reach, String allow) {
    return of(reach, allow, Optional.empty());
  }

  /**
   * A policy.
   *
   * @param reach the default
   * @param allow entries divided by commas, added to it: hosts, {@code *.host}, addresses or CIDR
   *     ranges, each with optional {@code :port}
   * @param files the folder that files of destinations lie below; empty for any where the reach is
   *     open, and none where it is not
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  public static HostEgress of(Reach reach, String allow, Optional<Path> files) {
    return new HostEgress(
        reach,
        Arrays.stream(allow.split(",", -1))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .map(EgressRule::parse)
            .toList(),
        files);
  }

  /** The same addresses named, and no others that are not public. */
  HostEgress publicOnly() {
    return new HostEgress(Reach.PUBLIC, rules, files);
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

  /** A path counts by where it really leads: neither dots nor links get out of the folder. */
  @Override
  public void checkFile(Path file) {
    if (files.isEmpty() && reach == Reach.OPEN) {
      return;
    }
    if (files.isEmpty()) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          "an agent writes to no files: set "
              + HostSettings.FILES_DIR
              + " on its host to the folder that they may lie in");
    }
    if (!below(file, files.get())) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          "the file "
              + file
              + " does not lie below the folder that the host's setting "
              + HostSettings.FILES_DIR
              + " names");
    }
  }

  private static boolean below(Path file, Path folder) {
    try {
      Path real = real(file.toAbsolutePath().normalize());
      return real.startsWith(folder.toRealPath()) && !real.equals(folder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Where a file lies, or will lie once it is made. */
  private static Path real(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return file.toRealPath();
    }
    return file.getParent().toRealPath().resolve(file.getFileName());
  }

  private static boolean within(List<AddressRange> ranges, byte[] address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
