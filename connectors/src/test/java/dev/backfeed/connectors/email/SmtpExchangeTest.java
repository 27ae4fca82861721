package dev.backfeed.connectors.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.spi.testing.MapOptions;
import jakarta.mail.internet.InternetAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what a server's answers come to. */
class SmtpExchangeTest extends OnMail {
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();

  private final ScriptedSmtp server =
      new ScriptedSmtp(
          new HandshakeCertificates.Builder()
              .heldCertificate(CERTIFICATE)
              .build()
              .sslSocketFactory());

  @AfterEach
  void stop() {
    server.close();
  }

  private MapOptions options() {
    return options(server.port());
  }

  private MapOptions startTls() {
    return signingIn(server.port()).with("security", "starttls");
  }

  /** A destination that trusts the test's certificate. */
  private Destination trusting(String host) throws Exception {
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();
    return EmailDestination.to(
        new SmtpServer(host, server.port(), SmtpServer.Security.STARTTLS),
        new InternetAddress("data@acme.com"),
        context(startTls()),
        Optional.of(trust.sslSocketFactory()));
  }

  @Test
  void nothingIsSaidBeforeTheConnectionIsEncrypted() throws Exception {
    server.offers("STARTTLS", "AUTH PLAIN").on("AUTH", "235 ok");
    try (Destination destination = trusting("localhost")) {
      assertThat(send(destination, "bo@acme.com", text("hello")).status())
          .isEqualTo(Status.CREATED);
    }
    List<String> words = server.received.stream().map(l -> l.split("[ :\n]", 2)[0]).toList();
    assertThat(words.subList(0, 6))
        .containsExactly("EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT");
  }

  @Test
  void aServerThatCannotEncryptIsNotSignedInTo() {
    server.offers("AUTH PLAIN");
    ConnectorException thrown = sendFails(startTls());
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(thrown).hasMessageContaining("offers no STARTTLS");
    assertThat(server.received("AUTH")).isEmpty();
    assertThat(server.received("MAIL")).isEmpty();
  }

  @Test
  void aCertificateMustBeTrustedAndForTheHost() throws Exception {
    server.offers("STARTTLS");
    assertThat(sendFails(startTls()).getMessage()).contains("certification path");
    try (Destination destination = trusting("127.0.0.1")) {
      assertThatThrownBy(() -> send(destination, "bo@acme.com", text("hello")))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("No subject alternative names");
    }
    assertThat(server.received("MAIL")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 550 5.1.1 no such user, NOT_FOUND, 550",
    "RCPT, 551 not here, NOT_FOUND, 551",
    "RCPT, 451 4.7.1 greylisted, TRANSIENT, 451",
    "RCPT, 452 full, TRANSIENT, 452",
    "RCPT, 554 no, REFUSED, 554",
    "MAIL, 451 later, TRANSIENT, 451",
    "MAIL, 552 too large, TOO_LARGE, 552",
    "DATA, 554 no valid recipients, REFUSED, 554",
    "., 554 5.7.1 spam, REFUSED, 554",
    "., 552 too large, TOO_LARGE, 552",
    "., 451 try later, TRANSIENT, 451"
  })
  void aMessageThatIsNotTakenFailsItsRow(String at, String answer, String type, String code) {
    server.on(at, answer);
    Outcome outcome = send(options(), "bo@acme.com", text("hello"));
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    RowError error = outcome.error().orElseThrow();
    assertThat(error.type()).isEqualTo(type);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(answer.substring(4)).startsWith("localhost:");
    assertThat(gate.calls()).isEqualTo(1);
    assertThat(send(options(), "bo@acme.com", text("hello")).status()).isEqualTo(Status.CREATED);
  }

  @Test
  void oneRecipientOfSeveralThatIsRefusedKeepsTheMessageFromAll() {
    server.on("RCPT TO:<cy@", "451 later").on("RCPT TO:<dee@", "550 5.1.1 nobody");
    Outcome outcome = send(options(), "bo@acme.com, cy@acme.com, dee@acme.com", text("hello"));
    RowError error = outcome.error().orElseThrow();
    assertThat(error.type()).isEqualTo("NOT_FOUND");
    assertThat(error.message()).contains("cy@acme.com: 451", "dee@acme.com: 550");
    assertThat(server.received("DATA")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL, 550 not your address, MISCONFIGURED",
    "MAIL, 530 5.7.0 authentication required, CREDENTIALS",
    "., drop, UNKNOWN_OUTCOME",
    "., nonsense, UNKNOWN_OUTCOME",
    "GREETING, 554 go away, UNREACHABLE",
    "GREETING, drop, UNREACHABLE",
    "MAIL, drop, UNREACHABLE",
    "RCPT, drop, UNREACHABLE",
    "DATA, drop, UNREACHABLE",
    "RCPT, 421 closing, UNREACHABLE"
  })
  void someFailuresConcernMoreThanTheRow(String at, String answer, Kind kind) {
    server.on(at, answer);
    assertThat(sendFails(options()).kind()).isEqualTo(kind);
    assertThat(gate.calls()).isEqualTo(1);
  }

