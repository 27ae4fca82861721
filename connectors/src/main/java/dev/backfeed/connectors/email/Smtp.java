package dev.backfeed.connectors.email;

import dev.backfeed.connectors.http.GuardedSockets;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.RowError;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Hands messages in: one SMTP transaction is one call, and is tried again where nothing can have
 * been taken. Connections are kept for the next message. Safe for several threads.
 */
final class Smtp implements AutoCloseable {
  private static final long FIRST_PAUSE_MS = 200;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final SmtpServer server;
  private final Session session;
  private final SignIn signIn;
  private final CallGate gate;
  private final Redaction redaction;
  private final int maxRetries;
  private final ConcurrentLinkedDeque<SMTPTransport> idle = new ConcurrentLinkedDeque<>();

  /** Who signs in; resolves its secret when asked. */
  interface SignIn {
    /** Null where nobody does. */
    String user();

    /** Null where nobody does. */
    String password();
  }

  Smtp(
      SmtpServer server,
      Session session,
      SignIn signIn,
      CallGate gate,
      Redaction redaction,
      int maxRetries) {
    this.server = server;
    this.session = session;
    this.signIn = signIn;
    this.gate = gate;
    this.redaction = redaction;
    this.maxRetries = maxRetries;
  }

  /** What messages are made with. */
  Session session() {
    return session;
  }

  /**
   * Connects and signs in, and sends nothing.
   *
   * @throws ConnectorException if that does not work
   */
  void greet() {
    Optional<RowError> refused = attempts(null);
    refused.ifPresent(
        e -> {
          throw new ConnectorException(Kind.MISCONFIGURED, e.message());
        });
  }

  /**
   * Sends a message to its recipients, all or none.
   *
   * @return why the server does not take it; empty if it did
   * @throws ConnectorException what concerns more than this message, or {@code UNKNOWN_OUTCOME}
   */
  Optional<RowError> send(Mime message) {
    return attempts(message);
  }

  private Optional<RowError> attempts(Mime message) {
    for (int retry = 0; ; retry++) {
      try {
        attempt(message, retry > 0);
        return Optional.empty();
      } catch (SmtpFailure e) {
        if (e.row().isPresent()) {
          return e.row();
        }
        if (!e.passing() || retry >= maxRetries || !gate.mayRetry()) {
          throw new ConnectorException(e.kind(), e.getMessage());
        }
        long most = Math.min(FIRST_PAUSE_MS << Math.min(retry, 16), LONGEST_PAUSE_MS);
        gate.pause(Duration.ofMillis(most), false);
      }
    }
  }

  private void attempt(Mime message, boolean retry) throws SmtpFailure {
    // Before the gate: a secret without value is no call.
    String user = signIn.user();
    String password = signIn.password();
    gate.beforeCall(retry);
    SMTPTransport transport = null;
    boolean inOrder = false;
    try {
      transport = idle.pollFirst();
      if (transport == null || !transport.isConnected()) {
        transport = new SMTPTransport(session, new URLName("smtp", null, -1, null, null, null));
        transport.connect(server.host(), server.port(), user, password);
        // The library goes on without; whoever is to sign in must not find out by a refused sender.
        if (user != null && !transport.supportsExtension("AUTH")) {
          throw SmtpFailure.withoutSignIn(server.toString());
        }
      }
      if (message != null) {
        transport.sendMessage(message, message.getAllRecipients());
      }
      inOrder = true;
    } catch (MessagingException e) {
      GuardedSockets.rethrowRefusal(e);
      boolean begun = message != null && message.begun();
      int last = transport == null ? 0 : transport.getLastReturnCode();
      throw SmtpFailure.of(e, begun, last, text -> redaction.clean(server + " " + text));
    } finally {
      if (inOrder) {
        idle.addFirst(transport);
      } else {
        closeQuietly(transport);
      }
      gate.afterCall(message == null ? 0 : message.length());
    }
  }

  private static void closeQuietly(SMTPTransport transport) {
    if (transport == null) {
      return;
    }
    try {
      transport.close();
    } catch (MessagingException e) {
      // It is given up; that it does not even close changes nothing.
    }
  }

  @Override
  public void close() {
    for (SMTPTransport t = idle.pollFirst(); t != null; t = idle.pollFirst()) {
      closeQuietly(t);
    }
  }
}
