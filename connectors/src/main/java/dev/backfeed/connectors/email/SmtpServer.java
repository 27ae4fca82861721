package dev.backfeed.connectors.email;

import dev.backfeed.connectors.http.GuardedSockets;
import dev.backfeed.engine.spi.EgressPolicy;
import jakarta.mail.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;

/**
 * Where messages are handed in.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 * @param security how the connection is protected
 */
record SmtpServer(String host, int port, Security security) {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

  /** How the connection is protected. */
  enum Security {
    STARTTLS(587),
    TLS(465),
    NONE(25);

    private final int usualPort;

    Security(int usualPort) {
      this.usualPort = usualPort;
    }

    int usualPort() {
      return usualPort;
    }
  }

  /**
   * What Jakarta Mail is told: sockets that check the dialled address, without its own way round
   * them; TLS 1.2 or newer with the name checked; time-outs, of which it has none by itself.
   *
   * @param timeout of each step
   * @param trust of certificates for STARTTLS; the platform's own where empty
   */
  Session session(
      EgressPolicy egress, Duration timeout, boolean signsIn, Optional<SSLSocketFactory> trust) {
    Properties p = new Properties();
    Duration connect = timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT;
    p.put("mail.smtp.socketFactory", new GuardedSockets(egress, security == Security.NONE));
    p.setProperty("mail.smtp.socketFactory.fallback", "false");
    p.setProperty("mail.smtp.connectiontimeout", Long.toString(connect.toMillis()));
    p.setProperty("mail.smtp.timeout", Long.toString(timeout.toMillis()));
    p.setProperty("mail.smtp.writetimeout", Long.toString(timeout.toMillis()));
    p.setProperty("mail.smtp.ssl.enable", Boolean.toString(security == Security.TLS));
    boolean startTls = security == Security.STARTTLS;
    p.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
    p.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
    p.setProperty("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
    p.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    trust.filter(t -> startTls).ifPresent(t -> p.put("mail.smtp.ssl.socketFactory", t));
    p.setProperty("mail.smtp.auth", Boolean.toString(signsIn));
    p.setProperty("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    // A message goes to all of its recipients or to none: there is one outcome a row.
    p.setProperty("mail.smtp.sendpartial", "false");
    return Session.getInstance(p);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
