package dev.backfeed.connectors.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema.Field;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what Slack's answers come to. */
class SlackExchangeTest {
  private final ScriptedSlack slack = new ScriptedSlack();

  @AfterEach
  void close() {
    slack.close();
  }

  @Test
  void postsAMessageAndRemembersItsId() {
    slack.answers(200, SlackContractTest.OK);
    ObjectNode row = text("sync done").put("unfurl_links", false).putNull("thread_ts");
    row.set("blocks", Changes.json("[{\"type\":\"divider\"}]"));
    Outcome outcome = slack.send(slack.withToken(), "C0123ABCD", row);
    assertThat(outcome).isEqualTo(Outcome.created(0, "C0123ABCD/1760000000.000100"));
    RecordedRequest request = slack.asked();
    assertThat(request.getRequestLine()).startsWith("POST /api/chat.postMessage ");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer xoxb-BACKFEED-SECRET");
    assertThat(request.getHeaders().get("Content-Type"))
        .isEqualTo("application/json; charset=utf-8");
    assertThat(Json.parse(request.getBody().utf8()).orElseThrow())
        .isEqualTo(
            Changes.json(
                "{\"channel\":\"C0123ABCD\",\"text\":\"sync done\",\"unfurl_links\":false,"
                    + "\"blocks\":[{\"type\":\"divider\"}],\"mrkdwn\":false}"));
  }

  @Test
  void plainTextIsShownAsItIsAndMarkupGoesAsWritten() {
    slack.answers(200, SlackContractTest.OK);
    slack.answers(200, SlackContractTest.OK);
    ObjectNode row = text("<!channel> a & b > c &amp; *d*");
    slack.send(slack.withToken(), "#health", row);
    assertThat(slack.askedJson())
        .isEqualTo(
            Json.object()
                .put("channel", "#health")
                .put("text", "&lt;!channel&gt; a &amp; b &gt; c &amp;amp; *d*")
                .put("mrkdwn", false));
    slack.send(slack.withToken().with("format", "mrkdwn"), "#health", row);
    assertThat(slack.askedJson())
        .isEqualTo(
            Json.object().put("channel", "#health").put("text", "<!channel> a & b > c &amp; *d*"));
  }

  @Test
  void aRowMayNameItsChannelAndAKeyMayBeAField() {
    slack.answers(200, SlackContractTest.OK);
    ObjectNode row = text("hello").put("channel", "U0AAAAAAA");
    assertThat(slack.send(slack.withToken(), "*", row).status()).isEqualTo(Status.CREATED);
    assertThat(slack.askedJson().get("channel").asText()).isEqualTo("U0AAAAAAA");
    assertThat(slack.send(slack.withToken(), "*", text("to whom?")).error().orElseThrow().message())
        .isEqualTo("the row has no channel");
    slack.answers(200, "{\"ok\":false,\"error\":\"channel_not_found\"}");
    Outcome lost = slack.send(slack.withToken(), "*", row);
    assertThat(lost.status()).isEqualTo(Status.FAILED);
    assertThat(lost.error().orElseThrow().type()).isEqualTo("NOT_FOUND");
  }

  @Test
  void whatMakesNoMessageIsNotSent() {
    assertFails(Changes.node(), "VALIDATION", "neither text nor blocks");
    assertFails(text("a").put("txet", "b"), "VALIDATION", "no field \"txet\"");
    assertFails(text("a").put("channel", "#other"), "VALIDATION", "no field \"channel\"");
    assertFails(text("a").put("unfurl_links", "yes"), "VALIDATION", "neither true nor false");
    assertFails(text("a").put("blocks", "[nonsense"), "VALIDATION", "no JSON array");
    assertFails(text("&".repeat(8_001)), "TOO_LARGE", "40005 characters as it is sent");
    assertThat(slack.requests()).isZero();
    assertThat(slack.gate.calls()).isZero();
  }

