package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.HttpRequest;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer.Call;
import dev.backfeed.connectors.http.LoopbackServer.Reply;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.RecordStore;
import dev.backfeed.engine.spi.RecordStore.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stand-in for an org: keeps records and refuses what Salesforce refuses, as far as its
 * documentation tells. README.md lists what it does and where it differs.
 */
final class SalesforceSandbox {
  private static final int MOST_RECORDS = 200;
  private static final int CALLS_A_DAY = 15_000;
  private static final String CLIENT_ID = "sandbox-client";
  private static final String CLIENT_SECRET = "sandbox-client-secret";
  private static final Pattern DATA = Pattern.compile("/services/data/v\\d{2,3}\\.0/(.*)");
  private static final Pattern COLLECTION = Pattern.compile("composite/sobjects/(\\w+)/(\\w+)");
  private static final Pattern DESCRIBE = Pattern.compile("sobjects/(\\w+)/describe/?");
  private static final Pattern QUERY =
      Pattern.compile("SELECT Id,(\\w+) FROM (\\w+) WHERE (\\w+) IN \\((.*)\\)", Pattern.DOTALL);

  private static final Pattern LITERAL =
      Pattern.compile("\\G(?:'((?:[^'\\\\]|\\\\.)*)'|(-?[\\d.]+))(?:,|$)", Pattern.DOTALL);

  private final SandboxRecords records;
  private final String token = "00DSANDBOX!" + UUID.randomUUID();
  private int used;

  SalesforceSandbox(RecordStore store) {
    this.records = new SandboxRecords(store);
  }

  /** The request for a token, with the sandbox's own credentials. */
  static HttpRequest signIn(String url, Redaction redaction) {
    return SalesforceLogin.clientCredentials(url, CLIENT_ID, CLIENT_SECRET, redaction);
  }

