package dev.backfeed.connectors.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.model.block.Blocks;
import com.slack.api.model.block.DividerBlock;
import com.slack.api.webhook.Payload;
import com.slack.api.webhook.WebhookResponse;
import dev.backfeed.connectors.http.LoopbackServer;
import dev.backfeed.engine.spi.RecordStore.Stored;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stand-in as Slack's own client sees it. */
class SlackSandboxTest {
  private final MemoryRecordStore store = new MemoryRecordStore();
  private final AtomicLong nanos = new AtomicLong();
  private final LoopbackServer server =
      LoopbackServer.start(new SlackSandbox(store, nanos::get)::answer);
  private final Slack slack = Slack.getInstance(config());

  @AfterEach
  void close() throws Exception {
    slack.close();
    server.close();
  }

  private SlackConfig config() {
    SlackConfig config = new SlackConfig();
    config.setMethodsEndpointUrlPrefix(server.origin() + "/api/");
    return config;
  }

  @Test
  void takesWhatTheVendorsClientSends() throws Exception {
    MethodsClient client = slack.methods(SlackSandbox.TOKEN);
    assertThat(client.authTest(r -> r).getTeam()).isEqualTo("the sandbox");
    ChatPostMessageResponse posted =
        client.chatPostMessage(
            r ->
                r.channel("#health")
                    .text("Zoë & co.")
                    .blocks(Blocks.asBlocks(new DividerBlock()))
                    .unfurlLinks(false));
    assertThat(posted.isOk()).isTrue();
    assertThat(posted.getTs()).matches("\\d{10}\\.\\d{6}");
    assertThat(posted.getChannel()).startsWith("C");
    assertThat(posted.getMessage().getText()).isEqualTo("Zoë & co.");
    List<Stored> kept = store.all("#health");
    assertThat(kept).extracting(Stored::id).containsExactly(posted.getTs());
    assertThat(kept.get(0).record().get("blocks").get(0).get("type").asText()).isEqualTo("divider");
  }

  @Test
  void refusesAsTheVendorDoes() throws Exception {
    assertThat(slack.methods("xoxb-other").authTest(r -> r).getError()).isEqualTo("invalid_auth");

    MethodsClient client = slack.methods(SlackSandbox.TOKEN);
    assertThat(client.chatPostMessage(r -> r.channel("#a")).getError()).isEqualTo("no_text");
    assertThat(client.chatPostMessage(r -> r.channel("No Such").text("a")).getError())
        .isEqualTo("channel_not_found");
    String tooLong = "x".repeat(40_001);
    assertThat(client.chatPostMessage(r -> r.channel("#a").text(tooLong)).getError())
        .isEqualTo("msg_too_long");
    assertThat(store.count("#a")).isZero();
  }

  @Test
  void takesABurstAndThenAMessageASecond() throws Exception {
    MethodsClient client = slack.methods(SlackSandbox.TOKEN);
    for (int i = 0; i < SlackSandbox.BURST; i++) {
      assertThat(client.chatPostMessage(r -> r.channel("#a").text("a")).isOk()).isTrue();
    }
    assertThatThrownBy(() -> client.chatPostMessage(r -> r.channel("#a").text("a")))
        .isInstanceOfSatisfying(
            SlackApiException.class,
            e -> {
              assertThat(e.getResponse().code()).isEqualTo(429);
              assertThat(e.getResponse().header("Retry-After")).isEqualTo("1");
            });
    assertThat(client.chatPostMessage(r -> r.channel("#b").text("a")).isOk()).isTrue();
    nanos.addAndGet(1_000_000_000);
    assertThat(client.chatPostMessage(r -> r.channel("#a").text("a")).isOk()).isTrue();
  }

  @Test
  void theWebhookTakesWhatTheVendorsClientSends() throws Exception {
    String url = server.origin() + SlackSandbox.WEBHOOK;
    WebhookResponse sent = slack.send(url, Payload.builder().text("hi").build());
    assertThat(sent.getCode()).isEqualTo(200);
    assertThat(sent.getBody()).isEqualTo("ok");
    WebhookResponse refused = slack.send(url, Payload.builder().build());
    assertThat(refused.getCode()).isEqualTo(400);
    assertThat(refused.getBody()).isEqualTo("no_text");
    assertThat(store.all("webhook")).hasSize(1);
  }
}
