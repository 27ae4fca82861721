package dev.backfeed.engine.spi;

import java.net.InetAddress;
import java.nio.file.Path;

/** Which addresses this host may reach, and which files. Safe for several threads. */
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

  /**
   * Checks a file that is about to be opened as a destination.
   *
   * @param file as the option names it
   * @throws ConnectorException {@code MISCONFIGURED}, naming the setting, if it may not be opened
   */
  default void checkFile(Path file) {}
}
