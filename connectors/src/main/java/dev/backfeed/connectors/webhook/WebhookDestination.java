package dev.backfeed.connectors.webhook;

import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.HttpCalls;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.LoopbackServer;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import dev.backfeed.engine.spi.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One endpoint. Safe for several threads. */
final class WebhookDestination implements Destination {
  private final Options options;
  private final HttpCalls calls;
  private final Redaction redaction;
  private final String url;
  private final Optional<LoopbackServer> sandbox;
  private final Map<String, URI> uris = new ConcurrentHashMap<>();

  private WebhookDestination(
      Options options,
      HttpCalls calls,
      Redaction redaction,
      String url,
      Optional<LoopbackServer> sandbox) {
    this.options = options;
    this.calls = calls;
    this.redaction = redaction;
    this.url = url;
    this.sandbox = sandbox;
  }

  static WebhookDestination to(String url, DestinationContext context) {
    Redaction redaction = new Redaction();
    HttpCalls calls = HttpCalls.open(context, redaction);
    return new WebhookDestination(context.options(), calls, redaction, url, Optional.empty());
  }

  /** The stand-in is a real HTTP server on loopback, so everything but the address is the same. */
  static WebhookDestination toSandbox(DestinationContext context) {
    Redaction redaction = new Redaction();
    WebhookSandbox standIn = new WebhookSandbox(context.sandboxRecords().get());
    LoopbackServer server = LoopbackServer.start(standIn::answer);
    HttpCalls calls = HttpCalls.toSandbox(context, redaction, server);
    String url = server.origin() + "/{object}";
    return new WebhookDestination(context.options(), calls, redaction, url, Optional.of(server));
  }

  /** Limits are kept for the host: two destinations on one host share them. */
  @Override
  public String account() {
    return sandbox.isPresent() ? "webhook:sandbox" : "webhook:" + uri("object").getAuthority();
  }

  /**
   * A webhook has no endpoint for testing, and a test must not send data: HEAD shows that somebody
   * answers there, and a key that cannot be used shows when it is used.
   */
  @Override
  public List<Check> test() {
    List<Check> checks = new ArrayList<>();
    String to = uri("object").toString();
    try {
      HttpAnswer answer = calls.send(HttpRequest.plain("HEAD", to, this::userHeaders));
      checks.add(new Check("reachable", true, "answered " + answer.status() + " to HEAD"));
      checks.add(credentials(answer.status()));
    } catch (ConnectorException e) {
      checks.add(new Check("reachable", false, e.getMessage()));
    }
    if (signs()) {
      checks.add(signing());
    }
    return checks;
  }

  private static Check credentials(int status) {
    boolean refused = status == 401 || status == 403;
    String message =
        refused
            ? "answered " + status + " to HEAD: set the header the endpoint asks for"
            : "HEAD was not refused; whether writes are shows with the first one";
    return new Check("credentials", !refused, message);
  }

  private Check signing() {
    try {
      signature();
      return new Check("signing", true, "signing_secret is a usable key");
    } catch (ConnectorException e) {
      return new Check("signing", false, e.getMessage());
    }
  }

  /** The endpoint takes whatever it is sent. */
  @Override
  public ObjectSchema describe(String object) {
    return ObjectSchema.FREE_FORM;
  }

  @Override
  public Answer write(Batch batch) {
    String body = body(batch);
    String to = uri(batch.object()).toString();
    HttpRequest request =
        HttpRequest.json(options.requiredText("method"), to, () -> headers(batch, body), body);
    // All but appending may be repeated: the manifest says so, and the key in the header too.
    boolean once = batch.operation() == Operation.APPEND && !options.flag("deduplicates");
    return answer(batch, calls.send(once ? request.notRepeatable() : request));
  }

  private String body(Batch batch) {
    if (rowByRow() && batch.changes().size() > 1) {
      throw new IllegalArgumentException("body = 'row' takes one change a write");
    }
    return rowByRow()
        ? WebhookBody.ofRow(batch, batch.changes().get(0))
        : WebhookBody.ofBatch(batch);
  }

  /** Headers that hold a secret, or are made when a request is sent, are named and not shown. */
  @Override
  public String request(Batch batch) {
    StringBuilder text = new StringBuilder(options.requiredText("method"));
    text.append(' ').append(uri(batch.object())).append('\n');
    if (sandbox.isEmpty()) {
      options
          .secretsUnder("header")
          .keySet()
          .forEach(n -> header(text, n, options.text("header." + n).orElse("(secret)")));
    }
    header(text, options.requiredText("idempotency_header"), batch.idempotencyKey());
    if (signs()) {
      header(text, "webhook-id", webhookId(batch));
      header(text, "webhook-timestamp", "(when it is sent)");
      header(text, "webhook-signature", "(when it is sent)");
    }
    header(text, "Content-Type", "application/json");
    return text.append('\n').append(body(batch)).toString();
  }

  private static void header(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append('\n');
  }

  private boolean rowByRow() {
    return rowByRow(options);
  }

