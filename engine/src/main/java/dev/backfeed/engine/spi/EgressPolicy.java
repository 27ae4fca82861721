package dev.backfeed.engine.spi;

import java.net.InetAddress;

/** Which addresses this host may reach. Safe for several threads. */
public interface EgressPolicy {
  /**
   * Checks an address that is about to be dialled.
   *
   * @param host the name it was resolved from
   * @param address the resolved address
   * @param port the port, 0 to 65535
   * @throws ConnectorException {@code MISCONFIGURED}, naming host and setting, if it may not be
   *     reached
   */
  void check(String host, InetAddress address, int port);
}
