package dev.backfeed.driver.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The floor: prepared bodies, posted by a bare OkHttp client, each thread one after the other.
 * Arguments: URL, file of bodies (each after its length), posts, threads.
 */
final class PostLoop {
  private static final MediaType JSON = MediaType.get("application/json");

  private PostLoop() {}

  public static void main(String[] arguments) throws Exception {
    List<RequestBody> bodies = bodies(Path.of(arguments[1]));
    long posts = Long.parseLong(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    OkHttpClient client = new OkHttpClient.Builder().socketFactory(new Undelayed()).build();
    long started = System.nanoTime();
    AtomicLong next = new AtomicLong();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      done.add(
          executor.submit(
              () -> {
                for (long n = next.getAndIncrement(); n < posts; n = next.getAndIncrement()) {
                  post(client, arguments[0], bodies.get((int) (n % bodies.size())));
                }
                return null;
              }));
    }
    for (Future<?> thread : done) {
      thread.get();
    }
    Measured.print(started);
    System.exit(0);
  }

  private static void post(OkHttpClient client, String url, RequestBody body) throws IOException {
    Request request = new Request.Builder().url(url).post(body).build();
    try (Response response = client.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new IOException("answered " + response.code());
      }
    }
  }

  /** Nagle's algorithm would hold the end of each body back: no floor at all. */
  private static final class Undelayed extends SocketFactory {
    private final SocketFactory plain = SocketFactory.getDefault();

    @Override
    public Socket createSocket() throws IOException {
      Socket socket = plain.createSocket();
      socket.setTcpNoDelay(true);
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return plain.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return plain.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return plain.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return plain.createSocket(host, port, local, localPort);
    }
  }

  private static List<RequestBody> bodies(Path file) throws IOException {
    List<RequestBody> bodies = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (in.available() > 0) {
        bodies.add(RequestBody.create(in.readNBytes(in.readInt()), JSON));
      }
    }
    return bodies;
  }
}
