package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.EgressPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.SocketFactory;

/**
 * Makes sockets that ask the egress policy about the very address they dial, after DNS: a name
 * cannot be checked as one address and dialled as another. For clients that make all their
 * connections by {@link #createSocket()} and {@code connect}, and lay TLS over them.
 */
public final class GuardedSockets extends SocketFactory {
  private final EgressPolicy egress;
  private final boolean loopbackOnly;

  /**
   * @param loopbackOnly for what is not encrypted, which may not leave this machine whatever a name
   *     resolves to
   */
  public GuardedSockets(EgressPolicy egress, boolean loopbackOnly) {
    this.egress = egress;
    this.loopbackOnly = loopbackOnly;
  }

  /** Carries the policy's refusal through clients that pass on IOExceptions only. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient ConnectorException refusal;

    Refused(ConnectorException refusal) {
      super(refusal.getMessage());
      this.refusal = refusal;
    }

    ConnectorException refusal() {
      return refusal;
    }
  }

  /**
   * Throws the policy's refusal if a failure to connect is due to one. Where several addresses were
   * tried, what befell the others hangs on the first failure.
   */
  public static void rethrowRefusal(Throwable e) {
    if (e instanceof Refused refused) {
      throw refused.refusal();
    }
    for (Throwable other : e.getSuppressed()) {
      rethrowRefusal(other);
    }
    if (e.getCause() != null) {
      rethrowRefusal(e.getCause());
    }
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        check((InetSocketAddress) endpoint);
        super.connect(endpoint, timeout);
        // Nagle's algorithm is left on else: the end of a body would wait for an acknowledgement.
        setTcpNoDelay(true);
      }
    };
  }

  private void check(InetSocketAddress to) throws IOException {
    if (to.isUnresolved()) {
      throw new UnknownHostException("the host " + to.getHostString() + " is not known");
    }
    try {
      egress.check(to.getHostString(), to.getAddress(), to.getPort());
    } catch (ConnectorException e) {
      throw new Refused(e);
    }
    if (loopbackOnly && !to.getAddress().isLoopbackAddress()) {
      throw new Refused(
          new ConnectorException(
              ConnectorException.Kind.MISCONFIGURED,
              to.getHostString() + " is not this machine: plain text may not leave it"));
    }
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  private static UnsupportedOperationException unconnectedOnly() {
    return new UnsupportedOperationException("sockets are made unconnected, then checked");
  }
}
