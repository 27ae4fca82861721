package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.connectors.http.LoopbackServer.Call;
import dev.backfeed.connectors.http.LoopbackServer.Reply;
import dev.backfeed.connectors.http.Redaction;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.Delivery;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sandbox refuses what Salesforce refuses, remembers, and is quick about it. */
class SalesforceSandboxTest {
  private final MemoryRecordStore store = new MemoryRecordStore();
  private final FakeCallGate gate = new FakeCallGate();
  private final Changes changes = new Changes("Customer_Id__c");
  private final SalesforceSandbox sandbox = new SalesforceSandbox(store);

  @Test
  void takesTwoThousandRowsInTenCallsAndAsksTheStoreOnceACall() {
    List<Change> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(changes.added("cust_" + i, Changes.node().put("Name", "Company " + i)));
    }
    try (Destination destination = open()) {
      destination.describe("Account");
      int callsBefore = gate.calls();
      int storeBefore = store.calls();
      List<Outcome> outcomes = deliver(destination, "Account", Operation.UPSERT, rows);
      assertThat(outcomes).allMatch(o -> o.status() == Status.CREATED);
      assertThat(gate.calls() - callsBefore).isEqualTo(10);
      assertThat(store.calls() - storeBefore).isEqualTo(20);
    }
    assertThat(store.count("Account")).isEqualTo(2000);
  }

  @Test
  void remembersBeyondItsLife() {
    Outcome made;
    try (Destination destination = open()) {
      made = deliver(destination, "Region__c", Operation.UPSERT, List.of(named("EMEA"))).get(0);
    }
    try (Destination destination = open()) {
      Change other = changes.changed("emea", Changes.node().put("Size__c", 3), null);
      Outcome changed = deliver(destination, "Region__c", Operation.UPSERT, List.of(other)).get(0);
      assertThat(changed.status())
          .as("external ids do not differ in case")
          .isEqualTo(Status.UPDATED);
      assertThat(changed.destinationId()).isEqualTo(made.destinationId());
      Change gone = changes.removed("EMEA", made.destinationId().orElseThrow().substring(0, 15));
      assertThat(deliver(destination, "Region__c", Operation.DELETE, List.of(gone)).get(0).status())
          .isEqualTo(Status.DELETED);
    }
    assertThat(store.all("Region__c")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Name\":\"x\",\"Nope\":1}|INVALID_FIELD",
        "{\"Score__c\":1}|REQUIRED_FIELD_MISSING",
        "{\"Name\":null}|REQUIRED_FIELD_MISSING",
        "{\"Name\":\"x\",\"AccountNumber\":\"12345678901234567890123456789012345678901\"}|STRING_TOO_LONG",
        "{\"Name\":\"x\",\"CreatedDate\":\"2026-01-01T00:00:00Z\"}|INVALID_FIELD_FOR_INSERT_UPDATE",
        "{\"Name\":\"x\",\"Id\":\"001000000000001AAA\"}|INVALID_FIELD_FOR_INSERT_UPDATE",
        "{\"Name\":\"x\",\"NumberOfEmployees\":\"many\"}|JSON_PARSER_ERROR",
        "{\"Name\":\"x\",\"NumberOfEmployees\":1.5}|JSON_PARSER_ERROR",
        "{\"Name\":\"x\",\"Parent\":{\"Customer_Id__c\":\"nobody\"}}|INVALID_FIELD",
        "{\"Name\":\"x\",\"Nobody__r\":{\"Ext__c\":\"nobody\"}}|INVALID_FIELD"
      })
  void refusesARowAndTakesItsNeighbour(String fields, String code) {
    try (Destination destination = open()) {
      Change bad = changes.added("bad", (ObjectNode) Json.parse(fields).orElseThrow());
      List<Outcome> outcomes =
          deliver(destination, "Account", Operation.UPSERT, List.of(bad, named("good")));
      assertThat(outcomes.get(0).error().orElseThrow().code()).isEqualTo(code);
      assertThat(outcomes.get(1).status()).isEqualTo(Status.CREATED);
    }
  }

  @Test
  void knowsParentsByExternalId() {
    try (Destination destination = open()) {
      Outcome account =
          deliver(destination, "Account", Operation.UPSERT, List.of(named("A-1"))).get(0);
      ObjectNode contact = Changes.node().put("LastName", "Ray").put("Email", "ray@acme.com");
      contact.putObject("Account").put("Customer_Id__c", "a-1");
      deliver(destination, "Contact", Operation.UPSERT, List.of(changes.added("c", contact)));
      JsonNode held = store.all("Contact").get(0).record();
      assertThat(held.get("AccountId").asText()).isEqualTo(account.destinationId().orElseThrow());
      ObjectNode none = Changes.node();
      none.putObject("Account").putNull("Customer_Id__c");
      deliver(destination, "Contact", Operation.UPSERT, List.of(changes.changed("c", none, null)));
      assertThat(store.all("Contact").get(0).record().get("AccountId").isNull()).isTrue();
    }
  }

  @Test
  void anyCustomFieldIsThereAndExternalIdsByTheirNames() {
    try (Destination destination = open()) {
      ObjectSchema schema = destination.describe("Account");
      assertThat(schema.field("Health_Score__c").orElseThrow().key()).isFalse();
      assertThat(schema.field("External_Id__c").orElseThrow().maxLength()).contains(255);
      assertThat(schema.field("External_Id__c").orElseThrow().key()).isTrue();
      assertThat(schema.field("Paid__c").orElseThrow().key()).isFalse();
      assertThat(schema.field("Name").orElseThrow().required()).isTrue();
      assertThat(schema.field("Health_Score")).isEmpty();
      assertThat(schema.field("Region__r")).isEmpty();
      ConnectorException unknown =
          catchThrowableOfType(ConnectorException.class, () -> destination.describe("Kontact"));
      assertThat(unknown).hasMessageContaining("did you mean \"Contact\"?");
    }
  }

  @Test
  void wantsATokenAndItsOwnForms() {
    assertThat(ask("GET", "/services/data/v67.0/limits", "", "Bearer no").status()).isEqualTo(401);
    assertThat(ask("POST", "/services/oauth2/token", "grant_type=password", "Basic x").status())
        .isEqualTo(400);
    String bearer = signIn();
    assertThat(ask("GET", "/services/data/v67.0/nothing", "", bearer).status()).isEqualTo(404);
    String path = "/services/data/v67.0/composite/sobjects/Account/Customer_Id__c";
    assertThat(ask("PATCH", path, "{", bearer).status()).isEqualTo(400);
    assertThat(ask("PATCH", path, records(201, "Account"), bearer).status()).isEqualTo(400);
    assertThat(ask("PATCH", path, records(1, "Contact"), bearer).status()).isEqualTo(400);
    assertThat(
            ask("PATCH", path.replace("Customer_Id__c", "Name"), records(1, "Account"), bearer)
                .status())
        .isEqualTo(404);
    Reply twice = ask("PATCH", path, records(2, "Account").replace("k1", "K0"), bearer);
    assertThat(twice.body().orElseThrow().findValuesAsText("statusCode"))
        .containsExactly("DUPLICATE_VALUE", "DUPLICATE_VALUE");
    assertThat(store.count("Account")).isZero();
  }

  @Test
  void keepsTheDaysLimit() {
    String bearer = signIn();
    for (int i = 0; i < 15_000; i++) {
      ask("GET", "/services/data/v67.0/limits", "", bearer);
    }
    Reply over = ask("GET", "/services/data/v67.0/limits", "", bearer);
    assertThat(over.status()).isEqualTo(403);
    assertThat(over.body().orElseThrow().get(0).get("errorCode").asText())
        .isEqualTo("REQUEST_LIMIT_EXCEEDED");
  }

  /** The check characters of an id that the vendor's documentation shows. */
  @Test
  void idsHaveCheckCharacters() {
    assertThat(SandboxIds.longForm("001D000000IqhSL")).isEqualTo("001D000000IqhSLIAZ");
  }

  private String records(int count, String type) {
    ObjectNode body = Json.object().put("allOrNone", false);
    for (int i = 0; i < count; i++) {
      ObjectNode record = body.withArray("records").addObject();
      record.putObject("attributes").put("type", type);
      record.put("Customer_Id__c", "k" + i).put("Name", "n");
    }
    return Json.text(body);
  }

  private String signIn() {
    var request = SalesforceSandbox.signIn("http://x/services/oauth2/token", new Redaction());
    Reply reply =
        ask(
            "POST",
            "/services/oauth2/token",
            request.body().orElseThrow(),
            request.headers().get().get("Authorization"));
    return "Bearer " + reply.body().orElseThrow().get("access_token").asText();
  }

  private Reply ask(String method, String path, String body, String authorization) {
    Map<String, String> headers = new HashMap<>(Map.of("host", "x"));
    headers.put("authorization", authorization);
    return sandbox.answer(new Call(method, URI.create(path), headers, body));
  }

  private Change named(String key) {
    return changes.added(key, Changes.node().put("Name", key));
  }

  private static List<Outcome> deliver(
      Destination destination, String object, Operation operation, List<Change> rows) {
    return new Delivery(SalesforceConnector.MANIFEST::batchSize, destination, object)
        .deliver(operation, rows);
  }

  /** Without any credentials, and where the host's policy lets nothing out. */
  private Destination open() {
    return new SalesforceConnector()
        .open(
            new DestinationContext(
                "crm",
                new MapOptions(SalesforceConnector.MANIFEST).with("sandbox", true),
                gate,
                (host, address, port) -> {
                  throw new ConnectorException(ConnectorException.Kind.MISCONFIGURED, "no way out");
                },
                () -> store));
  }
}
