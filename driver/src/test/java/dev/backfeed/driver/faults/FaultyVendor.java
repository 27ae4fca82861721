package dev.backfeed.driver.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One server that takes Salesforce's upserts and the webhook's batches, keeps a record a key, and
 * answers its next writes as told. Safe for several threads.
 */
final class FaultyVendor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DESCRIBE =
      """
      {"name":"Contact","fields":[
        {"name":"Ext__c","type":"string","length":36,"createable":true,"updateable":true,
         "nillable":true,"externalId":true,"caseSensitive":true},
        {"name":"LastName","type":"string","length":80,"createable":true,"updateable":true,
         "nillable":false}]}""";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Deque<String> faults = new ArrayDeque<>();
  private final Map<String, String> records = new TreeMap<>();
  private int tokens;

  FaultyVendor() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /**
   * How the next writes are answered; {@code ok} for truthfully. {@code lost}, {@code half}, {@code
   * slow} and {@code garbage} are applied, a status is not; {@code inside} applies all but the
   * first record. A status may be followed by a {@code Retry-After}.
   */
  synchronized void next(List<String> answers) {
    faults.addAll(answers);
  }

  /** Names by key. */
  synchronized Map<String, String> records() {
    return new TreeMap<>(records);
  }

  /** How often somebody signed in. */
  synchronized int tokens() {
    return tokens;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/token")) {
        send(exchange, 200, token());
      } else if (path.endsWith("/describe")) {
        send(exchange, 200, DESCRIBE);
      } else {
        write(exchange, JSON.readTree(body));
      }
    }
  }

  private synchronized String token() {
    tokens++;
    return "{\"access_token\":\"t" + tokens + "\",\"instance_url\":\"" + origin() + "\"}";
  }

  private void write(HttpExchange exchange, JsonNode body) throws IOException {
    String fault = fault();
    if (Character.isDigit(fault.charAt(0))) {
      refuse(exchange, fault.split(" ", 2));
      return;
    }
    String answer = apply(body, fault.equals("inside"));
    switch (fault) {
      case "lost" -> {
        return;
      }
      case "half" -> {
        exchange.sendResponseHeaders(200, answer.length());
        exchange.getResponseBody().write(answer.substring(0, 1).getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
      case "garbage" -> send(exchange, 200, "<html>[{\"success\":true,");
      case "slow" -> {
        sleep();
        send(exchange, 200, answer);
      }
      default -> send(exchange, 200, answer);
    }
  }

  private synchronized String fault() {
    String next = faults.poll();
    return next == null ? "ok" : next;
  }

  private static void refuse(HttpExchange exchange, String[] fault) throws IOException {
    if (fault.length > 1) {
      String wait =
          fault[1].equals("date")
              ? DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2))
              : fault[1];
      exchange.getResponseHeaders().add("Retry-After", wait);
    }
    send(
        exchange,
        Integer.parseInt(fault[0]),
        "[{\"message\":\"as told\",\"errorCode\":\"AS_TOLD\"}]");
  }

  private synchronized String apply(JsonNode body, boolean butTheFirst) {
    ArrayNode results = JSON.createArrayNode();
    for (JsonNode record : body.path("records")) {
      ObjectNode result = results.addObject();
      if (butTheFirst && results.size() == 1) {
        result.put("success", false);
        result.putArray("errors").addObject().put("statusCode", "STRING_TOO_LONG");
        continue;
      }
      String key = record.path("Ext__c").asText();
      boolean created = records.put(key, record.path("LastName").asText()) == null;
      result.put("id", "003" + key).put("success", true).put("created", created);
    }
    for (JsonNode change : body.path("changes")) {
      records.put(
          change.path("key").path("Ext__c").asText(),
          change.path("fields").path("LastName").asText());
    }
    return results.toString();
  }

  private static void sleep() {
    try {
      Thread.sleep(1_500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) {
    try {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
