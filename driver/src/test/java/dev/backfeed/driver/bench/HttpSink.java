package dev.backfeed.driver.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The cheapest HTTP server there is: reads a request, answers 200, after a while if asked to. Keeps
 * the first bodies, so that another client can post the same. A thread a connection.
 */
final class HttpSink implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int KEPT = 2_000;
  private static final long KEPT_BYTES = 64L << 20;

  private final ServerSocket server;
  private final LongAdder requests = new LongAdder();
  private final List<byte[]> bodies = new ArrayList<>();
  private long keptBytes;
  private volatile long delayMs;

  HttpSink() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/rows";
  }

  /** Every answer takes this long from now on. */
  void delay(long milliseconds) {
    delayMs = milliseconds;
  }

  /** Requests since the last look. */
  long requests() {
    return requests.sumThenReset();
  }

  /** Forgets the bodies it has kept and keeps new ones. */
  void forgetBodies() {
    synchronized (bodies) {
      bodies.clear();
      keptBytes = 0;
    }
  }

  List<byte[]> bodies() {
    synchronized (bodies) {
      return List.copyOf(bodies);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        thread(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed: there is nothing more to serve.
      Thread.currentThread().interrupt();
    }
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "http-sink");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      OutputStream out = socket.getOutputStream();
      byte[] body;
      while ((body = request(in)) != null) {
        requests.increment();
        keep(body);
        if (delayMs > 0) {
          Thread.sleep(delayMs);
        }
        out.write(ANSWER);
      }
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(byte[] body) {
    if (keptBytes < KEPT_BYTES && bodies.size() < KEPT) {
      synchronized (bodies) {
        bodies.add(body);
        keptBytes += body.length;
      }
    }
  }

  /** The body of the next request; null at the end of the connection. */
  private static byte[] request(InputStream in) throws IOException {
    int length = 0;
    String line = line(in);
    while (line != null && !line.isEmpty()) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).trim());
      }
      line = line(in);
    }
    return line == null ? null : in.readNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
