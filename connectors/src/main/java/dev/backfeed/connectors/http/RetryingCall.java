package dev.backfeed.connectors.http;

import dev.backfeed.connectors.http.Attempt.Answered;
import dev.backfeed.connectors.http.Attempt.NotSent;
import dev.backfeed.engine.spi.CallGate;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.RunStopped;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The only place that repeats a request. Failsafe decides whether to go on; every wait is the
 * {@link CallGate}'s, so that a pause, a cancel or a lost lease ends it. Gives back the first
 * answer that is worth reading, whatever its status, or throws what the run must know.
 */
final class RetryingCall {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /** A destination that asks for more is not waited for: the run ends as throttled. */
  static final Duration LONGEST_ASKED = Duration.ofHours(1);

  private final CallGate gate;
  private final Wire wire;
  private final Redaction redaction;
  private final int maxRetries;
  private final DoubleSupplier random;

  RetryingCall(
      CallGate gate, Wire wire, Redaction redaction, int maxRetries, DoubleSupplier random) {
    this.gate = gate;
    this.wire = wire;
    this.redaction = redaction;
    this.maxRetries = maxRetries;
    this.random = random;
  }

  /**
   * Sends the request until it is answered or hope is gone.
   *
   * @param replay whether the request itself repeats one that was refused (an expired token)
   * @throws ConnectorException what the last attempt came to
   */
  HttpAnswer send(HttpRequest request, boolean replay) {
    Progress progress = new Progress();
    Attempt last = attempts(request, replay, progress);
    if (last instanceof Answered answered && !last.retryable(request) && !last.uncertain()) {
      return progress.uncertainBefore ? answered.answer().afterUncertainty() : answered.answer();
    }
    throw givenUp(request, last, progress);
  }

  private Attempt attempts(HttpRequest request, boolean replay, Progress progress) {
    try {
      return Failsafe.with(policy(request))
          .get(
              context -> {
                boolean retry = context.getAttemptCount() > 0;
                if (retry) {
                  Attempt before = context.getLastResult();
                  boolean asked = before.busy(request) || asked(before).isPresent();
                  gate.pause(wait(before, context.getAttemptCount()), asked);
                }
                return progress.note(wire.attempt(request, retry || replay));
              });
    } catch (RunStopped e) {
      throw progress.uncertain ? e.afterUncertainty() : e;
    }
  }

  private RetryPolicy<Attempt> policy(HttpRequest request) {
    return RetryPolicy.<Attempt>builder()
        .withMaxRetries(maxRetries)
        .handleIf((attempt, thrown) -> thrown == null && attempt.retryable(request))
        .abortIf((attempt, thrown) -> asksTooMuch(attempt) || interrupted() || !gate.mayRetry())
        .build();
  }

  /** What the destination asks for, else a random part of 1, 2, 4 … 60 seconds (full jitter). */
  private Duration wait(Attempt before, int attempts) {
    return asked(before)
        .orElseGet(
            () -> {
              long most = FIRST_WAIT.toMillis() << Math.min(attempts - 1, 16);
              double limit = Math.min(most, LONGEST_WAIT.toMillis());
              return Duration.ofMillis((long) (limit * random.getAsDouble()));
            });
  }

  private static Optional<Duration> asked(Attempt attempt) {
    return attempt instanceof Answered a ? a.answer().retryAfter() : Optional.empty();
  }

  private static boolean asksTooMuch(Attempt attempt) {
    return asked(attempt).filter(d -> d.compareTo(LONGEST_ASKED) > 0).isPresent();
  }

  private static boolean interrupted() {
    return Thread.currentThread().isInterrupted();
  }

  private ConnectorException givenUp(HttpRequest request, Attempt last, Progress progress) {
    String message =
        request.method()
            + " "
            + withoutQuery(request.url())
            + " "
            + why(last)
            + (progress.attempts > 1 ? " (after " + progress.attempts + " attempts)" : "");
    return new ConnectorException(kind(request, last, progress), redaction.clean(message));
  }

  private static Kind kind(HttpRequest request, Attempt last, Progress progress) {
    if (last.busy(request)) {
      return Kind.THROTTLED;
    }
    boolean unknown =
        last instanceof Attempt.Lost
            || progress.lost
            || (progress.uncertain && !request.repeatable());
    return unknown ? Kind.UNKNOWN_OUTCOME : Kind.UNREACHABLE;
  }

  private static String why(Attempt last) {
    if (last instanceof Answered a) {
      String asks =
          a.answer().retryAfter().map(d -> ", asking to wait " + d.toSeconds() + " s").orElse("");
      return "answered " + a.answer().status() + asks + ": " + a.answer().body();
    }
    return last instanceof NotSent notSent
        ? "could not be sent: " + notSent.why()
        : "brought no answer: " + ((Attempt.Lost) last).why();
  }

  private static String withoutQuery(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  /** What is remembered of the attempts before the last. One thread. */
  private static final class Progress {
    private int attempts;
    private boolean lost;
    private boolean uncertain;
    private boolean uncertainBefore;

    Attempt note(Attempt attempt) {
      attempts++;
      uncertainBefore = uncertain;
      uncertain |= attempt.uncertain();
      lost |= attempt instanceof Attempt.Lost;
      return attempt;
    }
  }
}
