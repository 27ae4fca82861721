package dev.backfeed.driver.kill;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A destination that outlives the processes that write to it: takes the webhook's batches and keeps
 * a record a key. A batch with a part of a record that it does not have is refused with 404 and not
 * applied, as the webhook's page asks. Safe for several threads.
 */
final class RecordServer implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Map<Long, ObjectNode> records = new TreeMap<>();
  private final List<Long> times = new ArrayList<>();
  private int atOnce;
  private int mostAtOnce;
  private int requests;
  private long changes;
  private int loseEvery = Integer.MAX_VALUE;
  private int hookAt;
  private Runnable hook = () -> {};

  RecordServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/{object}";
  }

  /** Applies every n-th request from now on and gives it no answer. */
  synchronized void loseEvery(int n) {
    loseEvery = n;
    restart();
  }

  /** Answers everything, and counts from 0. */
  synchronized void answerAll() {
    loseEvery(Integer.MAX_VALUE);
  }

  /** Runs something once the n-th request from now was applied, before it is answered. */
  synchronized void after(int n, Runnable what) {
    hookAt = n;
    hook = what;
    restart();
  }

  private void restart() {
    requests = 0;
    changes = 0;
  }

  /** Changes applied since the count began. */
  synchronized long changes() {
    return changes;
  }

  /** The records by key, each as {@code name|score}. */
  synchronized Map<Long, String> records() {
    Map<Long, String> texts = new TreeMap<>();
    records.forEach(
        (key, fields) ->
            texts.put(
                key,
                fields.path("name").asText(null)
                    + "|"
                    + Model.plain(fields.path("score").asText())));
    return texts;
  }

  /** When requests came, by {@link System#nanoTime}. */
  synchronized List<Long> times() {
    return List.copyOf(times);
  }

  /** The most requests that were there at a time. */
  synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  private void answer(HttpExchange exchange) throws IOException {
    arrived();
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      int status = apply(body);
      left();
      if (status > 0) {
        exchange.sendResponseHeaders(status, -1);
      }
    }
  }

  private synchronized void arrived() {
    times.add(System.nanoTime());
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
  }

  private synchronized void left() {
    atOnce--;
  }

  /** The status to answer with; 0 for none. */
  private synchronized int apply(JsonNode body) {
    requests++;
    boolean delete = body.path("operation").asText().equals("delete");
    for (JsonNode change : body.path("changes")) {
      boolean part = !delete && !change.path("whole").asBoolean();
      if (part && !records.containsKey(key(change))) {
        return 404;
      }
    }
    for (JsonNode change : body.path("changes")) {
      apply(change, delete);
    }
    if (requests == hookAt) {
      hook.run();
    }
    return requests % loseEvery == 0 ? 0 : 200;
  }

  private void apply(JsonNode change, boolean delete) {
    changes++;
    if (delete) {
      records.remove(key(change));
    } else {
      ObjectNode record = records.computeIfAbsent(key(change), key -> JSON.createObjectNode());
      record.setAll((ObjectNode) change.path("fields"));
    }
  }

  private static long key(JsonNode change) {
    return change.path("key").path("id").asLong();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
