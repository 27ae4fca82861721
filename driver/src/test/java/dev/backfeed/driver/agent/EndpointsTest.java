package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent tells of itself, and how it is told that it cannot. */
class EndpointsTest {
  @TempDir Path folder;

  @Test
  void tellsHealthAndNumbers() throws Exception {
    int port = freePort();
    try (AgentScene scene = AgentScene.on(Warehouses.DUCKDB, folder)) {
      scene.sync("people", "");
      try (Connection agent = scene.agent("backfeed.agent.port", String.valueOf(port))) {
        assertThat(scene.answered(scene.request("SYNC NOW people"))).isEqualTo("succeeded");

        AgentScene.await(() -> get(port, "/metrics").body().contains("backfeed_rows_in_state"));
        assertThat(get(port, "/health").statusCode()).isEqualTo(200);
        assertThat(get(port, "/metrics").body())
            .contains("backfeed_agent_tasks_total{kind=\"request\",status=\"succeeded\"} 1.0")
            .contains("backfeed_rows_total{outcome=\"created\",sync=\"people\"} 2.0")
            .contains("backfeed_rows_in_state{sync=\"people\"}");
        assertThat(agent.isClosed()).isFalse();
      }
      assertThatThrownBy(() -> get(port, "/health")).isInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void aPortThatIsTakenIsSaidWhenConnecting() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        AgentScene scene = AgentScene.on(Warehouses.DUCKDB, folder)) {
      String port = String.valueOf(taken.getLocalPort());
      assertThatThrownBy(() -> scene.agent("backfeed.agent.port", port))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
          .hasMessageContaining("backfeed.agent.port " + port);
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() throws Exception {
    try (AgentScene scene = AgentScene.on(Warehouses.DUCKDB, folder)) {
      assertThatThrownBy(() -> scene.agent("backfeed.agent.requests", "some"))
          .hasMessageContaining("run, define or all");
      assertThatThrownBy(() -> scene.agent("backfeed.agent.requests", "define"))
          .hasMessageContaining("backfeed.agent.define_to");
      assertThatThrownBy(() -> scene.agent("backfeed.agent.runs", "0"))
          .hasMessageContaining("1 to 64");
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
