package dev.backfeed.driver.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * {@code /health} and {@code /metrics} on loopback: 200 or 503, and numbers as Prometheus reads
 * them. Nothing in them names a row or a secret.
 */
final class HealthServer implements AutoCloseable {
  private final HttpServer server;
  private final Agent agent;

  private HealthServer(HttpServer server, Agent agent) {
    this.server = server;
    this.agent = agent;
  }

  /**
   * Listens.
   *
   * @param port 0 for any that is free
   * @throws IOException if the port is taken
   */
  static HealthServer start(Agent agent, int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    HealthServer health = new HealthServer(server, agent);
    server.createContext("/health", health::health);
    server.createContext("/metrics", health::metrics);
    server.start();
    return health;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void health(HttpExchange exchange) throws IOException {
    boolean healthy = agent.metrics().healthy();
    answer(
        exchange,
        healthy ? 200 : 503,
        "application/json",
        "{\"status\":\"%s\",\"agent\":\"%s\"}"
            .formatted(healthy ? "ok" : "no contact with the warehouse", agent.id())
            .getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    writer.write(out, agent.metrics().snapshots());
    answer(exchange, 200, writer.getContentType(), out.toByteArray());
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
