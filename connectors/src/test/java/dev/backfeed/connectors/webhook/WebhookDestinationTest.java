package dev.backfeed.connectors.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookDestinationTest {
  private static final String KEY = "whsec_YmFja2ZlZWQgc2lnbmluZyBrZXkgZm9yIHRlc3RzIDE=";
  private final MockWebServer server = new MockWebServer();
  private final FakeCallGate gate = new FakeCallGate();
  private final Changes changes = new Changes("id");

  @BeforeEach
  void start() {
    WebhookContractTest.start(server);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(gate.openCalls()).isZero();
  }

  @Test
  void sendsOneChangeAsDocumented() throws Exception {
    server.enqueue(new MockResponse.Builder().code(201).build());
    MapOptions options =
        options()
            .with("method", "PUT")
            .with("header.X-Team", "gtm")
            .withSecret("header.X-Key", "k-1");
    Answer answer = write(options, Operation.UPSERT, added("a'1", "Ada"));
    assertThat(outcomes(answer))
        .extracting(Outcome::status)
        .containsExactly(Outcome.Status.CREATED);
    RecordedRequest request = server.takeRequest();
    assertThat(request.getRequestLine()).isEqualTo("PUT /in/my%20contacts HTTP/1.1");
    assertThat(request.getBody().utf8())
        .isEqualTo(
            "{\"operation\":\"upsert\",\"object\":\"my contacts\",\"key\":{\"id\":\"a'1\"},"
                + "\"fields\":{\"name\":\"Ada\"},\"whole\":true}");
    assertThat(request.getHeaders().get("Content-Type")).startsWith("application/json");
    assertThat(request.getHeaders().get("X-Team")).isEqualTo("gtm");
    assertThat(request.getHeaders().get("X-Key")).isEqualTo("k-1");
    assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo("key-1");
    assertThat(request.getHeaders().get("webhook-id")).isNull();
    assertThat(gate.bytes()).isEqualTo(request.getBodySize());
  }

  @Test
  void anUpdateOfWhatIsNotThereIsMissing() throws Exception {
    for (int status : new int[] {200, 404, 410}) {
      server.enqueue(new MockResponse.Builder().code(status).build());
    }
    Change clear = changes.left("a", Changes.node().putNull("name"), null);
    List<Outcome.Status> statuses = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      statuses.add(outcomes(write(options(), Operation.UPDATE, clear)).get(0).status());
    }
    assertThat(statuses)
        .containsExactly(Outcome.Status.UPDATED, Outcome.Status.MISSING, Outcome.Status.MISSING);
    assertThat(server.takeRequest().getBody().utf8())
        .isEqualTo(
            "{\"operation\":\"update\",\"object\":\"my contacts\",\"key\":{\"id\":\"a\"},"
                + "\"fields\":{\"name\":null},\"whole\":false}");
  }

  @Test
  void showsWhatItWouldSendWithoutItsSecrets() {
    MapOptions options =
        options()
            .with("header.X-Team", "gtm")
            .withSecret("header.X-Key", "k-1")
            .withSecret("signing_secret", KEY);
    Batch batch = new Batch(Operation.UPSERT, "contacts", List.of(added("a", "Ada")), "key-1");
    try (Destination destination = open(options)) {
      assertThat(destination.request(batch))
          .isEqualTo(
              """
              POST http://127.0.0.1:%d/in/contacts
              X-Key: (secret)
              X-Team: gtm
              Idempotency-Key: key-1
              webhook-id: msg_key-1
              webhook-timestamp: (when it is sent)
              webhook-signature: (when it is sent)
              Content-Type: application/json

              {"operation":"upsert","object":"contacts","key":{"id":"a"},"fields":{"name":"Ada"},"whole":true}"""
                  .formatted(server.getPort()));
    }
    assertThat(gate.calls()).isZero();
  }

  @Test
  void sendsABatchAndADeletionAsDocumented() throws Exception {
    server.enqueue(new MockResponse.Builder().code(200).build());
    server.enqueue(new MockResponse.Builder().code(204).build());
    MapOptions options = options().with("body", "batch");
    write(options, Operation.UPSERT, added("a", "Ada"), added("b", "Bo"));
    write(options, Operation.DELETE, changes.removed("a", null), changes.removed("b", null));
    assertThat(server.takeRequest().getBody().utf8())
        .isEqualTo(
            "{\"operation\":\"upsert\",\"object\":\"my contacts\",\"changes\":["
                + "{\"key\":{\"id\":\"a\"},\"fields\":{\"name\":\"Ada\"},\"whole\":true},"
                + "{\"key\":{\"id\":\"b\"},\"fields\":{\"name\":\"Bo\"},\"whole\":true}]}");
    assertThat(server.takeRequest().getBody().utf8())
        .isEqualTo(
            "{\"operation\":\"delete\",\"object\":\"my contacts\",\"changes\":["
                + "{\"key\":{\"id\":\"a\"}},{\"key\":{\"id\":\"b\"}}]}");
  }

  @Test
  void appendsUnderAKeyOfEachRow() throws Exception {
    server.enqueue(new MockResponse.Builder().code(200).build());
    Change change = added("a", "Ada");
    Answer answer = write(options().with("body", "batch"), Operation.APPEND, change);
    assertThat(outcomes(answer)).containsExactly(Outcome.created(0, null));
    assertThat(server.takeRequest().getBody().utf8())
        .isEqualTo(
            "{\"operation\":\"append\",\"object\":\"my contacts\",\"changes\":[{\"key\":{\"id\":\"a\"},"
                + "\"idempotency_key\":\""
                + change.idempotencyKey()
                + "\",\"fields\":{\"name\":\"Ada\"},\"whole\":true}]}");
  }

  @Test
  void whatIsAppendedIsRepeatedOnlyWhereTheEndpointDropsRepetitions() {
    for (int i = 0; i < 3; i++) {
      server.enqueue(
          new MockResponse.Builder()
              .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
              .build());
    }
    server.enqueue(new MockResponse.Builder().code(201).build());
    ConnectorException lost =
        catchThrowableOfType(
            ConnectorException.class, () -> write(options(), Operation.APPEND, added("a", "Ada")));
    assertThat(lost.kind()).isEqualTo(ConnectorException.Kind.UNKNOWN_OUTCOME);
    assertThat(server.getRequestCount()).isEqualTo(1);
    MapOptions deduplicates = options().with("deduplicates", true);
    assertThat(new WebhookConnector().takesIdempotencyKey(options())).isFalse();
    assertThat(new WebhookConnector().takesIdempotencyKey(deduplicates)).isTrue();
    Answer answer = write(deduplicates, Operation.APPEND, added("a", "Ada"));
    assertThat(outcomes(answer)).containsExactly(Outcome.created(0, null));
    assertThat(server.getRequestCount()).isEqualTo(4);
  }

  @Test
  void signsEachAttemptUnderOneId() throws Exception {
    server.enqueue(new MockResponse.Builder().code(503).build());
    server.enqueue(new MockResponse.Builder().code(200).build());
    write(options().withSecret("signing_secret", KEY), Operation.UPSERT, added("a", "Ada"));
    RecordedRequest first = server.takeRequest();
    RecordedRequest second = server.takeRequest();
    for (RecordedRequest request : List.of(first, second)) {
      long time = Long.parseLong(request.getHeaders().get("webhook-timestamp"));
      String id = request.getHeaders().get("webhook-id");
      String header = request.getHeaders().get("webhook-signature");
      assertThat(id).isEqualTo("msg_key-1");
      assertThat(new WebhookSignature(KEY).accepts(header, id, time, request.getBody().utf8()))
          .isTrue();
    }
    assertThat(gate.retries()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400,VALIDATION",
    "404,NOT_FOUND",
    "409,CONFLICT",
    "410,NOT_FOUND",
    "413,TOO_LARGE",
    "422,VALIDATION",
    "418,REFUSED",
    "501,UNSUPPORTED"
  })
  void aRefusalIsTheRowsOwn(int status, String type) {
    server.enqueue(new MockResponse.Builder().code(status).body("no such luck").build());
    Outcome outcome = outcomes(write(options(), Operation.UPSERT, added("a", "Ada"))).get(0);
    assertThat(outcome.status()).isEqualTo(Outcome.Status.FAILED);
    assertThat(outcome.error().orElseThrow().type()).isEqualTo(type);
    assertThat(outcome.error().orElseThrow().code()).isEqualTo(Integer.toString(status));
    assertThat(outcome.error().orElseThrow().message()).contains("no such luck");
    assertThat(gate.calls()).isEqualTo(1);
  }

  @Test
  void aRefusedBatchIsRefusedWhole() {
    server.enqueue(new MockResponse.Builder().code(413).build());
    MapOptions options = options().with("body", "batch");
    assertThat(write(options, Operation.UPSERT, added("a", "Ada"), added("b", "Bo")))
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void aPartOfAnUnknownRecordHasVanished() {
    server.enqueue(new MockResponse.Builder().code(404).build());
    Change part = changes.changed("a", Changes.node().put("name", "Ada"), null);
    assertThat(outcomes(write(options(), Operation.UPSERT, part)).get(0).status())
        .isEqualTo(Outcome.Status.VANISHED);
  }

  /** The lost attempt may have made a record of a part; "updated" would hide it. */
  @Test
  void anUpdateAfterALostAnswerIsSentWhole() {
    server.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    server.enqueue(new MockResponse.Builder().code(200).build());
    Change part = changes.changed("a", Changes.node().put("name", "Ada"), null);
    assertThat(outcomes(write(options(), Operation.UPSERT, part)).get(0).status())
        .isEqualTo(Outcome.Status.VANISHED);
  }

  @ParameterizedTest
  @CsvSource({"404", "410", "200", "204"})
  void whatIsGoneIsDeleted(int status) {
    server.enqueue(new MockResponse.Builder().code(status).build());
    assertThat(
            outcomes(write(options(), Operation.DELETE, changes.removed("a", null)))
                .get(0)
                .status())
        .isEqualTo(Outcome.Status.DELETED);
  }

  @Test
  void aRedirectIsNotFollowed() {
    server.enqueue(
        new MockResponse.Builder()
            .code(302)
            .addHeader("Location", "http://169.254.169.254/")
            .build());
    ConnectorException refused =
        catchThrowableOfType(
            ConnectorException.class, () -> write(options(), Operation.UPSERT, added("a", "Ada")));
    assertThat(refused.kind()).isEqualTo(ConnectorException.Kind.MISCONFIGURED);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization",
    "Cookie",
    "X-Api-Key",
    "x-auth-token",
    "Proxy-Authorization",
    "My-Secret"
  })
  void keysInPlainHeadersAreRefused(String header) {
    assertThatThrownBy(() -> open(options().with("header." + header, "v-4711")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("header." + header)
        .hasMessageContaining("SECRET")
        .hasMessageNotContaining("v-4711");
    open(options().withSecret("header." + header, "v-4711")).close();
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com/in,https",
    "https://user:pw-4711@example.com/in,SECRET",
    "https://example.com/in?api_key=pw-4711,SECRET",
    "example.com/in,absolute",
    "ftp://example.com/in,https"
  })
  void unsafeUrlsAreRefused(String url, String says) {
    assertThatThrownBy(
            () -> open(new MapOptions(new WebhookConnector().manifest()).with("url", url)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(says)
        .hasMessageNotContaining("pw-4711");
  }

  @Test
  void testSaysWhatCannotBeReached() {
    server.close();
    try (Destination closed = open(options().withSecret("signing_secret", "whsec_c2hvcnQ="))) {
      assertThat(closed.test()).noneMatch(c -> c.ok()).hasSize(2);
    }
  }

  private MapOptions options() {
    return new MapOptions(new WebhookConnector().manifest())
        .with("url", "http://127.0.0.1:" + server.getPort() + "/in/{object}");
  }

  private Destination open(MapOptions options) {
    return new WebhookConnector()
        .open(
            new DestinationContext(
                "hook",
                options,
                gate,
                (host, address, port) -> {},
                () -> {
                  throw new AssertionError("no sandbox here");
                }));
  }

  private Change added(String key, String name) {
    return changes.added(key, Changes.node().put("name", name));
  }

  private Answer write(MapOptions options, Operation operation, Change... rows) {
    List<Change> indexed = new ArrayList<>();
    List.of(rows).forEach(c -> indexed.add(c.at(indexed.size())));
    try (Destination destination = open(options)) {
      return destination.write(new Batch(operation, "my contacts", indexed, "key-1"));
    }
  }

  private static List<Outcome> outcomes(Answer answer) {
    return ((Answer.Answered) answer).outcomes();
  }
}
