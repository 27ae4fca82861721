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
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Options;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.SecretException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One org. What it has been told of objects is kept as long as it is open. */
final class SalesforceDestination implements Destination, RecordReader {
  private final String account;
  private final HttpCalls calls;
  private final SalesforceSession session;
  private final SalesforceUpsert upsert;
  private final SalesforceUpdate update;
  private final SalesforceInsert insert;
  private final SalesforceDelete delete;
  private final SalesforceReader reader;
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
    this.update = new SalesforceUpdate(session, redaction);
    this.insert = new SalesforceInsert(session, redaction);
    this.delete = new SalesforceDelete(session, redaction);
    this.reader = new SalesforceReader(session);
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
    return told(object).schema();
  }

  private SalesforceObject told(String object) {
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
    return told;
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
    return switch (batch.operation()) {
      case DELETE -> delete.write(batch, told);
      case UPDATE -> update.write(batch, told);
      case INSERT -> insert.write(batch, keyField, told);
      default -> upsert(batch, keyField, told);
    };
  }

  /** Records that are named by their id are updated; an upsert takes no id. */
  private Answer upsert(Batch batch, String keyField, Optional<SalesforceObject> told) {
    List<Change> byId = batch.changes().stream().filter(Change::byId).toList();
    if (byId.isEmpty()) {
      return upsert.write(batch, keyField, told);
    }
    Answer first = update.write(part(batch, byId), told);
    List<Change> byKey = batch.changes().stream().filter(c -> !c.byId()).toList();
    if (byKey.isEmpty() || !(first instanceof Answer.Answered updated)) {
      return first;
    }
    List<Outcome> outcomes = new ArrayList<>(updated.outcomes());
    halved(part(batch, byKey), b -> upsert.write(b, keyField, told), outcomes);
    return new Answer.Answered(outcomes);
  }

  /** What is refused when other rows of the batch were taken already is halved here. */
  private static void halved(Batch batch, Function<Batch, Answer> write, List<Outcome> outcomes) {
    List<Change> rows = batch.changes();
    Answer answer = write.apply(batch);
    if (answer instanceof Answer.Answered answered) {
      outcomes.addAll(answered.outcomes());
    } else if (answer instanceof Answer.Refused refused && rows.size() == 1) {
      outcomes.add(Outcome.failed(rows.get(0).index(), refused.error()));
    } else {
      halved(part(batch, rows.subList(0, rows.size() / 2)), write, outcomes);
      halved(part(batch, rows.subList(rows.size() / 2, rows.size())), write, outcomes);
    }
  }

  /** Some rows of a batch, which keep the places they have in it. */
  private static Batch part(Batch batch, List<Change> changes) {
    return new Batch(batch.operation(), batch.object(), changes, batch.idempotencyKey());
  }

  @Override
  public String request(Batch batch) {
    String keyField = keyField(batch);
    Optional<SalesforceObject> told = Optional.ofNullable(described.get(batch.object()));
    List<Change> byId = batch.changes().stream().filter(Change::byId).toList();
    List<Change> byKey = batch.changes().stream().filter(c -> !c.byId()).toList();
    List<SalesforceRequest> requests = new ArrayList<>();
    switch (batch.operation()) {
      case DELETE -> requests.addAll(delete.requests(batch, told));
      case UPDATE -> requests.addAll(update.requests(batch, told));
      case INSERT -> requests.addAll(insert.requests(batch, keyField, told));
      default -> {
        if (!byId.isEmpty()) {
          requests.addAll(update.requests(part(batch, byId), told));
        }
        if (!byKey.isEmpty()) {
          requests.add(upsert.request(part(batch, byKey), keyField, told));
        }
      }
    }
    return requests.stream().map(r -> r.text(session.version())).collect(Collectors.joining("\n"));
  }

  @Override
  public List<Found> read(String object, List<Wanted> wanted, List<List<String>> fields) {
    SalesforceObject known = described.get(object);
    return reader.read(object, wanted, fields, known == null ? told(object) : known);
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
