package dev.backfeed.connectors.email;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLSocketFactory;

/**
 * A mail server that answers as it is told, and remembers the lines it was sent: those of a message
 * are joined. {@code DROP} ends the connection without an answer.
 */
final class ScriptedSmtp implements AutoCloseable {
  static final String DROP = "drop";

  /** Every line that was received, over all connections. */
  final List<String> received = new CopyOnWriteArrayList<>();

  private final ServerSocket server;
  private final SSLSocketFactory tls;
  private final Map<String, LinkedBlockingQueue<String>> answers = new ConcurrentHashMap<>();
  private volatile List<String> extensions = List.of();

  ScriptedSmtp(SSLSocketFactory tls) {
    this.tls = tls;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::accept, "scripted-smtp");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** What EHLO offers, {@code AUTH PLAIN} for instance. */
  ScriptedSmtp offers(String... extension) {
    extensions = List.of(extension);
    return this;
  }

  /** The next answer to a line that begins so; what is not scripted is agreed to. */
  ScriptedSmtp on(String begin, String answer) {
    answers.computeIfAbsent(begin, b -> new LinkedBlockingQueue<>()).add(answer);
    return this;
  }

  List<String> received(String begin) {
    return received.stream().filter(line -> line.startsWith(begin)).toList();
  }

  private void accept() {
    try {
      while (true) {
        serve(server.accept());
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket plain) {
    try (Socket socket = plain) {
      talk(socket, true);
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private void talk(Socket socket, boolean greets) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    if (greets && !say(socket, answer("GREETING", "220 scripted"))) {
      return;
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      received.add(line);
      String usual = line.startsWith("EHLO") ? ehlo() : line.equals("DATA") ? "354 go" : "250 ok";
      String answer = answer(line, line.equals("STARTTLS") ? "220 go" : usual);
      if (!say(socket, answer)) {
        return;
      }
      if (line.equals("STARTTLS") && answer.startsWith("220")) {
        talk(tls.createSocket(socket, null, false), false);
        return;
      }
      if (answer.startsWith("354") && !content(socket, in)) {
        return;
      }
    }
  }

  private String ehlo() {
    StringBuilder lines = new StringBuilder("250-scripted\r\n");
    extensions.forEach(e -> lines.append("250-").append(e).append("\r\n"));
    return lines.append("250 HELP").toString();
  }

  private boolean content(Socket socket, BufferedReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      lines.add(line);
    }
    received.add(String.join("\n", lines));
    return say(socket, answer(".", "250 taken"));
  }

  private String answer(String line, String usual) {
    for (Map.Entry<String, LinkedBlockingQueue<String>> scripted : answers.entrySet()) {
      if (line.startsWith(scripted.getKey()) && !scripted.getValue().isEmpty()) {
        return scripted.getValue().remove();
      }
    }
    return usual;
  }

  private static boolean say(Socket socket, String answer) throws IOException {
    if (answer.equals(DROP)) {
      return false;
    }
    socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return true;
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
