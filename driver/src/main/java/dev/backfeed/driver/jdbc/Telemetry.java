package dev.backfeed.driver.jdbc;

import dev.backfeed.driver.host.HostSettings;
import dev.backfeed.engine.RunListener;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Tells OpenTelemetry of one statement's runs: a span a run, and below it one a checkpoint and one
 * a call; rows, calls and runs as counters. It goes to whatever the process has set up for the
 * global API, which is nothing unless somebody did. Names no row and no value.
 */
final class Telemetry implements RunListener {
  private static final String SCOPE = "dev.backfeed";
  private static final AttributeKey<String> SYNC = AttributeKey.stringKey("backfeed.sync");
  private static final AttributeKey<String> RUN_ID = AttributeKey.stringKey("backfeed.run_id");
  private static final AttributeKey<String> STATUS = AttributeKey.stringKey("backfeed.status");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("backfeed.outcome");
  private static final AttributeKey<Boolean> RETRY = AttributeKey.booleanKey("backfeed.retry");
  private static final AttributeKey<Long> BYTES = AttributeKey.longKey("backfeed.bytes_sent");
  private static final List<String> OUTCOMES =
      List.of("created", "updated", "deleted", "skipped", "rejected", "failed", "deferred");

  /** A thread makes one call at a time. */
  private static final ThreadLocal<Span> CALL = new ThreadLocal<>();

  private final RunListener next;
  private final Tracer tracer;
  private final LongCounter runs;
  private final LongCounter rows;
  private final LongCounter calls;
  private volatile Context parent = Context.current();
  private Span run = Span.getInvalid();
  private Span checkpoint = Span.getInvalid();
  private String sync = "";

  private Telemetry(RunListener next) {
    this.next = next;
    this.tracer = GlobalOpenTelemetry.getTracer(SCOPE, BackfeedVersion.text());
    Meter meter = GlobalOpenTelemetry.getMeter(SCOPE);
    this.runs = meter.counterBuilder("backfeed.runs").setDescription("runs that ended").build();
    this.rows = meter.counterBuilder("backfeed.rows").setDescription("rows by outcome").build();
    this.calls = meter.counterBuilder("backfeed.calls").setDescription("calls made").build();
  }

  /**
   * A listener for one statement that also tells {@code next}.
   *
   * @throws SQLException {@code 22023} if the API is not on the class path
   */
  static RunListener before(RunListener next) throws SQLException {
    try {
      return new Telemetry(next);
    } catch (NoClassDefFoundError e) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          HostSettings.TELEMETRY
              + " is set and OpenTelemetry is not on the class path: add"
              + " io.opentelemetry:opentelemetry-api",
          e);
    }
  }

  @Override
  public void began(String name, String runId) {
    sync = name;
    run =
        tracer
            .spanBuilder("backfeed.run")
            .setAttribute(SYNC, name)
            .setAttribute(RUN_ID, runId)
            .startSpan();
    parent = Context.current().with(run);
    next.began(name, runId);
  }

  @Override
  public void ended(String status, Map<String, Long> counters) {
    run.setAttribute(STATUS, status);
    counters.forEach((name, value) -> run.setAttribute("backfeed." + name, value));
    if (status.equals("failed")) {
      run.setStatus(StatusCode.ERROR);
    }
    run.end();
    runs.add(1, Attributes.of(SYNC, sync, STATUS, status));
    for (String outcome : OUTCOMES) {
      rows.add(counters.getOrDefault(outcome, 0L), Attributes.of(SYNC, sync, OUTCOME, outcome));
    }
    parent = Context.current();
    next.ended(status, counters);
  }

  @Override
  public void before(Step step) {
    if (step == Step.CHECKPOINT) {
      checkpoint = tracer.spanBuilder("backfeed.checkpoint").setParent(parent).startSpan();
    }
    next.before(step);
  }

  @Override
  public void after(Step step) {
    if (step == Step.CHECKPOINT) {
      checkpoint.end();
    }
    next.after(step);
  }

  @Override
  public void callBegins(boolean retry) {
    CALL.set(
        tracer
            .spanBuilder("backfeed.call")
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(RETRY, retry)
            .startSpan());
    next.callBegins(retry);
  }

  @Override
  public void callEnded(long bytesSent) {
    Span span = CALL.get();
    if (span != null) {
      span.setAttribute(BYTES, bytesSent);
      span.end();
      CALL.remove();
    }
    calls.add(1, Attributes.of(SYNC, sync));
    next.callEnded(bytesSent);
  }

  @Override
  public void progress(Progress progress) {
    next.progress(progress);
  }
}
