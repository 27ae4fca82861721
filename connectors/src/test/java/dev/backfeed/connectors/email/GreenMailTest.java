package dev.backfeed.connectors.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.MapOptions;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages as a mail server that is not ours receives them. */
class GreenMailTest extends OnMail {
  private final GreenMail server =
      new GreenMail(
          new ServerSetup[] {
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "localhost", ServerSetup.PROTOCOL_SMTPS)
          });

  @BeforeEach
  void start() {
    server.start();
    server.setUser("data@acme.com", "ada", PASSWORD);
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private int port() {
    return server.getSmtp().getPort();
  }

  @Test
  void aRowArrivesAsItIs() throws Exception {
    String body = "Zoë \"quoted\" 𝄞\n.\n..two stops\n.one stop\n\nend & <b>";
    ObjectNode row = text(body).put("subject", "Grüße, 東京 — 120 rows " + "and more ".repeat(12));
    Outcome sent = send(options(port()).with("subject_prefix", "[data]"), "bo@acme.com", row);
    assertThat(sent.status()).isEqualTo(Status.CREATED);
    MimeMessage message = server.getReceivedMessages()[0];
    assertThat(message.getSubject())
        .isEqualTo("[data] Grüße, 東京 — 120 rows " + "and more ".repeat(12).strip());
    assertThat(message.getMessageID()).isEqualTo("<" + sent.destinationId().orElseThrow() + ">");
    assertThat(sent.destinationId().orElseThrow()).endsWith(".backfeed@acme.com");
    InternetAddress from = (InternetAddress) message.getFrom()[0];
    assertThat(from.getPersonal()).isEqualTo("Zoë of data");
    assertThat(from.getAddress()).isEqualTo("data@acme.com");
    assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(message.getSentDate()).isNotNull();
    assertThat(message.getContentType()).isEqualTo("text/plain; charset=UTF-8");
    assertThat(message.getContent().toString().replace("\r\n", "\n").strip()).isEqualTo(body);
    assertThat(gate.calls()).isEqualTo(1);
    assertThat(gate.bytes()).isGreaterThan(500);
  }

  @Test
  void theSameRowHasTheSameId() throws Exception {
    for (int i = 0; i < 2; i++) {
      send(options(port()), "bo@acme.com", text("hello"));
    }
    MimeMessage[] both = server.getReceivedMessages();
    assertThat(both[0].getMessageID()).isEqualTo(both[1].getMessageID());
    assertThat(both[0].getSubject()).isEqualTo("hello");
  }

  @Test
  void bothBodiesAreAlternatives() throws Exception {
    ObjectNode row = text("plain ü").put("html", "<p>rich ü</p>");
    assertThat(send(options(port()), "bo@acme.com", row).status()).isEqualTo(Status.CREATED);
    MimeMultipart parts = (MimeMultipart) server.getReceivedMessages()[0].getContent();
    assertThat(parts.getContentType()).startsWith("multipart/alternative");
    assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
    assertThat(parts.getBodyPart(0).getContent()).isEqualTo("plain ü");
    assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
    assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>rich ü</p>");
    ObjectNode rich = changes.added("x", text("")).fields();
    rich.remove("text");
    rich.put("html", "<p>alone</p>").put("subject", "s");
    assertThat(send(options(port()), "bo@acme.com", rich).status()).isEqualTo(Status.CREATED);
    assertThat(server.getReceivedMessages()[1].getContentType()).startsWith("text/html");
  }

  @Test
  void severalRecipientsAndOneARow() {
    send(options(port()), "bo@acme.com, Cy <cy@acme.com>", text("to both"));
    assertThat(server.getReceivedMessages()).hasSize(2);
    send(options(port()), "*", text("to one").put("to", "dee@acme.com"));
    assertThat(server.getReceivedMessagesForDomain("dee@acme.com")).hasSize(1);
  }

  @Test
  void aConnectionServesManyMessages() {
    try (Destination destination = new EmailConnector().open(context(options(port())))) {
      for (int i = 0; i < 5; i++) {
        assertThat(send(destination, "bo@acme.com", text("no. " + i)).status())
            .isEqualTo(Status.CREATED);
      }
    }
    assertThat(server.getReceivedMessages()).hasSize(5);
    assertThat(gate.calls()).isEqualTo(5);
  }

  @Test
  void signsInOrSaysWhyNot() {
    server.getUserManager().setAuthRequired(true);
    MapOptions right = signingIn(port());
    assertThat(send(right, "bo@acme.com", text("hello")).status()).isEqualTo(Status.CREATED);
    assertThat(test(right).ok()).isTrue();
    MapOptions wrong = options(port()).with("username", "ada").withSecret("password", "nonsense");
    assertThat(sendFails(wrong).kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(test(wrong).name()).isEqualTo("credentials");
    assertThat(test(wrong).ok()).isFalse();
    assertThat(server.getReceivedMessages()).hasSize(1);
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() {
    MapOptions tls = options(server.getSmtps().getPort()).with("security", "tls");
    assertThat(sendFails(tls).getMessage()).contains("certification path");
    assertThat(sendFails(tls).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(test(tls).name()).isEqualTo("reachable");
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  private Check test(MapOptions options) {
    try (Destination destination = new EmailConnector().open(context(options))) {
      return destination.test().get(0);
    }
  }
}