  @Test
  void whatWasNotTakenIsTriedAgainAndWhatMayHaveBeenIsNot() {
    server.on("GREETING", "421 too busy").on("MAIL", ScriptedSmtp.DROP).on(".", "421 closing");
    Outcome outcome = send(options().with("max_retries", 3), "bo@acme.com", text("hello"));
    assertThat(outcome.status()).isEqualTo(Status.CREATED);
    assertThat(gate.retries()).isEqualTo(3);
    assertThat(gate.pauses()).hasSize(3);
    server.received.clear();
    server.on(".", ScriptedSmtp.DROP);
    assertThat(sendFails(options().with("max_retries", 3)).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(server.received("DATA")).hasSize(1);
    assertThat(gate.retries()).isEqualTo(3);
  }

  @Test
  void aServerThatIsOnlyBusyDoesNotRefuseCredentials() {
    server.offers("AUTH PLAIN").on("AUTH", "454 4.7.0 temporary failure");
    assertThat(sendFails(signingIn(server.port())).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void aServerThatSignsNobodyInIsNotUsedByOneWhoShould() {
    ConnectorException thrown = sendFails(signingIn(server.port()));
    assertThat(thrown.kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(thrown).hasMessageContaining("offers no way to sign in");
    server.offers("AUTH SCRAM-SHA-256");
    assertThat(sendFails(signingIn(server.port())).kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(server.received("MAIL")).isEmpty();
  }

  @Test
  void noSecretIsInWhatTheServerSays() {
    server.offers("AUTH PLAIN").on("AUTH", "535 no: AGFkYQBCQUNLRkVFRC1TRUNSRVQ= BACKFEED-SECRET");
    ConnectorException thrown = sendFails(signingIn(server.port()));
    assertThat(thrown.getMessage()).doesNotContain("BACKFEED-SECRET", "QkFDS0ZFRUQtU0VDUkVU");
    assertThat(thrown.getMessage()).doesNotContain("JBQ0tGRUVELVNFQ1JFV");
  }

  @Test
  void aSubjectCannotBringAHeader() {
    ObjectNode row = text("x").put("subject", "a\r\nBcc: eve@evil.example\r\n\r\nbody");
    send(options().with("subject_prefix", "[p]"), "bo@acme.com", row);
    String message = server.received("Date").isEmpty() ? all() : server.received("Date").get(0);
    assertThat(message).contains("Subject: [p] a Bcc: eve@evil.example body");
    assertThat(message.lines()).noneMatch(line -> line.startsWith("Bcc"));
    assertThat(server.received("RCPT")).containsExactly("RCPT TO:<bo@acme.com>");
  }

  private String all() {
    return String.join("\n", server.received);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bo@acme.com\r\nRCPT TO:<eve@evil.example>",
        "bo@acme.com\nBcc: eve@evil.example",
        "bo@acme.com> SIZE=1",
        "group: bo@acme.com, cy@acme.com;",
        "bo",
        "bö@acme.com",
        "bo@acmé.com",
        " ",
        ","
      })
  void whatIsNoAddressIsNotSent(String to) {
    Outcome outcome = send(options(), "*", text("x").put("to", to));
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.error().orElseThrow().type()).isEqualTo("VALIDATION");
    assertThat(gate.calls()).isZero();
    try (Destination destination = new EmailConnector().open(context(options()))) {
      assertThatThrownBy(() -> destination.describe(to))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("is no recipient");
    }
  }

  @Test
  void rowsThatMakeNoMessageAreNotSent() {
    assertRefused(text("x").putNull("text"), "neither text nor html");
    assertRefused(text("x").put("txet", "y"), "no field \"txet\"");
    assertRefused(text("x").put("to", "eve@evil.example"), "no field \"to\"");
    assertThat(gate.calls()).isZero();
  }

  private void assertRefused(ObjectNode row, String why) {
    Outcome outcome = send(options(), "bo@acme.com", row);
    assertThat(outcome.error().orElseThrow().message()).contains(why);
  }

  @Test
  void onlyAllowedAddressesAreDialled() {
    try (Destination destination =
        new EmailConnector()
            .open(
                context(
                    options().with("max_retries", 3),
                    (String host, InetAddress address, int port) -> {
                      throw new ConnectorException(Kind.MISCONFIGURED, host + " is not allowed");
                    }))) {
      assertThatThrownBy(() -> send(destination, "bo@acme.com", text("x")))
          .isInstanceOf(ConnectorException.class)
          .hasMessage("localhost is not allowed");
    }
    assertThat(server.received).isEmpty();
    assertThat(gate.retries()).isZero();
  }

  @Test
  void anUnknownHostIsSaidToBeOne() {
    MapOptions options = startTls().with("host", "nowhere.invalid");
    ConnectorException thrown = sendFails(options);
    assertThat(thrown.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(thrown).hasMessageContaining("the host nowhere.invalid is not known");
  }

  @Test
  void optionsThatCannotWorkAreRefused() {
    assertOption("security", options().with("host", "mail.acme.com"));
    assertOption("host", options().with("host", "smtp://mail.acme.com"));
    assertOption("port", options().with("port", 70_000));
    assertOption("port", options().with("port", "25.5"));
    assertOption("from", options().with("from", "data"));
    assertOption("from", options().with("from", "data@acme.com\r\nBcc: eve@evil.example"));
    assertOption("from", options().with("from", "a@acme.com, b@acme.com"));
    assertOption("username", options().with("username", "ada"));
    assertOption("base_url", options().with("base_url", "https://mail.acme.com"));
  }

  private void assertOption(String option, MapOptions options) {
    assertThatThrownBy(() -> new EmailConnector().open(context(options)))
        .isInstanceOfSatisfying(
            OptionException.class, e -> assertThat(e.option()).isEqualTo(option));
  }
}
