package dev.backfeed.connectors.email;

import dev.backfeed.connectors.email.EmailMessage.Unsendable;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;

/** One SMTP server and sender. Safe for several threads. */
final class EmailDestination implements Destination {
  private final Options options;
  private final SmtpServer server;
  private final InternetAddress from;
  private final Smtp smtp;
  private final Optional<EmailSandbox> sandbox;

  private EmailDestination(
      Options options,
      SmtpServer server,
      InternetAddress from,
      Smtp smtp,
      Optional<EmailSandbox> sandbox) {
    this.options = options;
    this.server = server;
    this.from = from;
    this.smtp = smtp;
    this.sandbox = sandbox;
  }

  static EmailDestination to(SmtpServer server, InternetAddress from, DestinationContext context) {
    return to(server, from, context, Optional.empty());
  }

  /**
   * @param trust of certificates for STARTTLS; the platform's own where empty
   */
  static EmailDestination to(
      SmtpServer server,
      InternetAddress from,
      DestinationContext context,
      Optional<SSLSocketFactory> trust) {
    Options options = context.options();
    Redaction redaction = new Redaction();
    Smtp.SignIn signIn = new Credentials(options, server.host(), redaction);
    Smtp smtp = smtp(server, context, context.egress(), signIn, redaction, trust);
    return new EmailDestination(options, server, from, smtp, Optional.empty());
  }

  /** The stand-in is a real SMTP server on loopback, which is told nobody's password. */
  static EmailDestination toSandbox(InternetAddress from, DestinationContext context) {
    EmailSandbox standIn = EmailSandbox.start(context.sandboxRecords().get());
    SmtpServer server = new SmtpServer(standIn.host(), standIn.port(), SmtpServer.Security.NONE);
    EgressPolicy sandboxOnly =
        (host, address, port) -> {
          if (!address.isLoopbackAddress() || port != standIn.port()) {
            throw new ConnectorException(
                Kind.MISCONFIGURED, host + " is not the sandbox: nothing leaves this machine");
          }
        };
    Smtp smtp = smtp(server, context, sandboxOnly, NOBODY, new Redaction(), Optional.empty());
    return new EmailDestination(context.options(), server, from, smtp, Optional.of(standIn));
  }

  private static Smtp smtp(
      SmtpServer server,
      DestinationContext context,
      EgressPolicy egress,
      Smtp.SignIn signIn,
      Redaction redaction,
      Optional<SSLSocketFactory> trust) {
    Options options = context.options();
    Duration timeout = options.duration("timeout").orElse(Duration.ofSeconds(60));
    int retries = options.number("max_retries").map(BigDecimal::intValue).orElse(5);
    boolean signsIn = signIn != NOBODY && options.has("username");
    return new Smtp(
        server,
        server.session(egress, timeout, signsIn, trust),
        signIn,
        context.gate(),
        redaction,
        retries);
  }

  private static final Smtp.SignIn NOBODY =
      new Smtp.SignIn() {
        @Override
        public String user() {
          return null;
        }

        @Override
        public String password() {
          return null;
        }
      };

  /** User and password, resolved when a connection is made. */
  private record Credentials(Options options, String host, Redaction redaction)
      implements Smtp.SignIn {
    @Override
    public String user() {
      Optional<String> plain = options.text("username");
      return plain.or(() -> revealed("username")).orElse(null);
    }

    @Override
    public String password() {
      return revealed("password").orElse(null);
    }

    private Optional<String> revealed(String option) {
      return options.secret(option).map(secret -> redaction.reveal(secret, host));
    }
  }

  @Override
  public String account() {
    return sandbox.isPresent()
        ? "email:sandbox"
        : "email:" + server + options.text("username").map(u -> "/" + u).orElse("");
  }

  @Override
  public List<Check> test() {
    try {
      smtp.greet();
      String message =
          options.has("username") && sandbox.isEmpty()
              ? server + " signed us in; nothing was sent"
              : server + " answered, and nobody signs in; nothing was sent";
      return List.of(new Check("credentials", true, message));
    } catch (ConnectorException e) {
      String check = e.kind() == Kind.CREDENTIALS ? "credentials" : "reachable";
      return List.of(new Check(check, false, e.getMessage()));
    }
  }

  @Override
  public ObjectSchema describe(String object) {
    if (!object.equals(EmailMessage.ANY_RECIPIENT)) {
      try {
        Addresses.parsed(object);
      } catch (AddressException e) {
        throw new ConnectorException(
            Kind.MISCONFIGURED,
            "\"%s\" is no recipient: %s; several go with commas between, \"*\" is one a row"
                .formatted(object, e.getMessage()));
      }
    }
    return EmailMessage.schema(object);
  }

  @Override
  public Answer write(Batch batch) {
    if (batch.changes().size() > 1) {
      throw new IllegalArgumentException("email takes one change a write");
    }
    Outcome outcome;
    try {
      EmailMessage message = message(batch);
      Optional<RowError> refused = smtp.send(Mime.of(message, from, smtp.session()));
      outcome =
          refused
              .map(error -> Outcome.failed(0, error))
              .orElseGet(() -> Outcome.created(0, message.messageId()));
    } catch (Unsendable e) {
      outcome = Outcome.failed(0, e.error());
    } catch (MessagingException e) {
      // Nothing was sent: the message could not even be written.
      outcome = Outcome.failed(0, new RowError("VALIDATION", "", String.valueOf(e.getMessage())));
    }
    return new Answer.Answered(List.of(outcome));
  }

  private EmailMessage message(Batch batch) throws Unsendable {
    return EmailMessage.of(
        batch.changes().get(0), batch.object(), options.text("subject_prefix"), from);
  }

  /** For a person to read: headers and bodies before they are encoded. */
  @Override
  public String request(Batch batch) {
    try {
      EmailMessage message = message(batch);
      StringBuilder text = new StringBuilder("SMTP " + server + "\n");
      text.append("From: ").append(from.toUnicodeString()).append('\n');
      text.append("To: ")
          .append(
              message.to().stream()
                  .map(InternetAddress::toUnicodeString)
                  .collect(Collectors.joining(", ")))
          .append('\n');
      text.append("Subject: ").append(message.subject()).append('\n');
      text.append("Message-ID: <").append(message.messageId()).append(">\n");
      message.text().ifPresent(body -> text.append('\n').append(body));
      message.html().ifPresent(body -> text.append("\n\n(HTML)\n").append(body));
      return text.toString();
    } catch (Unsendable e) {
      return "not sent: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    smtp.close();
    sandbox.ifPresent(EmailSandbox::close);
  }
}
