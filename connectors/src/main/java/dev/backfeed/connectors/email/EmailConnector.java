package dev.backfeed.connectors.email;

import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Options;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** The type {@code email}. */
public final class EmailConnector implements Connector {
  static final Manifest MANIFEST = Manifest.read(EmailConnector.class, "email.yaml");

  @Override
  public Manifest manifest() {
    return MANIFEST;
  }

  @Override
  public Destination open(DestinationContext context) {
    Options options = context.options();
    if (options.has("base_url")) {
      throw refused("base_url", "does not apply: host and port say where the server is");
    }
    if (options.has("username") != options.has("password")) {
      throw refused("username", "goes with password = SECRET '…', and neither without the other");
    }
    if (options.flag("sandbox")) {
      InternetAddress from =
          options.has("from") ? from(options) : parsed("Backfeed <backfeed@example.com>");
      return EmailDestination.toSandbox(from, context);
    }
    return EmailDestination.to(server(options), from(options), context);
  }

  private static SmtpServer server(Options options) {
    String host = options.requiredText("host");
    if (!host.matches("[A-Za-z0-9._-]+|[0-9A-Fa-f:]+")) {
      throw refused("host", "is no host name: write it alone, the port in an option of its own");
    }
    SmtpServer.Security security =
        SmtpServer.Security.valueOf(
            options.requiredText("security").toUpperCase(java.util.Locale.ROOT));
    if (security == SmtpServer.Security.NONE && !Urls.loopback(host)) {
      throw refused("security", "can be 'none' only for this machine: use 'starttls' or 'tls'");
    }
    return new SmtpServer(host, port(options).orElse(security.usualPort()), security);
  }

  private static Optional<Integer> port(Options options) {
    Optional<BigDecimal> port = options.number("port");
    if (port.isPresent()
        && (port.get().stripTrailingZeros().scale() > 0
            || port.get().compareTo(BigDecimal.valueOf(65_535)) > 0)) {
      throw refused("port", "is no port: write a whole number up to 65535");
    }
    return port.map(BigDecimal::intValue);
  }

  private static InternetAddress from(Options options) {
    return parsed(options.requiredText("from"));
  }

  private static InternetAddress parsed(String from) {
    try {
      List<InternetAddress> addresses = Addresses.parsed(from);
      if (addresses.size() == 1) {
        return addresses.get(0);
      }
      throw refused("from", "must be one address");
    } catch (AddressException e) {
      throw refused("from", "is no address: " + e.getMessage());
    }
  }

  private static OptionException refused(String option, String why) {
    return new OptionException(option, "option \"" + option + "\" " + why);
  }
}
