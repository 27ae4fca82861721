package dev.backfeed.connectors.http;

import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.EgressPolicy;
import dev.backfeed.engine.spi.Options;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * What a connector sends its requests with. Retries, waits, limits, time-outs, the egress policy
 * and redaction are dealt with behind it; the connector reads answers. Reads the options {@code
 * timeout} and {@code max_retries}, which every type has. Safe for several threads; closed by
 * whoever opened it.
 */
public final class HttpCalls implements AutoCloseable {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
  private static final BigDecimal USUAL_RETRIES = BigDecimal.valueOf(5);

  private final Wire wire;
  private final RetryingCall retrying;

  private HttpCalls(
      Options options, CallGate gate, EgressPolicy egress, Redaction redaction, Random random) {
    Duration timeout = options.duration("timeout").orElse(USUAL_TIMEOUT);
    int retries = options.number("max_retries").orElse(USUAL_RETRIES).intValue();
    this.wire = new Wire(gate, egress, timeout, random.clock());
    this.retrying = new RetryingCall(gate, wire, redaction, retries, random.number());
  }

  /** What differs between one run and the next; tests fix it. */
  record Random(Clock clock, DoubleSupplier number) {}

  /** Calls under the host's own egress policy. */
  public static HttpCalls open(DestinationContext context, Redaction redaction) {
    return open(context, redaction, systemRandom());
  }

  static HttpCalls open(DestinationContext context, Redaction redaction, Random random) {
    return new HttpCalls(context.options(), context.gate(), context.egress(), redaction, random);
  }

  /** Calls to a stand-in in this process and to nothing else, whatever the host's policy says. */
  public static HttpCalls toSandbox(
      DestinationContext context, Redaction redaction, LoopbackServer sandbox) {
    EgressPolicy sandboxOnly =
        (host, address, port) -> {
          if (!address.isLoopbackAddress() || port != sandbox.port()) {
            throw new ConnectorException(
                Kind.MISCONFIGURED, host + " is not the sandbox: nothing leaves this machine");
          }
        };
    return new HttpCalls(context.options(), context.gate(), sandboxOnly, redaction, systemRandom());
  }

  private static Random systemRandom() {
    return new Random(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Sends a request until it is answered: every answer but those that mean "not now", of whatever
   * status, is given back.
   *
   * @throws ConnectorException {@code UNREACHABLE}, {@code THROTTLED} or {@code UNKNOWN_OUTCOME}
   *     when retries are used up; {@code MISCONFIGURED} for a redirect or an address that may not
   *     be dialled
   */
  public HttpAnswer send(HttpRequest request) {
    return send(request, false);
  }

  /**
   * Sends a request with a token; when that is answered by 401, once more with a newer token. The
   * second answer is given back whatever it is.
   */
  public <T> HttpAnswer send(TokenSource<T> tokens, Function<T, HttpRequest> request) {
    T token = tokens.current();
    HttpAnswer answer = send(request.apply(token), false);
    return answer.status() == 401 ? send(request.apply(tokens.newerThan(token)), true) : answer;
  }

  private HttpAnswer send(HttpRequest request, boolean replay) {
    HttpAnswer answer = retrying.send(request, replay);
    if (answer.status() >= 300
        && answer.status() < 400
        && answer.headers().containsKey("location")) {
      throw new ConnectorException(
          Kind.MISCONFIGURED,
          "the destination answered "
              + answer.status()
              + " and points elsewhere; redirects are not followed: write the final address");
    }
    return answer;
  }

  @Override
  public void close() {
    wire.close();
  }
}