  static boolean rowByRow(Options options) {
    return options.requiredText("body").equals("row");
  }

  /** Asked for anew on each attempt: the id stays, the timestamp is that of the attempt. */
  private Map<String, String> headers(Batch batch, String body) {
    Map<String, String> headers = userHeaders();
    headers.put(options.requiredText("idempotency_header"), batch.idempotencyKey());
    if (signs()) {
      String id = webhookId(batch);
      long now = Instant.now().getEpochSecond();
      headers.put("webhook-id", id);
      headers.put("webhook-timestamp", Long.toString(now));
      headers.put("webhook-signature", signature().of(id, now, body));
    }
    return headers;
  }

  /** A user's own key may hold a full stop, which a webhook-id may not. */
  private static String webhookId(Batch batch) {
    String key = batch.idempotencyKey();
    return "msg_"
        + (key.indexOf('.') < 0
            ? key
            : UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)));
  }

  private boolean signs() {
    return sandbox.isPresent() || options.has("signing_secret");
  }

  /** The sandbox is told none of the user's secrets. */
  private Map<String, String> userHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (sandbox.isPresent()) {
      return headers;
    }
    String host = uri("object").getHost();
    options
        .secretsUnder("header")
        .forEach((name, value) -> headers.put(name, revealed("header." + name, value, host)));
    return headers;
  }

  /** A plain value is no secret: taking it out of messages would only garble them. */
  private String revealed(String option, Secret value, String host) {
    return options.text(option).isPresent() ? value.revealTo(host) : redaction.reveal(value, host);
  }

  private WebhookSignature signature() {
    if (sandbox.isPresent()) {
      return WebhookSandbox.SIGNATURE;
    }
    Secret secret = options.secret("signing_secret").orElseThrow();
    return new WebhookSignature(redaction.reveal(secret, uri("object").getHost()));
  }

  /** The status is the answer for every change of the request. */
  private Answer answer(Batch batch, HttpAnswer answer) {
    if (answer.successful()) {
      return each(batch, change -> success(batch, change, answer));
    }
    if (answer.status() == 401 || answer.status() == 403) {
      throw new ConnectorException(Kind.CREDENTIALS, said(answer));
    }
    boolean gone = answer.status() == 404 || answer.status() == 410;
    if (batch.changes().size() > 1) {
      return new Answer.Refused(error(answer));
    }
    if (gone && batch.operation() == Operation.DELETE) {
      return each(batch, change -> Outcome.deleted(change.index()));
    }
    if (gone && batch.operation() == Operation.UPDATE) {
      return each(batch, change -> Outcome.missing(change.index()));
    }
    // The endpoint does not know a record of which it was sent a part: the engine sends it whole.
    return answer.status() == 404 && partOfKnown(batch.changes().get(0))
        ? each(batch, change -> Outcome.vanished(change.index(), error(answer)))
        : each(batch, change -> Outcome.failed(change.index(), error(answer)));
  }

  private static Outcome success(Batch batch, Change change, HttpAnswer answer) {
    if (batch.operation() == Operation.DELETE) {
      return Outcome.deleted(change.index());
    }
    if (batch.operation() == Operation.UPDATE) {
      return Outcome.updated(change.index(), null);
    }
    if (batch.operation() == Operation.APPEND) {
      return Outcome.created(change.index(), null);
    }
    if (batch.changes().size() > 1 && !change.known()) {
      // One status for many rows tells nothing about each: the plan does.
      return Outcome.created(change.index(), null);
    }
    if (batch.changes().size() == 1 && answer.status() == 201) {
      return Outcome.created(change.index(), null);
    }
    // An attempt whose answer was lost may have created the record from a part of the row. Only a
    // 201 would have told, so the whole row is sent to be sure.
    return answer.uncertainBefore() && partOfKnown(change)
        ? Outcome.vanished(
            change.index(), new RowError("NO_ANSWER", "", "an earlier answer was lost"))
        : Outcome.updated(change.index(), null);
  }

  private static boolean partOfKnown(Change change) {
    return change.known() && !change.whole();
  }

  private RowError error(HttpAnswer answer) {
    String code = Integer.toString(answer.status());
    String type = new WebhookConnector().manifest().errorType(code).orElse("REFUSED");
    return new RowError(type, code, said(answer));
  }

  private String said(HttpAnswer answer) {
    String body = answer.body().isBlank() ? "no message" : answer.body();
    return redaction.clean("the endpoint answered " + answer.status() + ": " + body);
  }

  private static Answer each(Batch batch, java.util.function.Function<Change, Outcome> outcomeOf) {
    return new Answer.Answered(batch.changes().stream().map(outcomeOf).toList());
  }

  private URI uri(String object) {
    return uris.computeIfAbsent(
        object, name -> URI.create(url.replace("{object}", Urls.encode(name))));
  }

  @Override
  public void close() {
    calls.close();
    sandbox.ifPresent(LoopbackServer::close);
  }
}
