package dev.backfeed.connectors.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.HttpCalls;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.slack.SlackMessage.Unsendable;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RowError;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One workspace, through a bot's token, or one channel through its webhook. Thread-safe. */
final class SlackDestination implements Destination {
  private static final String JSON_TYPE = "application/json; charset=utf-8";

  private final String name;
  private final Options options;
  private final HttpCalls calls;
  private final Redaction redaction;
  private final String origin;
  private final Optional<LoopbackServer> sandbox;
  private final ChannelPace pace;
  private final boolean webhook;

  private SlackDestination(
      DestinationContext context,
      HttpCalls calls,
      Redaction redaction,
      String origin,
      Optional<LoopbackServer> sandbox) {
    this.name = context.name();
    this.options = context.options();
    this.calls = calls;
    this.redaction = redaction;
    this.origin = origin;
    this.sandbox = sandbox;
    this.pace = new ChannelPace(context.gate(), System::nanoTime);
    this.webhook = options.has("webhook_url");
  }

  /**
   * @param origin scheme, host and port of the Web API, or of webhooks
   */
  static SlackDestination to(String origin, DestinationContext context) {
    Redaction redaction = new Redaction();
    HttpCalls calls = HttpCalls.open(context, redaction);
    return new SlackDestination(context, calls, redaction, origin, Optional.empty());
  }

  static SlackDestination toSandbox(DestinationContext context) {
    Redaction redaction = new Redaction();
    SlackSandbox standIn = new SlackSandbox(context.sandboxRecords().get(), System::nanoTime);
    LoopbackServer server = LoopbackServer.start(standIn::answer);
    HttpCalls calls = HttpCalls.toSandbox(context, redaction, server);
    return new SlackDestination(context, calls, redaction, server.origin(), Optional.of(server));
  }

  /** Which workspace a token is for only Slack could tell, so limits are kept for the name. */
  @Override
  public String account() {
    return sandbox.isPresent()
        ? "slack:sandbox"
        : "slack:" + URI.create(origin).getAuthority() + "/" + name;
  }

  @Override
  public List<Check> test() {
    return List.of(webhook ? testWebhook() : testToken());
  }

  private Check testToken() {
    try {
      HttpAnswer answer =
          calls.send(
              HttpRequest.plain("GET", origin + "/api/auth.test", this::headers)
                  .busyWhen(SlackDestination::busy));
      JsonNode json = answer.json().orElse(Json.object());
      boolean ok = answer.successful() && json.path("ok").asBoolean();
      String message =
          ok
              ? "signed in to %s as %s"
                  .formatted(json.path("team").asText(), json.path("user").asText())
              : said(answer, code(answer));
      return new Check("credentials", ok, redaction.clean(message));
    } catch (ConnectorException e) {
      return new Check("credentials", false, e.getMessage());
    }
  }

  /** A webhook can only be tried with a message, and a test must not send one. */
  private Check testWebhook() {
    try {
      webhookUrl();
      return new Check(
          "credentials", true, "webhook_url is an address at " + origin + "; nothing was posted");
    } catch (ConnectorException e) {
      return new Check("credentials", false, e.getMessage());
    }
  }

  @Override
  public ObjectSchema describe(String object) {
    if (!webhook && object.chars().anyMatch(Character::isWhitespace)) {
      throw new ConnectorException(
          Kind.MISCONFIGURED,
          "\""
              + object
              + "\" is no channel: write its id, \"#name\", or \"*\" for a channel a row");
    }
    return SlackMessage.schema(webhook, object);
  }

  /** One message a request; never repeated where it may have been posted. */
  @Override
  public Answer write(Batch batch) {
    if (batch.changes().size() > 1) {
      throw new IllegalArgumentException("slack takes one change a write");
    }
    ObjectNode message;
    try {
      message = message(batch);
    } catch (Unsendable e) {
      return answered(Outcome.failed(0, e.error()));
    }
    String url = webhook ? webhookUrl() : postMessage();
    HttpRequest request =
        new HttpRequest(
            "POST",
            url,
            this::headers,
            JSON_TYPE,
            Optional.of(Json.text(message)),
            false,
            SlackDestination::busy);
    pace.await(webhook ? "" : message.get("channel").textValue());
    HttpAnswer answer = calls.send(request);
    return answered(webhook ? fromWebhook(answer) : fromApi(answer, batch.object()));
  }

  @Override
  public String request(Batch batch) {
    StringBuilder text = new StringBuilder("POST ");
    text.append(webhook ? origin + "/services/(secret)" : postMessage()).append('\n');
    if (!webhook) {
      text.append("Authorization: Bearer (secret)\n");
    }
    text.append("Content-Type: ").append(JSON_TYPE).append("\n\n");
    try {
      return text.append(Json.text(message(batch))).toString();
    } catch (Unsendable e) {
      return "not sent: " + e.getMessage();
    }
  }

