package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backfeed.connectors.http.HostPins;
import dev.backfeed.connectors.http.HttpAnswer;
import dev.backfeed.connectors.http.HttpCalls;
import dev.backfeed.connectors.http.LoopbackServer;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.connectors.http.Urls;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.SecretException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One org. What it has been told of objects is kept as long as it is open. */
final class SalesforceDestination implements Destination {
  private final String account;
  private final HttpCalls calls;
  private final SalesforceSession session;
  private final SalesforceUpsert upsert;
  private final SalesforceDelete delete;
  private final Optional<LoopbackServer> sandbox;
  private final Map<String, SalesforceObject> described = new ConcurrentHashMap<>();

  private SalesforceDestination(
      String account,
      HttpCalls calls,
      Redaction redaction,
      SalesforceSession session,
      Optional<LoopbackServer> sandbox) {
    this.account = account;
    this.calls = calls;
    this.session = session;
    this.upsert = new SalesforceUpsert(session, redaction);
    this.delete = new SalesforceDelete(session, redaction);
    this.sandbox = sandbox;
  }

  static SalesforceDestination to(DestinationContext context) {
    Options options = context.options();
    Redaction redaction = new Redaction();
    HttpCalls calls = HttpCalls.open(context, redaction);
    URI instance = URI.create(options.requiredText("instance_url"));
    Optional<URI> base = options.text("base_url").map(URI::create);
    URI tokens = base.or(() -> options.text("login_url").map(URI::create)).orElse(instance);
    // What is configured on this machine is a stand-in, whose answers must not lead out.
    List<String> hosts =
        Urls.loopback(instance.getHost()) ? List.of() : SalesforceConnector.MANIFEST.hosts();
    HostPins pins = new HostPins(hosts, List.of(instance, tokens));
    SalesforceSession session =
        new SalesforceSession(
            calls,
            redaction,
            SalesforceConnector.version(options),
            new SalesforceLogin(
                calls,
                redaction,
                Urls.origin(tokens),
                SalesforceLogin.flow(options, redaction, Clock.systemUTC())),
            Urls.origin(base.orElse(instance)),
            base.isPresent() ? Optional.empty() : Optional.of(pins));
    String account = "salesforce:" + instance.getAuthority();
    return new SalesforceDestination(account, calls, redaction, session, Optional.empty());
  }

  /** The stand-in is a real HTTP server on loopback, with credentials of its own making. */
  static SalesforceDestination toSandbox(DestinationContext context) {
    Redaction redaction = new Redaction();
    SalesforceSandbox standIn = new SalesforceSandbox(context.sandboxRecords().get());
    LoopbackServer server = LoopbackServer.start(standIn::answer);
    HttpCalls calls = HttpCalls.toSandbox(context, redaction, server);
    SalesforceSession session =
        new SalesforceSession(
            calls,
            redaction,
            SalesforceConnector.version(context.options()),
            new SalesforceLogin(
                calls, redaction, server.origin(), url -> SalesforceSandbox.signIn(url, redaction)),
            server.origin(),
            Optional.of(new HostPins(List.of(), List.of(URI.create(server.origin())))));
    return new SalesforceDestination(
        "salesforce:sandbox", calls, redaction, session, Optional.of(server));
  }

  @Override
  public String account() {
    return account;
  }

  @Override
  public List<Check> test() {
    List<Check> checks = new ArrayList<>();
    checks.add(check("credentials", () -> "signed in to " + session.signIn()));
    if (checks.get(0).ok()) {
      checks.add(check("permissions", this::permissions));
      checks.add(check("quota", this::quota));
    }
    return checks;
  }

  private static Check check(String name, Supplier<String> finding) {
    try {
      return new Check(name, true, finding.get());
    } catch (ConnectorException | SecretException e) {
      return new Check(name, false, e.getMessage());
    }
  }

  private String permissions() {
    JsonNode objects = get("sobjects/", "Salesforce does not list its objects").path("sobjects");
    long writable = 0;
    for (JsonNode object : objects) {
      writable +=
          object.path("createable").asBoolean() && object.path("updateable").asBoolean() ? 1 : 0;
    }
    if (writable == 0) {
      throw new ConnectorException(
          Kind.CREDENTIALS,
          "the user sees "
              + objects.size()
              + " objects and may write none: grant a permission set");
    }
    return writable + " of " + objects.size() + " objects can be written";
  }

  private String quota() {
    JsonNode day = dailyCalls();
    if (!day.has("Max")) {
      return "the user may not see the limits; calls are counted here only";
    }
    return day.path("Remaining").asLong() + " of " + day.path("Max").asLong() + " calls left today";
  }

  private JsonNode dailyCalls() {
    return get("limits/", "Salesforce does not tell its limits").path("DailyApiRequests");
  }

  private JsonNode get(String path, String complaint) {
    HttpAnswer answer = session.call("GET", path, Optional.empty());
    if (!answer.successful()) {
      throw session.failure(Kind.MISCONFIGURED, complaint, answer);
    }
    return session.body(answer);
  }

  @Override
  public ObjectSchema describe(String object) {
    String path = "sobjects/" + Urls.encode(object) + "/describe";
    HttpAnswer answer = session.call("GET", path, Optional.empty());
    if (answer.status() == 404) {
      throw new ConnectorException(Kind.MISCONFIGURED, unknown(object));
    }
    if (!answer.successful()) {
      throw session.failure(Kind.MISCONFIGURED, "Salesforce does not describe " + object, answer);
    }
    SalesforceObject told = new SalesforceObject(session.body(answer));
    described.put(object, told);
    return told.schema();
  }

  private String unknown(String object) {
    List<String> names = new ArrayList<>();
    get("sobjects/", "Salesforce does not list its objects")
        .path("sobjects")
        .forEach(o -> names.add(o.path("name").asText()));
    return "Salesforce knows no object \""
        + object
        + "\" that this user may see"
        + Nearest.to(object, names).map(n -> ": did you mean \"" + n + "\"?").orElse("");
  }

  @Override
  public OptionalLong callsRemaining() {
    if (session.callsLeft().isPresent()) {
      return session.callsLeft();
    }
    try {
      JsonNode remaining = dailyCalls().path("Remaining");
      return remaining.isNumber() ? OptionalLong.of(remaining.asLong()) : OptionalLong.empty();
    } catch (ConnectorException e) {
      // Limits are for some users only. What hinders other calls too shows with the next of them.
      if (e.kind() == Kind.MISCONFIGURED || e.kind() == Kind.CREDENTIALS) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  @Override
  public Answer write(Batch batch) {
    String keyField = keyField(batch);
    Optional<SalesforceObject> told = Optional.ofNullable(described.get(batch.object()));
    return batch.operation() == Operation.DELETE
        ? delete.write(batch, keyField, told)
        : upsert.write(batch, keyField, told);
  }

  /** An upsert goes by one external id field; the vendor has no other. */
  private static String keyField(Batch batch) {
    List<String> fields =
        batch.changes().stream()
            .flatMap(c -> c.key().properties().stream())
            .flatMap(k -> k.getValue().isValueNode() ? Stream.of(k.getKey()) : Stream.of("?", "?"))
            .distinct()
            .toList();
    if (fields.size() != 1 || !fields.get(0).matches("\\w+")) {
      throw new ConnectorException(
          Kind.MISCONFIGURED,
          "Salesforce finds a record by exactly one external id field: write KEY (column AS"
              + " \"External_Id__c\") with one column");
    }
    return fields.get(0);
  }

  @Override
  public void close() {
    calls.close();
    sandbox.ifPresent(LoopbackServer::close);
  }
}
