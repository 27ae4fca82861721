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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
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
  private static final int LONGEST_ADDRESS = 16_384;

  private final SandboxRecords records;
  private final SandboxQueries queries;
  private final String token = "00DSANDBOX!" + UUID.randomUUID();
  private int used;

  SalesforceSandbox(RecordStore store) {
    this.records = new SandboxRecords(store, Clock.systemUTC());
    this.queries = new SandboxQueries(store, records);
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
    if (resource.startsWith("GET query/")) {
      return queries
          .next(path.substring("query/".length()), call.uri().getPath().replaceAll("/[^/]*$", ""))
          .map(page -> Reply.json(200, page))
          .orElseGet(() -> error(400, "INVALID_QUERY_LOCATOR", "invalid query locator"));
    }
    return switch (resource) {
      case "POST composite/sobjects" -> insert(call.body());
      case "PATCH composite/sobjects" -> update(call.body());
      case "DELETE composite/sobjects" -> delete(call);
      case "GET sobjects" -> objects();
      case "GET limits" -> limits();
      case "GET query" -> query(call);
      default -> notFound("The requested resource does not exist");
    };
  }

  private Reply upsert(String objectName, String keyField, String body) {
    Optional<SandboxObject> object = SandboxObject.named(objectName);
    if (object.isEmpty() || object.get().field(keyField).filter(f -> f.externalId()).isEmpty()) {
      return notFound(
          "Provided external ID field does not exist or is not accessible: " + keyField);
    }
    return collection(objectName, body, (o, sent) -> records.upsert(o, keyField, sent));
  }

  private Reply insert(String body) {
    return collection(type(body), body, records::insert);
  }

  private Reply update(String body) {
    for (JsonNode record : sent(body)) {
      if (!SandboxIds.wellFormed(record.path("id").asText())) {
        return error(400, "MISSING_ARGUMENT", "Id not specified in an update call");
      }
    }
    return collection(type(body), body, records::update);
  }

  /** The sandbox takes records of one object in a call, as the connector sends them. */
  private static String type(String body) {
    List<JsonNode> sent = sent(body);
    return sent.isEmpty() ? "" : sent.get(0).path("attributes").path("type").asText();
  }

  private static List<JsonNode> sent(String body) {
    List<JsonNode> sent = new ArrayList<>();
    Json.parse(body).map(b -> b.path("records")).ifPresent(r -> r.forEach(sent::add));
    return sent;
  }

  private static Reply collection(
      String objectName, String body, BiFunction<SandboxObject, List<JsonNode>, ArrayNode> write) {
    List<JsonNode> sent = sent(body);
    Optional<SandboxObject> object = SandboxObject.named(objectName);
    if (sent.isEmpty()) {
      return error(400, "JSON_PARSER_ERROR", "The body holds no records");
    }
    if (object.isEmpty()) {
      return error(400, "INVALID_TYPE", "sObject type '" + objectName + "' is not supported.");
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
    return Reply.json(200, write.apply(object.get(), sent));
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

  private Reply query(Call call) {
    if (call.uri().toASCIIString().length() > LONGEST_ADDRESS) {
      return error(414, "URI_TOO_LONG", "the address is longer than " + LONGEST_ADDRESS);
    }
    try {
      return Reply.json(200, queries.answer(parameter(call, "q"), call.uri().getPath()));
    } catch (SandboxQuery.Refused e) {
      return error(400, e.code(), e.getMessage());
    }
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