  private ObjectNode message(Batch batch) throws Unsendable {
    boolean plain = options.requiredText("format").equals("plain");
    return SlackMessage.of(batch.changes().get(0), batch.object(), webhook, plain);
  }

  private String postMessage() {
    return origin + "/api/chat.postMessage";
  }

  /** The sandbox is told none of the user's secrets. */
  private Map<String, String> headers() {
    if (webhook) {
      return Map.of();
    }
    String token =
        sandbox.isPresent()
            ? SlackSandbox.TOKEN
            : redaction.reveal(options.secret("token").orElseThrow(), URI.create(origin).getHost());
    return Map.of("Authorization", "Bearer " + token.strip());
  }

  /**
   * The address, which is the secret: it goes to the origin it is for and is quoted nowhere.
   *
   * @throws ConnectorException {@code MISCONFIGURED} if it is no address there
   */
  private String webhookUrl() {
    if (sandbox.isPresent()) {
      return origin + SlackSandbox.WEBHOOK;
    }
    String host = URI.create(origin).getHost();
    String url = redaction.reveal(options.secret("webhook_url").orElseThrow(), host).strip();
    if (!url.startsWith(origin + "/") || !url.matches("[!-~]+") || url.matches(".*[?#\\\\].*")) {
      throw new ConnectorException(
          Kind.MISCONFIGURED,
          "the secret of option \"webhook_url\" is no address that begins with "
              + origin
              + "/: copy it from the app's page, or name its host in base_url");
    }
    redaction.remember(url.substring(origin.length()));
    return url;
  }

  /** Answers with status 200 that mean "not now, and nothing was posted". */
  private static boolean busy(HttpAnswer answer) {
    return answer.status() == 200 && type(code(answer)).equals("TRANSIENT");
  }

  /** Success is what the body says; the status is 200 for most errors. */
  private Outcome fromApi(HttpAnswer answer, String object) {
    JsonNode json = answer.json().orElse(Json.object());
    if (answer.successful() && json.path("ok").asBoolean()) {
      String ts = json.path("ts").asText();
      return Outcome.created(0, ts.isEmpty() ? null : json.path("channel").asText() + "/" + ts);
    }
    return refused(answer, code(answer), object.equals(SlackMessage.ANY_CHANNEL));
  }

  private Outcome fromWebhook(HttpAnswer answer) {
    return answer.successful() && answer.body().strip().equals("ok")
        ? Outcome.created(0, null)
        : refused(answer, code(answer), false);
  }

  /**
   * What an error means.
   *
   * @param ownChannel whether the row named the channel itself, whose trouble is then its own
   */
  private Outcome refused(HttpAnswer answer, String code, boolean ownChannel) {
    String type = type(code);
    String said = said(answer, code);
    boolean target = type.equals("NOT_FOUND") || type.equals("PERMISSION");
    if (type.equals("UNKNOWN") || (answer.successful() && code.isEmpty())) {
      throw new ConnectorException(
          Kind.UNKNOWN_OUTCOME, said + "; the message may have been posted");
    }
    boolean denied = code.isEmpty() && denies(answer.status());
    if (type.equals("CREDENTIALS") || denied) {
      throw new ConnectorException(Kind.CREDENTIALS, said);
    }
    if ((target && !ownChannel) || (code.isEmpty() && answer.status() == 404)) {
      throw new ConnectorException(Kind.MISCONFIGURED, said);
    }
    return Outcome.failed(0, new RowError(type, code, said));
  }

  /** For a webhook 404 says that it was taken back, for the Web API that it is not there. */
  private boolean denies(int status) {
    return status == 401 || status == 403 || (webhook && status == 404);
  }

  /** Slack's word for the error: a field of its JSON, or a webhook's short text; else empty. */
  private static String code(HttpAnswer answer) {
    Optional<JsonNode> json = answer.json().filter(JsonNode::isObject);
    String word = json.isPresent() ? json.get().path("error").asText() : answer.body().strip();
    return word.matches("[a-z_]{2,60}") && !word.equals("ok") ? word : "";
  }

  private static String type(String code) {
    return SlackConnector.MANIFEST.errorType(code).orElse("REFUSED");
  }

  private String said(HttpAnswer answer, String code) {
    JsonNode json = answer.json().orElse(Json.object());
    StringBuilder text = new StringBuilder("Slack answered " + answer.status() + ": ");
    text.append(code.isEmpty() ? answer.body() : code);
    if (json.hasNonNull("needed")) {
      text.append(", the token needs the scope ").append(json.get("needed").asText());
    }
    if (code.equals("not_in_channel")) {
      text.append(", invite the bot to the channel");
    }
    json.path("response_metadata").path("messages").forEach(m -> text.append(" ").append(m));
    return redaction.clean(text.toString());
  }

  private static Answer answered(Outcome outcome) {
    return new Answer.Answered(List.of(outcome));
  }

  @Override
  public void close() {
    calls.close();
    sandbox.ifPresent(LoopbackServer::close);
  }
}
