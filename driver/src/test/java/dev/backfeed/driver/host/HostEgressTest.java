package dev.backfeed.driver.host;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.ConnectorException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses may be dialled. */
class HostEgressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "febf::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1"
      })
  void metadataAndLinkLocalAddressesAreRefusedWhateverIsAllowed(String address) {
    assertRefused(
        HostEgress.of(HostEgress.Reach.OPEN, address + ", 0.0.0.0/0, ::/0"), address, 443);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "::1", "fd12::1", "8.8.8.8", "2001:db8::1"})
  void theShellAndTheDriverReachTheRest(String address) {
    assertAllowed(HostEgress.of(HostEgress.Reach.OPEN, ""), address, 443);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "0.0.0.0",
        "::1",
        "::",
        "fd12::1",
        "::ffff:10.0.0.1",
        "100.64.0.1"
      })
  void whatIsNotPublicMustBeNamed(String address) {
    assertRefused(HostEgress.of(HostEgress.Reach.PUBLIC, ""), address, 443);
    assertAllowed(HostEgress.of(HostEgress.Reach.PUBLIC, address), address, 443);
  }

  @Test
  void publicAddressesNeedNoName() {
    HostEgress egress = HostEgress.of(HostEgress.Reach.PUBLIC, "");
    for (String address : new String[] {"8.8.8.8", "172.32.0.1", "2606:4700::1111"}) {
      assertAllowed(egress, address, 443);
    }
  }

  @Test
  void entriesNameHostsRangesAndPorts() {
    HostEgress egress =
        HostEgress.of(
            HostEgress.Reach.PUBLIC,
            "*.corp.example, 10.2.0.0/16:8080 ,[fd12::/16]:443,db.lan:5432");
    assertAllowed(egress, "api.corp.example", "10.9.9.9", 1);
    assertRefused(egress, "corp.example", "10.9.9.9", 1);
    assertAllowed(egress, "10.2.3.4", 8080);
    assertRefused(egress, "10.2.3.4", 80);
    assertAllowed(egress, "fd12::7", 443);
    assertRefused(egress, "fd12::7", 80);
    assertAllowed(egress, "db.lan", "192.168.0.9", 5432);
    assertRefused(egress, "db.lan", "192.168.0.9", 22);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/99", "a b", "*.*", "http://x", "1.2.3.4/x"})
  void anEntryThatCannotBeReadIsNamed(String entry) {
    assertThatThrownBy(() -> HostEgress.of(HostEgress.Reach.OPEN, entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(entry);
  }

  private static void assertAllowed(HostEgress egress, String address, int port) {
    assertAllowed(egress, address, address, port);
  }

  private static void assertAllowed(HostEgress egress, String host, String address, int port) {
    assertThatCode(() -> egress.check(host, resolved(address), port)).doesNotThrowAnyException();
  }

  private static void assertRefused(HostEgress egress, String address, int port) {
    assertRefused(egress, address, address, port);
  }

  private static void assertRefused(HostEgress egress, String host, String address, int port) {
    assertThatThrownBy(() -> egress.check(host, resolved(address), port))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining(host);
  }

  private static InetAddress resolved(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