  private void assertFails(ObjectNode row, String type, String words) {
    Outcome outcome = slack.send(slack.withToken(), "#health", row);
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.error().orElseThrow().type()).isEqualTo(type);
    assertThat(outcome.error().orElseThrow().message()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "msg_too_long, TOO_LARGE",
    "invalid_blocks, VALIDATION",
    "no_text, VALIDATION",
    "something_new, REFUSED"
  })
  void anErrorInASuccessFailsTheRow(String code, String type) {
    slack.answers(200, "{\"ok\":false,\"error\":\"" + code + "\"}");
    Outcome outcome = slack.send(slack.withToken(), "#health", text("a"));
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.error().orElseThrow().type()).isEqualTo(type);
    assertThat(outcome.error().orElseThrow().code()).isEqualTo(code);
    assertThat(slack.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "invalid_auth, CREDENTIALS",
    "token_revoked, CREDENTIALS",
    "missing_scope, CREDENTIALS",
    "is_archived, MISCONFIGURED",
    "not_in_channel, MISCONFIGURED",
    "restricted_action, MISCONFIGURED",
    "fatal_error, UNKNOWN_OUTCOME",
    "internal_error, UNKNOWN_OUTCOME"
  })
  void someErrorsConcernMoreThanTheRow(String code, Kind kind) {
    slack.answers(
        200,
        "{\"ok\":false,\"error\":\"" + code + "\",\"needed\":\"chat:write\",\"provided\":\"\"}");
    ConnectorException thrown = sendFails(slack.withToken());
    assertThat(thrown.kind()).isEqualTo(kind);
    assertThat(thrown).hasMessageContaining(code).hasMessageContaining("chat:write");
    assertThat(slack.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ratelimited", "rate_limited", "service_unavailable"})
  void notNowIsAskedAgain(String code) {
    slack.enqueue(
        new MockResponse.Builder()
            .addHeader("Retry-After", 3)
            .body("{\"ok\":false,\"error\":\"" + code + "\"}")
            .build());
    slack.answers(200, SlackContractTest.OK);
    Outcome outcome = slack.send(slack.withToken(), "#health", text("a"));
    assertThat(outcome.status()).isEqualTo(Status.CREATED);
    assertThat(slack.gate.pausesAskedFor()).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void throttledToTheEndIsSaid() {
    for (int i = 0; i < 2; i++) {
      slack.enqueue(new MockResponse.Builder().code(429).addHeader("Retry-After", 1).build());
    }
    assertThat(sendFails(slack.withToken().with("max_retries", 1)).kind())
        .isEqualTo(Kind.THROTTLED);
  }

  @Test
  void whatMayHaveBeenPostedIsNotPostedAgain() {
    slack.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    assertThat(sendFails(slack.withToken()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    slack.answers(502, "<html>bad gateway</html>");
    assertThat(sendFails(slack.withToken()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    slack.answers(200, "<html>a proxy's page</html>");
    assertThat(sendFails(slack.withToken()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    slack.answers(500, "rollup_error");
    assertThat(sendFails(slack.withWebhook()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(slack.requests()).isEqualTo(4);
  }

  @Test
  void messagesToAChannelAreASecondApart() {
    try (Destination destination = slack.open(slack.withToken().with("format", "mrkdwn"))) {
      for (String channel : List.of("#a", "#a", "#b", "#a")) {
        slack.answers(200, SlackContractTest.OK);
        slack.send(destination, channel, text("hi"));
      }
    }
    List<Duration> waits = slack.gate.pauses();
    assertThat(waits).hasSize(2);
    assertThat(waits.get(0)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    assertThat(waits.get(1)).isBetween(Duration.ofMillis(1001), Duration.ofSeconds(2));
  }

  @Test
  void aWebhookIsToldWhatItKnows() {
    slack.answers(200, "ok");
    Outcome outcome = slack.send(slack.withWebhook(), "oncall", text("a > b"));
    assertThat(outcome).isEqualTo(Outcome.created(0, null));
    RecordedRequest request = slack.asked();
    assertThat(request.getRequestLine()).startsWith("POST " + ScriptedSlack.PATH + " ");
    assertThat(request.getHeaders().get("Authorization")).isNull();
    assertThat(request.getBody().utf8()).isEqualTo("{\"text\":\"a &gt; b\",\"mrkdwn\":false}");
    try (Destination destination = slack.open(slack.withWebhook())) {
      assertThat(destination.describe("oncall").fields())
          .extracting(Field::name)
          .contains("text", "blocks")
          .doesNotContain("username", "channel");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, action_prohibited, CREDENTIALS",
    "403, invalid_token, CREDENTIALS",
    "404, no_service, CREDENTIALS",
    "404, <html>not found</html>, CREDENTIALS",
    "404, channel_not_found, MISCONFIGURED",
    "410, channel_is_archived, MISCONFIGURED",
    "400, posting_to_general_channel_denied, MISCONFIGURED"
  })
  void aWebhookThatIsGoneStopsTheRun(int status, String body, Kind kind) {
    slack.answers(status, body);
    ConnectorException thrown = sendFails(slack.withWebhook());
    assertThat(thrown.kind()).isEqualTo(kind);
    assertThat(thrown.getMessage()).doesNotContain("BACKFEEDSECRET");
  }

  @Test
  void aWebhooksRefusalOfAMessageFailsTheRow() {
    slack.answers(400, "invalid_payload");
    Outcome outcome = slack.send(slack.withWebhook(), "oncall", text("a"));
    assertThat(outcome.error().orElseThrow().type()).isEqualTo("VALIDATION");
    slack.answers(418, "I am a teapot");
    outcome = slack.send(slack.withWebhook(), "oncall", text("a"));
    assertThat(outcome.error().orElseThrow().type()).isEqualTo("REFUSED");
  }

  @Test
  void aWebhooksAddressIsASecretAndGoesWhereItBelongs() {
    slack.answers(503, "down");
    ConnectorException down = sendFails(slack.withWebhook().with("max_retries", 0));
    assertThat(down.getMessage()).contains("503").doesNotContain("BACKFEEDSECRET", "T01");
    for (String url :
        List.of(
            "https://evil.example/BACKFEEDSECRET",
            slack.origin() + "@evil.example/BACKFEEDSECRET",
            slack.origin() + ScriptedSlack.PATH + "?BACKFEEDSECRET",
            "not a url BACKFEEDSECRET")) {
      ConnectorException thrown = sendFails(slack.options().withSecret("webhook_url", url));
      assertThat(thrown.kind()).as(url).isEqualTo(Kind.MISCONFIGURED);
      assertThat(thrown.getMessage()).doesNotContain("BACKFEEDSECRET");
    }
    try (Destination destination = slack.open(slack.withWebhook())) {
      assertThat(destination.request(slack.batch("oncall", text("a"))))
          .startsWith("POST " + slack.origin() + "/services/(secret)\n")
          .doesNotContain("Authorization", "BACKFEEDSECRET");
    }
  }

  @Test
  void theTestSignsInAndPostsNothing() {
    slack.answers(200, "{\"ok\":true,\"team\":\"Acme\",\"user\":\"bot\"}");
    slack.answers(200, "{\"ok\":false,\"error\":\"account_inactive\"}");
    assertThat(test(slack.withToken()))
        .isEqualTo(new Check("credentials", true, "signed in to Acme as bot"));
    assertThat(slack.asked().getRequestLine()).startsWith("GET /api/auth.test ");
    assertThat(test(slack.withToken()).message()).isEqualTo("Slack answered 200: account_inactive");
    assertThat(test(slack.withWebhook()).ok()).isTrue();
    MapOptions elsewhere = slack.options().withSecret("webhook_url", "https://evil.example/x");
    assertThat(test(elsewhere).ok()).isFalse();
    assertThat(slack.requests()).isEqualTo(2);
  }

  private Check test(MapOptions options) {
    try (Destination destination = slack.open(options)) {
      return destination.test().get(0);
    }
  }

  @Test
  void optionsAndObjectsThatCannotWorkAreRefused() {
    assertThatThrownBy(() -> slack.open(slack.options()))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("token = SECRET");
    assertThatThrownBy(() -> slack.open(slack.withToken().withSecret("webhook_url", "x")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("exclude each other");
    assertThatThrownBy(() -> slack.open(slack.withToken().with("base_url", "http://slack.com")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("https://");
    try (Destination destination = slack.open(slack.withToken())) {
      assertThatThrownBy(() -> destination.describe("# health"))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("\"# health\" is no channel");
      assertThat(destination.describe("*").field("channel").orElseThrow().required()).isTrue();
      assertThat(destination.account()).startsWith("slack:127.0.0.1:").endsWith("/alerts");
    }
  }

  private ConnectorException sendFails(MapOptions options) {
    ConnectorException thrown =
        catchThrowableOfType(
            ConnectorException.class, () -> slack.send(options, "#health", text("a")));
    assertThat(thrown).isNotNull();
    assertThat(thrown.getMessage()).doesNotContain("BACKFEED-SECRET", "BACKFEEDSECRET");
    return thrown;
  }

  private static ObjectNode text(String text) {
    return Changes.node().put("text", text);
  }
}
