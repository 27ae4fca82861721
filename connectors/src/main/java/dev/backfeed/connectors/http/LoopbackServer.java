package dev.backfeed.connectors.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A small HTTP server on this machine's loopback, for sandboxes: the connector then talks to its
 * stand-in the way it talks to the vendor. Requests are handled one after another, so a stand-in
 * needs no locks.
 */
public final class LoopbackServer implements AutoCloseable {
  private final HttpServer server;

  /**
   * A request as the stand-in sees it.
   *
   * @param uri path and query
   * @param headers by lower-case name, the first of each
   */
  public record Call(String method, URI uri, Map<String, String> headers, String body) {}

  /**
   * What the stand-in answers.
   *
   * @param body JSON, or a text of its own where the headers name a Content-Type; none for 204
   */
  public record Reply(int status, Map<String, String> headers, Optional<JsonNode> body) {
    public static Reply json(int status, JsonNode body) {
      return new Reply(status, Map.of(), Optional.of(body));
    }

    /** A bare word or sentence instead of JSON. */
    public static Reply text(int status, String text) {
      return new Reply(
          status, Map.of("Content-Type", "text/plain"), Optional.of(TextNode.valueOf(text)));
    }

    public static Reply empty(int status) {
      return new Reply(status, Map.of(), Optional.empty());
    }

    /** The same with one more header. */
    public Reply with(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Reply(status, more, body);
    }
  }

  private LoopbackServer(HttpServer server) {
    this.server = server;
  }

  /** Starts a server on a free port. */
  public static LoopbackServer start(Function<Call, Reply> standIn) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> answer(exchange, standIn));
      server.start();
      return new LoopbackServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException("the sandbox could not open a port on this machine", e);
    }
  }

  /** {@code http://127.0.0.1:port}. */
  public String origin() {
    return "http://" + server.getAddress().getAddress().getHostAddress() + ":" + port();
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, Function<Call, Reply> standIn)
      throws IOException {
    try (exchange) {
      Map<String, String> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      send(
          exchange,
          reply(
              standIn,
              new Call(exchange.getRequestMethod(), exchange.getRequestURI(), headers, body)));
    }
  }

  /** A stand-in that breaks must not leave its caller waiting for an answer. */
  private static Reply reply(Function<Call, Reply> standIn, Call call) {
    try {
      return standIn.apply(call);
    } catch (RuntimeException e) {
      return Reply.json(500, Json.object().put("message", "the sandbox broke: " + e));
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (reply.body().isEmpty()) {
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    boolean json = !reply.headers().containsKey("Content-Type");
    JsonNode body = reply.body().get();
    byte[] bytes = (json ? Json.text(body) : body.asText()).getBytes(StandardCharsets.UTF_8);
    if (json) {
      exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
    }
    exchange.sendResponseHeaders(reply.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
