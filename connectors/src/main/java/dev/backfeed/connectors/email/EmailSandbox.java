package dev.backfeed.connectors.email;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A mail server to try messages against, on this machine's loopback: keeps each message as a record
 * of each recipient, knows nobody below the domain {@code invalid}, takes {@value Addresses#MOST}
 * recipients and {@value #LARGEST} bytes. Connections are served by a thread each.
 */
final class EmailSandbox implements AutoCloseable {
  static final int LARGEST = 10 << 20;

  private final RecordStore store;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private EmailSandbox(RecordStore store, ServerSocket server) {
    this.store = store;
    this.server = server;
  }

  static EmailSandbox start(RecordStore store) {
    try {
      ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      EmailSandbox sandbox = new EmailSandbox(store, server);
      inBackground(sandbox::accept);
      return sandbox;
    } catch (IOException e) {
      throw new UncheckedIOException("the sandbox could not open a port on this machine", e);
    }
  }

  String host() {
    return server.getInetAddress().getHostAddress();
  }

  int port() {
    return server.getLocalPort();
  }

  private static void inBackground(Runnable work) {
    Thread thread = new Thread(work, "backfeed-email-sandbox");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        inBackground(() -> serve(socket));
      }
    } catch (IOException e) {
      // It was closed, and with it every connection.
      open.forEach(EmailSandbox::closeQuietly);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new Dialogue(socket).run();
    } catch (IOException e) {
      // The client is gone, which it may be at any time.
    } finally {
      open.remove(socket);
    }
  }

  /** One connection. */
  private final class Dialogue {
    private final BufferedReader in;
    private final Writer out;
    private final List<String> recipients = new ArrayList<>();
    private String sender;

    Dialogue(Socket socket) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.ISO_8859_1);
    }

    void run() throws IOException {
      say("220 sandbox ESMTP");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String word = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        say(word.equals("DATA") ? data() : answer(word, line));
        if (word.equals("QUIT")) {
          return;
        }
      }
    }

    private String answer(String word, String line) {
      return switch (word) {
        case "EHLO" -> "250-sandbox\r\n250 SIZE " + LARGEST;
        case "HELO", "NOOP" -> "250 sandbox";
        case "RSET" -> reset();
        case "MAIL" -> mail(line);
        case "RCPT" -> rcpt(line);
        case "QUIT" -> "221 bye";
        default -> "500 5.5.1 unknown command";
      };
    }

    private String mail(String line) {
      if (sender != null) {
        return "503 5.5.1 there is a sender already";
      }
      sender = address(line);
      return "250 2.1.0 ok";
    }

    private String rcpt(String line) {
      String address = address(line);
      if (sender == null) {
        return "503 5.5.1 a sender first";
      }
      if (address.toLowerCase(Locale.ROOT).endsWith("invalid")) {
        return "550 5.1.1 there is no " + address;
      }
      if (recipients.size() == Addresses.MOST) {
        return "452 4.5.3 too many recipients";
      }
      recipients.add(address);
      return "250 2.1.5 ok";
    }

    private String data() throws IOException {
      if (recipients.isEmpty()) {
        return "503 5.5.1 a recipient first";
      }
      say("354 end with a full stop");
      StringBuilder content = new StringBuilder();
      String line = in.readLine();
      for (; line != null && !line.equals("."); line = in.readLine()) {
        if (content.length() <= LARGEST) {
          content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
      }
      if (line == null) {
        throw new IOException("the client left in the middle of a message");
      }
      String answer = content.length() > LARGEST ? "552 5.3.4 too large" : keep(content.toString());
      reset();
      return answer;
    }

    private String keep(String content) throws IOException {
      try {
        ObjectNode record = record(content);
        for (String recipient : recipients) {
          String key = record.get("message_id").asText();
          store.put(recipient, List.of(new Stored(UUID.randomUUID().toString(), key, record)));
        }
        return "250 2.0.0 taken";
      } catch (MessagingException e) {
        return "554 5.6.0 unreadable message";
      }
    }

    private String reset() {
      sender = null;
      recipients.clear();
      return "250 2.0.0 ok";
    }

    private void say(String line) throws IOException {
      out.write(line + "\r\n");
      out.flush();
    }
  }

  private static String address(String line) {
    int from = line.indexOf('<');
    int to = line.indexOf('>', from + 1);
    return from < 0 || to < 0 ? "" : line.substring(from + 1, to);
  }

  private static ObjectNode record(String content) throws MessagingException, IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    MimeMessage message =
        new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    ObjectNode record = Json.object();
    record.put("from", message.getHeader("From", ", "));
    record.put("to", message.getHeader("To", ", "));
    record.put("subject", message.getSubject());
    record.put("message_id", message.getMessageID().replaceAll("[<>]", ""));
    if (message.isMimeType("multipart/*")) {
      MimeMultipart parts =
          new MimeMultipart(
              new ByteArrayDataSource(message.getRawInputStream(), message.getContentType()));
      for (int i = 0; i < parts.getCount(); i++) {
        putBody(record, parts.getBodyPart(i));
      }
    } else {
      putBody(record, message);
    }
    return record;
  }

  private static void putBody(ObjectNode record, Part part) throws MessagingException, IOException {
    String body = new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    record.put(
        part.isMimeType("text/html") ? "html" : "text",
        body.replace("\r\n", "\n").replaceAll("\n$", ""));
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up; that it does not even close changes nothing.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
