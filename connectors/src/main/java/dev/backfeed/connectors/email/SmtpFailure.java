package dev.backfeed.connectors.email;

import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.RowError;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/**
 * What a failed SMTP transaction means: a fault of the message ({@link #row}), or of more than it
 * ({@link #kind}).
 */
final class SmtpFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final boolean passing;
  private final transient Optional<RowError> row;

  private SmtpFailure(Kind kind, boolean passing, Optional<RowError> row, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.passing = passing;
    this.row = row;
  }

  Kind kind() {
    return kind;
  }

  /** Whether nothing was taken and a little later it may be. */
  boolean passing() {
    return passing;
  }

  Optional<RowError> row() {
    return row;
  }

  /** A server that does not ask who we are, although somebody is to sign in. */
  static SmtpFailure withoutSignIn(String server) {
    return stop(
        Kind.CREDENTIALS, server + " offers no way to sign in: leave out username and password");
  }

  /**
   * @param begun whether the server had agreed to take the content: no answer is doubt then
   * @param last the server's last answer, 0 or less if there was none
   * @param clean puts the server's name before a text and takes secrets out of it
   */
  static SmtpFailure of(
      MessagingException e, boolean begun, int last, UnaryOperator<String> clean) {
    if (e instanceof AuthenticationFailedException) {
      String said = clean.apply("refuses to sign us in: " + e.getMessage());
      return isTransient(last) ? unreachable(said) : stop(Kind.CREDENTIALS, said);
    }
    List<SMTPAddressFailedException> addresses = refusedAddresses(e);
    if (!addresses.isEmpty()) {
      return ofRecipients(addresses, clean);
    }
    if (e instanceof SMTPSendFailedException refused && refused.getReturnCode() >= 400) {
      return ofAnswer(refused, clean);
    }
    if (begun) {
      return stop(
          Kind.UNKNOWN_OUTCOME,
          clean.apply("did not answer to a message, which may have been sent: " + why(e)));
    }
    // The library says so in words only.
    boolean unprotected = String.valueOf(e.getMessage()).contains("STARTTLS is required");
    return unprotected
        ? stop(Kind.MISCONFIGURED, clean.apply("offers no STARTTLS: set security = 'tls'"))
        : unreachable(clean.apply("cannot be used now: " + why(e)));
  }

  private static SmtpFailure ofRecipients(
      List<SMTPAddressFailedException> addresses, UnaryOperator<String> clean) {
    // What is permanent decides: without a change the message will never go to all of them.
    SMTPAddressFailedException first =
        addresses.stream()
            .filter(a -> !isTransient(a.getReturnCode()))
            .findFirst()
            .orElse(addresses.get(0));
    if (first.getReturnCode() == 421 || first.getReturnCode() < 400) {
      return unreachable(clean.apply("ends the connection: " + said(first)));
    }
    StringBuilder text = new StringBuilder("refuses");
    addresses.forEach(a -> text.append(' ').append(a.getAddress()).append(": ").append(said(a)));
    return byCode(first.getReturnCode(), clean.apply(text.toString()));
  }

  private static SmtpFailure ofAnswer(SMTPSendFailedException e, UnaryOperator<String> clean) {
    int code = e.getReturnCode();
    boolean sender = String.valueOf(e.getCommand()).startsWith("MAIL");
    if (code == 421) {
      return unreachable(clean.apply("ends the connection: " + said(e)));
    }
    if (sender && !isTransient(code) && code != 552 && !type(code).equals("CREDENTIALS")) {
      return stop(Kind.MISCONFIGURED, clean.apply("refuses the sender: " + said(e)));
    }
    return byCode(code, clean.apply("refuses the message: " + said(e)));
  }

  private static SmtpFailure byCode(int code, String message) {
    String type = type(code);
    return type.equals("CREDENTIALS")
        ? stop(Kind.CREDENTIALS, message)
        : new SmtpFailure(
            null, false, Optional.of(new RowError(type, Integer.toString(code), message)), message);
  }

  private static String type(int code) {
    return isTransient(code)
        ? "TRANSIENT"
        : EmailConnector.MANIFEST.errorType(Integer.toString(code)).orElse("REFUSED");
  }

  private static boolean isTransient(int code) {
    return code >= 400 && code < 500;
  }

  private static SmtpFailure stop(Kind kind, String message) {
    return new SmtpFailure(kind, false, Optional.empty(), message);
  }

  private static SmtpFailure unreachable(String message) {
    return new SmtpFailure(Kind.UNREACHABLE, true, Optional.empty(), message);
  }

  private static List<SMTPAddressFailedException> refusedAddresses(MessagingException e) {
    List<SMTPAddressFailedException> found = new ArrayList<>();
    for (Exception next = e; next != null; next = next(next)) {
      if (next instanceof SMTPAddressFailedException address) {
        found.add(address);
      }
    }
    return found;
  }

  private static Exception next(Exception e) {
    return e instanceof MessagingException m ? m.getNextException() : null;
  }

  private static String said(MessagingException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /** The library's words and those of what is behind them. */
  private static String why(MessagingException e) {
    StringBuilder text = new StringBuilder(said(e));
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append(": ").append(cause.getMessage());
    }
    return text.toString();
  }
}