  /** Answers one request. Not for several threads at once. */
  Reply answer(Call call) {
    String path = call.uri().getPath();
    if (path.equals("/services/oauth2/token")) {
      return token(call);
    }
    if (!("Bearer " + token).equals(call.headers().get("authorization"))) {
      return error(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
    if (used >= CALLS_A_DAY) {
      return error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    used++;
    Matcher data = DATA.matcher(path);
    Reply reply =
        data.matches()
            ? data(call, data.group(1))
            : notFound("The requested resource does not exist");
    return reply.with("Sforce-Limit-Info", "api-usage=" + used + "/" + CALLS_A_DAY);
  }

  private Reply token(Call call) {
    HttpRequest right = signIn("http://sandbox", new Redaction());
    boolean known =
        call.method().equals("POST")
            && call.body().equals(right.body().orElseThrow())
            && right
                .headers()
                .get()
                .get("Authorization")
                .equals(call.headers().get("authorization"));
    if (!known) {
      ObjectNode refusal = Json.object().put("error", "invalid_client");
      return Reply.json(400, refusal.put("error_description", "invalid client credentials"));
    }
    return Reply.json(
        200,
        Json.object()
            .put("access_token", token)
            .put("instance_url", "http://" + call.headers().get("host"))
            .put("token_type", "Bearer"));
  }

  private Reply data(Call call, String path) {
    Matcher collection = COLLECTION.matcher(path);
    Matcher describe = DESCRIBE.matcher(path);
    String resource = call.method() + " " + path.replaceAll("/$", "");
    if (call.method().equals("PATCH") && collection.matches()) {
      return upsert(collection.group(1), collection.group(2), call.body());
    }
    if (call.method().equals("GET") && describe.matches()) {
      return SandboxObject.named(describe.group(1))
          .map(o -> Reply.json(200, o.describe()))
          .orElseGet(() -> notFound("The requested resource does not exist"));
    }
    return switch (resource) {
      case "DELETE composite/sobjects" -> delete(call);
      case "GET sobjects" -> objects();
      case "GET limits" -> limits();
      case "GET query" -> query(parameter(call, "q"));
      default -> notFound("The requested resource does not exist");
    };
  }

  private Reply upsert(String objectName, String keyField, String body) {
    Optional<SandboxObject> object = SandboxObject.named(objectName);
    if (object.isEmpty() || object.get().field(keyField).filter(f -> f.externalId()).isEmpty()) {
      return notFound(
          "Provided external ID field does not exist or is not accessible: " + keyField);
    }
    List<JsonNode> sent = new ArrayList<>();
    Json.parse(body).map(b -> b.path("records")).ifPresent(r -> r.forEach(sent::add));
    if (sent.isEmpty()) {
      return error(400, "JSON_PARSER_ERROR", "The body holds no records");
    }
    if (sent.size() > MOST_RECORDS) {
      return error(400, "EXCEEDED_ID_LIMIT", "more than " + MOST_RECORDS + " records in one call");
    }
    for (JsonNode record : sent) {
      if (!record.path("attributes").path("type").asText().equalsIgnoreCase(objectName)) {
        return error(400, "INVALID_TYPE", "each record needs attributes.type " + objectName);
      }
      Optional<String> unreadable = SandboxRule.unreadable(object.get(), record);
      if (unreadable.isPresent()) {
        return error(400, "JSON_PARSER_ERROR", unreadable.get());
      }
    }
    return Reply.json(200, records.upsert(object.get(), keyField, sent));
  }

  private Reply delete(Call call) {
    List<String> ids = List.of(parameter(call, "ids").split(",", -1));
    if (ids.size() > MOST_RECORDS || ids.get(0).isEmpty()) {
      return error(400, "EXCEEDED_ID_LIMIT", "1 to " + MOST_RECORDS + " ids are taken in a call");
    }
    return Reply.json(200, records.delete(ids));
  }

  private static Reply objects() {
    ObjectNode body = Json.object().put("maxBatchSize", MOST_RECORDS);
    ArrayNode all = body.putArray("sobjects");
    SandboxObject.standardNames()
        .forEach(n -> SandboxObject.named(n).ifPresent(o -> all.add(o.brief())));
    return Reply.json(200, body);
  }

  private Reply limits() {
    ObjectNode body = Json.object();
    body.putObject("DailyApiRequests").put("Max", CALLS_A_DAY).put("Remaining", CALLS_A_DAY - used);
    return Reply.json(200, body);
  }

  /** The one form of query that the connector asks. */
  private Reply query(String soql) {
    Matcher query = QUERY.matcher(soql);
    if (!query.matches() || !query.group(1).equals(query.group(3))) {
      return error(400, "MALFORMED_QUERY", "the sandbox takes only a look-up by external id");
    }
    Optional<SandboxObject> object = SandboxObject.named(query.group(2));
    if (object.isEmpty()) {
      return error(400, "INVALID_TYPE", "sObject type '" + query.group(2) + "' is not supported.");
    }
    List<Stored> found = records.find(object.get(), query.group(1), literals(query.group(4)));
    ObjectNode body = Json.object().put("totalSize", found.size()).put("done", true);
    ArrayNode rows = body.putArray("records");
    for (Stored s : found) {
      ObjectNode row = rows.addObject();
      row.putObject("attributes").put("type", object.get().name());
      row.put("Id", s.id()).set(query.group(1), s.record().get(query.group(1)));
    }
    return Reply.json(200, body);
  }

  private static List<String> literals(String list) {
    List<String> values = new ArrayList<>();
    Matcher literal = LITERAL.matcher(list);
    while (literal.find()) {
      values.add(literal.group(1) == null ? literal.group(2) : unescaped(literal.group(1)));
    }
    return values;
  }

  private static String unescaped(String text) {
    return Pattern.compile("\\\\(.)", Pattern.DOTALL)
        .matcher(text)
        .replaceAll(
            m ->
                Matcher.quoteReplacement(
                    switch (m.group(1)) {
                      case "n" -> "\n";
                      case "r" -> "\r";
                      case "t" -> "\t";
                      default -> m.group(1);
                    }));
  }

  private static String parameter(Call call, String name) {
    String query = call.uri().getRawQuery() == null ? "" : call.uri().getRawQuery();
    for (String pair : query.split("&", -1)) {
      if (pair.toLowerCase(Locale.ROOT).startsWith(name + "=")) {
        return java.net.URLDecoder.decode(
            pair.substring(name.length() + 1), java.nio.charset.StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static Reply notFound(String message) {
    return error(404, "NOT_FOUND", message);
  }

  private static Reply error(int status, String code, String message) {
    ArrayNode body = Json.array();
    body.addObject().put("message", message).put("errorCode", code);
    return Reply.json(status, body);
  }
}
