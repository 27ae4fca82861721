package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.EgressPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * Puts a request on the wire once, and tells what came of it. The one factory of OkHttp clients: no
 * redirects, no retries of OkHttp's own, TLS 1.2 or newer with host names checked, plain HTTP to
 * this machine only, each dialled address checked, a proxy only where the JVM's own properties name
 * one. Safe for several threads.
 */
final class Wire implements AutoCloseable {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int LARGEST_ANSWER = 64 << 20;

  /** Where a {@code Retry-After} is kept from OkHttp, which repeats a 503 with 0 by itself. */
  private static final String KEPT_RETRY_AFTER = "Backfeed-Retry-After";

  private final OkHttpClient secure;
  private final OkHttpClient plain;
  private final CallGate gate;
  private final EgressPolicy egress;
  private final Clock clock;
  private volatile Target lastTarget;

  /**
   * @param timeout of one attempt as a whole, from its name look-up to the last byte of the answer
   */
  Wire(CallGate gate, EgressPolicy egress, Duration timeout, Clock clock) {
    this.gate = gate;
    this.egress = egress;
    this.clock = clock;
    this.secure = client(egress, timeout);
    this.plain =
        secure
            .newBuilder()
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .socketFactory(new GuardedSockets(egress, true))
            .build();
  }

  private static OkHttpClient client(EgressPolicy egress, Duration timeout) {
    Duration connect = timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT;
    return new OkHttpClient.Builder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
        .socketFactory(new GuardedSockets(egress, false))
        .connectionPool(new ConnectionPool(8, 1, TimeUnit.MINUTES))
        .connectTimeout(connect)
        .readTimeout(timeout)
        .writeTimeout(timeout)
        .callTimeout(timeout)
        .eventListenerFactory(Wire::listener)
        .addNetworkInterceptor(chain -> keepRetryAfter(chain.proceed(chain.request())))
        .build();
  }

  private static Response keepRetryAfter(Response response) {
    String value = response.header(RetryAfter.HEADER);
    return value == null
        ? response
        : response
            .newBuilder()
            .removeHeader(RetryAfter.HEADER)
            .header(KEPT_RETRY_AFTER, value)
            .build();
  }

  /** Notices the moment from which a request may have been seen by the other side. */
  private static final class Sent extends EventListener {
    private volatile boolean begun;

    @Override
    public void requestHeadersStart(Call call) {
      begun = true;
    }
  }

  private static EventListener listener(Call call) {
    Sent sent = call.request().tag(Sent.class);
    return sent == null ? EventListener.NONE : sent;
  }

  /**
   * One attempt, announced to the gate.
   *
   * @throws ConnectorException if the request may not go there
   */
  Attempt attempt(HttpRequest request, boolean retry) {
    Target target = target(request.url());
    gate.beforeCall(retry);
    Sent sent = new Sent();
    byte[] body = request.body().map(b -> b.getBytes(StandardCharsets.UTF_8)).orElse(null);
    try (Response response =
        target.client().newCall(onWire(target, request, body, sent)).execute()) {
      return new Attempt.Answered(read(response));
    } catch (IOException e) {
      GuardedSockets.rethrowRefusal(e);
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return sent.begun ? new Attempt.Lost(why) : new Attempt.NotSent(why);
    } finally {
      gate.afterCall(body == null ? 0 : body.length);
    }
  }

  /** Where calls go, mostly the same as the last one. */
  private record Target(String text, HttpUrl url, OkHttpClient client) {}

  private Target target(String url) {
    Target last = lastTarget;
    if (last != null && last.text().equals(url)) {
      return last;
    }
    URI uri = URI.create(url);
    if (!Urls.safe(uri)) {
      throw new ConnectorException(
          Kind.MISCONFIGURED, "host " + uri.getHost() + ": only https:// may leave this machine");
    }
    OkHttpClient client = uri.getScheme().equalsIgnoreCase("https") ? secure : plain;
    Target target = new Target(url, HttpUrl.get(url), client);
    if (secure.proxySelector().select(uri).stream().anyMatch(p -> p.type() != Proxy.Type.DIRECT)) {
      checkBehindProxy(uri);
    } else {
      lastTarget = target;
    }
    return target;
  }

  /** The socket sees the proxy's address only, so the target is checked here. */
  private void checkBehindProxy(URI uri) {
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        egress.check(uri.getHost(), address, uri.getPort() < 0 ? 443 : uri.getPort());
      }
    } catch (UnknownHostException e) {
      // A name that only the proxy can resolve cannot be checked here; the proxy's rules hold.
      return;
    }
  }

  private static Request onWire(Target target, HttpRequest request, byte[] bytes, Sent sent) {
    RequestBody body =
        bytes == null ? null : RequestBody.create(bytes, type(request.contentType()));
    Request.Builder wire = new Request.Builder().url(target.url()).tag(Sent.class, sent);
    wire.method(request.method(), body).header("User-Agent", "backfeed");
    request.headers().get().forEach((name, value) -> wire.header(name, checked(name, value)));
    return wire.build();
  }

  private static MediaType type(String contentType) {
    return contentType.equals("application/json") ? JSON : MediaType.get(contentType);
  }

  /** OkHttp's own complaint would quote the value. */
  private static String checked(String name, String value) {
    if (value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 127))) {
      return value;
    }
    throw new ConnectorException(
        Kind.MISCONFIGURED, "header \"" + name + "\" holds a character that headers may not have");
  }

  private HttpAnswer read(Response response) throws IOException {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach(h -> headers.put(h.getFirst().toLowerCase(Locale.ROOT), h.getSecond()));
    String asked = headers.remove(KEPT_RETRY_AFTER.toLowerCase(Locale.ROOT));
    okhttp3.Headers all = response.headers();
    if (asked != null) {
      headers.put("retry-after", asked);
      all = all.newBuilder().set(RetryAfter.HEADER, asked).build();
    }
    String body = text(response.body());
    return new HttpAnswer(
        response.code(), headers, body, RetryAfter.of(all, clock.instant()), false);
  }

  private static String text(ResponseBody body) throws IOException {
    MediaType type = body.contentType();
    Charset charset = type == null ? null : type.charset(StandardCharsets.UTF_8);
    try (InputStream in = body.byteStream()) {
      byte[] bytes = in.readNBytes(LARGEST_ANSWER + 1);
      if (bytes.length > LARGEST_ANSWER) {
        throw new IOException("the answer is larger than " + (LARGEST_ANSWER >> 20) + " MiB");
      }
      return new String(bytes, charset == null ? StandardCharsets.UTF_8 : charset);
    }
  }

  @Override
  public void close() {
    secure.connectionPool().evictAll();
  }
}
