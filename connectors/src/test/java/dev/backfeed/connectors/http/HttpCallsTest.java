package dev.backfeed.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.Manifest;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:00Z");
  private final MockWebServer server = new MockWebServer();
  private final FakeCallGate gate = new FakeCallGate();
  private final Redaction redaction = new Redaction();
  private EgressPolicy egress = (host, address, port) -> {};
  private Duration timeout = Duration.ofSeconds(5);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(gate.openCalls()).isZero();
  }

  @Test
  void backsOffTwiceAsLongEachTimeWithJitter() {
    answers(503, 500, 502, 504, 408, 200);
    assertThat(send(post()).status()).isEqualTo(200);
    // The test's "random" is always one half.
    assertThat(gate.pauses())
        .extracting(Duration::toMillis)
        .containsExactly(500L, 1000L, 2000L, 4000L, 8000L);
    assertThat(gate.pausesAskedFor()).isEmpty();
    assertThat(gate.calls()).isEqualTo(6);
    assertThat(gate.retries()).isEqualTo(5);
  }

  @Test
  void waitsForADateAgainstTheServersOwnClock() {
    server.enqueue(
        new MockResponse.Builder()
            .code(429)
            .addHeader("Date", "Thu, 19 Nov 2026 10:00:00 GMT")
            .addHeader("Retry-After", "Thu, 19 Nov 2026 10:02:30 GMT")
            .build());
    server.enqueue(
        new MockResponse.Builder()
            .code(503)
            .addHeader("Retry-After", "Fri, 20 Nov 2026 13:37:07 GMT")
            .build());
    answers(200);
    send(post());
    assertThat(gate.pausesAskedFor())
        .containsExactly(Duration.ofSeconds(150), Duration.ofSeconds(7));
  }

  /** OkHttp would repeat this one by itself, uncounted. */
  @Test
  void countsARetryAfterOfZero() {
    server.enqueue(new MockResponse.Builder().code(503).addHeader("Retry-After", "0").build());
    answers(200);
    send(post());
    assertThat(gate.calls()).isEqualTo(2);
    assertThat(gate.pausesAskedFor()).containsExactly(Duration.ZERO);
  }

  @Test
  void doesNotWaitForHours() {
    server.enqueue(new MockResponse.Builder().code(429).addHeader("Retry-After", "7200").build());
    ConnectorException thrown = fails(post());
    assertThat(thrown.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(thrown).hasMessageContaining("7200 s");
    assertThat(gate.pauses()).isEmpty();
  }

  @Test
  void givesUpByKind() {
    answers(429, 429, 429, 429, 429, 429);
    assertThat(fails(post()).kind()).isEqualTo(Kind.THROTTLED);
    answers(503, 503, 503, 503, 503, 503);
    assertThat(fails(post())).hasMessageContaining("after 6 attempts");
    answers(500, 500, 500, 500, 500, 500);
    assertThat(fails(post()).kind()).isEqualTo(Kind.UNREACHABLE);
    answers(500);
    assertThat(fails(post().notRepeatable()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void repeatsALostAnswerOnlyWhereAllowed() {
    resets(1);
    answers(200);
    assertThat(send(post()).uncertainBefore()).isTrue();
    resets(1);
    int before = gate.calls();
    assertThat(fails(post().notRepeatable()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(gate.calls()).isEqualTo(before + 1);
    resets(6);
    assertThat(fails(post()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void aCutOffAnswerIsALostOne() {
    server.enqueue(
        new MockResponse.Builder()
            .body("[{\"success\":true}]")
            .onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    assertThat(fails(post().notRepeatable()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void aTimeOutAfterSendingIsUnknown() {
    timeout = Duration.ofMillis(300);
    server.enqueue(new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS).build());
    assertThat(fails(post().notRepeatable()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void nobodyThereMayAlwaysBeTriedAgain() {
    HttpRequest request = post().notRepeatable();
    server.close();
    assertThat(fails(request).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(gate.calls()).isEqualTo(6);
  }

  @Test
  void keepsTheRetryBudget() {
    gate.retryBudget(2);
    answers(503, 503, 503);
    fails(post());
    assertThat(gate.calls()).isEqualTo(3);
  }

  @Test
  void aCancelEndsTheWait() {
    gate.cancelOnPause();
    answers(503, 200);
    assertThatThrownBy(() -> send(post()))
        .isInstanceOfSatisfying(
            RunStopped.class, e -> assertThat(e.uncertain()).as("refused").isFalse());
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aCancelAfterALostAnswerTellsThatItWasLost() {
    gate.cancelOnPause();
    resets(1);
    assertThatThrownBy(() -> send(post()))
        .isInstanceOfSatisfying(
            RunStopped.class, e -> assertThat(e.uncertain()).as("lost").isTrue());
  }

  @Test
  void asksForHeadersOnEachAttempt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    answers(503, 200);
    send(
        HttpRequest.json(
            "POST", url(), () -> Map.of("N", Integer.toString(asked.incrementAndGet())), "{}"));
    assertThat(server.takeRequest().getHeaders().get("N")).isEqualTo("1");
    assertThat(server.takeRequest().getHeaders().get("N")).isEqualTo("2");
  }

  @Test
  void dialsOnlyWhatThePolicyAllowsWhateverTheNameIs() {
    egress =
        (host, address, port) -> {
          throw new ConnectorException(Kind.MISCONFIGURED, host + " may not be reached");
        };
    for (String host : List.of("127.0.0.1", "localhost")) {
      String to = "http://" + host + ":" + server.getPort() + "/";
      ConnectorException thrown = fails(HttpRequest.plain("GET", to, Map::of));
      assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
      assertThat(thrown).hasMessageContaining("may not be reached");
    }
    assertThat(server.getRequestCount()).isZero();
    assertThat(gate.retries()).isZero();
  }

  @Test
  void plainHttpStaysOnThisMachine() {
    ConnectorException thrown = fails(HttpRequest.plain("GET", "http://192.0.2.1/", Map::of));
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(gate.calls()).isZero();
  }

  /** There is no option that would trust it. */
  @Test
  void aCertificateNobodyVouchesForIsRefusedBeforeAnythingIsSent() {
    HeldCertificate own =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    server.useHttps(
        new HandshakeCertificates.Builder().heldCertificate(own).build().sslSocketFactory());
    answers(200);
    ConnectorException thrown =
        fails(
            HttpRequest.plain("GET", "https://localhost:" + server.getPort() + "/", Map::of)
                .notRepeatable());
    assertThat(thrown.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(thrown).hasMessageContaining("certification path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nInjected: 1", "ü", "\u0000"})
  void headersCannotBeSplit(String value) {
    ConnectorException thrown =
        fails(HttpRequest.plain("GET", url(), () -> Map.of("X-Key", "geheim" + value)));
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(thrown).hasMessageContaining("X-Key").hasMessageNotContaining("geheim");
  }

  @Test
  void redactsWhatTheServerEchoes() {
    redaction.remember("tok/4711+abc=");
    server.enqueue(
        new MockResponse.Builder()
            .code(429)
            .addHeader("Retry-After", "9999")
            .body("quota of tok/4711+abc= (tok%2F4711%2Babc%3D) " + "x".repeat(2000))
            .build());
    ConnectorException thrown = fails(post());
    assertThat(thrown).hasMessageNotContaining("4711").hasMessageContaining(Redaction.MARK);
    assertThat(thrown.getMessage().length()).isLessThanOrEqualTo(Redaction.LONGEST);
    assertThat(thrown.getCause()).isNull();
  }

  @Test
  void renewsATokenOncePerCall() {
    AtomicInteger fetched = new AtomicInteger();
    TokenSource<String> tokens = new TokenSource<>(() -> "t" + fetched.incrementAndGet());
    answers(401, 200, 401, 401);
    try (HttpCalls calls = open()) {
      assertThat(calls.send(tokens, t -> post()).status()).isEqualTo(200);
      assertThat(calls.send(tokens, t -> post()).status()).isEqualTo(401);
    }
    assertThat(fetched).hasValue(3);
    assertThat(gate.calls()).isEqualTo(4);
  }

  private HttpRequest post() {
    return HttpRequest.json("POST", url(), Map::of, "{}");
  }

  private String url() {
    return "http://localhost:" + server.getPort() + "/x?q=1";
  }

  private void answers(int... codes) {
    for (int code : codes) {
      server.enqueue(new MockResponse.Builder().code(code).build());
    }
  }

  private void resets(int times) {
    for (int i = 0; i < times; i++) {
      server.enqueue(
          new MockResponse.Builder()
              .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
              .build());
    }
  }

  private HttpAnswer send(HttpRequest request) {
    try (HttpCalls calls = open()) {
      return calls.send(request);
    }
  }

  private ConnectorException fails(HttpRequest request) {
    ConnectorException thrown = catchThrowableOfType(ConnectorException.class, () -> send(request));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  private HttpCalls open() {
    Optional<String> none = Optional.empty();
    Manifest manifest =
        new Manifest(
            "t",
            "",
            null,
            null,
            Set.of(),
            null,
            false,
            null,
            null,
            Optional.empty(),
            null,
            Optional.empty(),
            Optional.empty(),
            none,
            null,
            null,
            false,
            false,
            false);
    MapOptions options = new MapOptions(manifest).with("timeout", timeout);
    DestinationContext context = new DestinationContext("d", options, gate, egress, () -> null);
    HttpCalls.Random fixed = new HttpCalls.Random(Clock.fixed(NOW, ZoneOffset.UTC), () -> 0.5);
    return HttpCalls.open(context, redaction, fixed);
  }
}
