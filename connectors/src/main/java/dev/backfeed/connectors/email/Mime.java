package dev.backfeed.connectors.email;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A message in the form it travels, made before a server is asked for, and that tells whether its
 * content was asked for. Bodies are given as bytes, so that no content handler has to be found by a
 * class name in a file, which would not be there under our packages. One thread.
 */
final class Mime extends MimeMessage {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  private final String messageId;
  private byte[] rendered;
  private boolean begun;

  private Mime(Session session, String messageId) {
    super(session);
    this.messageId = messageId;
  }

  static Mime of(EmailMessage message, InternetAddress from, Session session)
      throws MessagingException {
    Mime mime = new Mime(session, message.messageId());
    mime.setFrom(from);
    mime.setRecipients(Message.RecipientType.TO, message.to().toArray(new InternetAddress[0]));
    mime.setSubject(message.subject(), StandardCharsets.UTF_8.name());
    mime.setHeader("Date", DATE.format(OffsetDateTime.now(ZoneOffset.UTC)));
    // Out-of-office replies are not for machines (RFC 3834).
    mime.setHeader("Auto-Submitted", "auto-generated");
    if (message.text().isPresent() && message.html().isPresent()) {
      mime.setDataHandler(alternatives(message));
    } else if (message.html().isPresent()) {
      setBody(mime, message.html().get(), "html");
    } else {
      setBody(mime, message.text().orElseThrow(), "plain");
    }
    mime.saveChanges();
    mime.render();
    return mime;
  }

  /** Its size in bytes. */
  int length() {
    return rendered.length;
  }

  /** Whether the server may have the content, or a part of it. */
  boolean begun() {
    return begun;
  }

  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", "<" + messageId + ">");
  }

  /** Asked for by the transport once the server has agreed to take the content. */
  @Override
  public void writeTo(OutputStream out, String[] ignoredHeaders)
      throws IOException, MessagingException {
    if (rendered == null) {
      super.writeTo(out, ignoredHeaders);
    } else {
      begun = true;
      out.write(rendered);
    }
  }

  private void render() throws MessagingException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writeTo(out, null);
    } catch (IOException e) {
      throw new MessagingException("the message could not be written", e);
    }
    rendered = out.toByteArray();
  }

  /** The plain text first: the last one that can be shown is shown. */
  private static DataHandler alternatives(EmailMessage message) throws MessagingException {
    MimeMultipart parts = new MimeMultipart("alternative");
    MimeBodyPart text = new MimeBodyPart();
    setBody(text, message.text().orElseThrow(), "plain");
    MimeBodyPart html = new MimeBodyPart();
    setBody(html, message.html().orElseThrow(), "html");
    parts.addBodyPart(text);
    parts.addBodyPart(html);
    return new DataHandler(parts, parts.getContentType()) {
      @Override
      public void writeTo(OutputStream out) throws IOException {
        try {
          parts.writeTo(out);
        } catch (MessagingException e) {
          throw new IOException(e);
        }
      }
    };
  }

  private static void setBody(MimePart part, String body, String subtype)
      throws MessagingException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    part.setDataHandler(
        new DataHandler(new ByteArrayDataSource(bytes, "text/" + subtype + "; charset=UTF-8")));
  }
}
