package dev.backfeed.connectors.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer.Call;
import dev.backfeed.connectors.http.LoopbackServer.Reply;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A workspace to try messages against. It has every channel with a possible name, keeps each
 * message as a record of its channel with its ts as id, and refuses what Slack documents: no token,
 * no text, too much of it, more than a message a second and channel after a burst of {@value
 * #BURST}.
 */
final class SlackSandbox {
  /** Made up: the sandbox never sees a user's token. */
  static final String TOKEN = "xoxb-sandbox";

  static final String WEBHOOK = "/services/T000/B000/sandbox";

  /** Messages a channel takes at once; Slack says "short bursts" and no number. */
  static final int BURST = 50;

  private static final double NANOS = 1e9;

  private final RecordStore store;
  private final LongSupplier nanos;
  private final Map<String, Allowance> allowances = new HashMap<>();
  private long lastMicros;

  /** What a channel takes at this moment. */
  private record Allowance(double messages, long at) {}

  SlackSandbox(RecordStore store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
  }

  Reply answer(Call call) {
    String path = call.uri().getPath();
    if (path.equals(WEBHOOK)) {
      return webhook(call);
    }
    String token = call.headers().getOrDefault("authorization", "");
    if (!token.equals("Bearer " + TOKEN)) {
      return error(token.isEmpty() ? "not_authed" : "invalid_auth");
    }
    return switch (path) {
      case "/api/auth.test" -> Reply.json(200, identity());
      case "/api/chat.postMessage" -> post(call);
      default -> error("unknown_method");
    };
  }

  private Reply webhook(Call call) {
    Optional<ObjectNode> message = arguments(call);
    String fault = message.map(SlackSandbox::fault).orElse("invalid_payload");
    if (!fault.isEmpty()) {
      return Reply.text(400, fault);
    }
    if (!mayPost("webhook")) {
      return Reply.text(429, "rate_limited").with("Retry-After", "1");
    }
    keep("webhook", message.get());
    return Reply.text(200, "ok");
  }

  private Reply post(Call call) {
    Optional<ObjectNode> message = arguments(call);
    if (message.isEmpty()) {
      return error("invalid_json");
    }
    String channel = message.get().path("channel").asText();
    String fault = channelExists(channel) ? fault(message.get()) : "channel_not_found";
    if (!fault.isEmpty()) {
      return error(fault);
    }
    if (!mayPost(channel)) {
      ObjectNode busy = Json.object().put("ok", false).put("error", "ratelimited");
      return Reply.json(429, busy).with("Retry-After", "1");
    }
    ObjectNode body = Json.object().put("ok", true).put("channel", id(channel));
    String ts = keep(channel, message.get());
    body.put("ts", ts);
    ObjectNode said = body.putObject("message").put("type", "message").put("ts", ts);
    said.set("text", message.get().path("text"));
    return Reply.json(200, body);
  }

  /** A JSON body, or a form whose lists are JSON texts, as Slack takes both. */
  private static Optional<ObjectNode> arguments(Call call) {
    if (!call.headers().getOrDefault("content-type", "").startsWith("application/x-www-form")) {
      return Json.parse(call.body()).filter(JsonNode::isObject).map(ObjectNode.class::cast);
    }
    ObjectNode form = Json.object();
    for (String pair : call.body().split("&", -1)) {
      String[] both = pair.split("=", 2);
      String value = both.length < 2 ? "" : decoded(both[1]);
      form.put(decoded(both[0]), value);
    }
    for (String list : List.of("blocks", "attachments")) {
      if (form.has(list)) {
        form.set(list, Json.parse(form.get(list).asText()).orElse(form.get(list)));
      }
    }
    return Optional.of(form);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Slack's word for what is wrong with a message; empty if nothing is. */
  private static String fault(ObjectNode message) {
    JsonNode blocks = message.path("blocks");
    JsonNode attachments = message.path("attachments");
    if (message.path("text").asText().isEmpty() && blocks.isEmpty() && attachments.isEmpty()) {
      return "no_text";
    }
    if (message.has("blocks") && !blocks.isArray()) {
      return "invalid_blocks";
    }
    for (JsonNode block : blocks) {
      if (block.path("type").asText().isEmpty()) {
        return "invalid_blocks";
      }
    }
    if (attachments.size() > SlackMessage.MOST_ATTACHMENTS) {
      return "too_many_attachments";
    }
    boolean tooLong = message.path("text").asText().length() > SlackMessage.LONGEST_TEXT;
    return tooLong ? "msg_too_long" : "";
  }

  private static boolean channelExists(String channel) {
    return channel.matches("#?[a-z0-9_\\-]{1,80}|[CDGU][A-Z0-9]{2,20}");
  }

  /** Ids stand for themselves; a name is given one that is always the same. */
  private static String id(String channel) {
    return channel.matches("[CDGU][A-Z0-9]{2,20}")
        ? channel
        : "C" + Integer.toHexString(channel.replace("#", "").hashCode()).toUpperCase(Locale.ROOT);
  }

  private boolean mayPost(String channel) {
    long now = nanos.getAsLong();
    Allowance before = allowances.getOrDefault(channel, new Allowance(BURST, now));
    double left = Math.min(BURST, before.messages() + (now - before.at()) / NANOS);
    allowances.put(channel, new Allowance(left >= 1 ? left - 1 : left, now));
    return left >= 1;
  }

  private String keep(String channel, ObjectNode message) {
    Instant now = Instant.now();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    lastMicros = Math.max(micros, lastMicros + 1);
    String ts = "%d.%06d".formatted(lastMicros / 1_000_000, lastMicros % 1_000_000);
    store.put(channel, List.of(new Stored(ts, "", message)));
    return ts;
  }

  private static ObjectNode identity() {
    return Json.object()
        .put("ok", true)
        .put("url", "https://sandbox.slack.com/")
        .put("team", "the sandbox")
        .put("user", "backfeed")
        .put("team_id", "T000")
        .put("user_id", "U000")
        .put("bot_id", "B000");
  }

  private static Reply error(String code) {
    return Reply.json(200, Json.object().put("ok", false).put("error", code));
  }
}
