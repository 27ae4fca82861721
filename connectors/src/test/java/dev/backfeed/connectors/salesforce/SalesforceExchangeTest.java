package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Check;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.OptionException;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they must look on the wire, and what is made of answers as the vendor gives them. */
class SalesforceExchangeTest {
  private static final String SECRET = "9F0E/SECRET+1";
  private static final String API = "/services/data/v67.0/";
  private final ScriptedOrg org = new ScriptedOrg();
  private final FakeCallGate gate = new FakeCallGate();
  private final Changes changes = new Changes("Ext__c");

  @AfterEach
  void stop() {
    org.close();
    assertThat(gate.openCalls()).isZero();
  }

  @Test
  void signsInOnceAndUpsertsByExternalId() {
    org.signsIn();
    org.answers(
        200,
        """
        [{"id":"003A","success":true,"errors":[],"created":true},
         {"id":"003B","success":true,"errors":[],"created":false},
         {"success":false,"errors":[{"statusCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION",
           "message":"Score must be below 100","fields":["Score__c"]}]}]""");
    ObjectNode fields =
        Changes.node().put("LastName", "Ray").put("Score__c", new BigDecimal("1.50"));
    fields.putNull("Title").putObject("Account").put("Ext__c", "A-1");
    Answer answer =
        write(
            Operation.UPSERT,
            changes.added("4'2", fields),
            changes.changed("43", Changes.node().put("Score__c", 2), "003B"),
            changes.changed("44", Changes.node().put("Score__c", 200), "003C"));
    RecordedRequest token = org.asked();
    assertThat(token.getRequestLine()).isEqualTo("POST /services/oauth2/token HTTP/1.1");
    assertThat(token.getBody().utf8()).isEqualTo("grant_type=client_credentials");
    assertThat(token.getHeaders().get("Authorization"))
        .isEqualTo("Basic " + base64("3MVG9.id:" + SECRET));
    RecordedRequest upsert = org.asked();
    assertThat(upsert.getRequestLine())
        .isEqualTo("PATCH " + API + "composite/sobjects/Contact/Ext__c HTTP/1.1");
    assertThat(upsert.getHeaders().get("Authorization")).isEqualTo("Bearer 00Dxx!token-1");
    assertThat(upsert.getHeaders().get("Content-Type")).startsWith("application/json");
    assertThat(upsert.getBody().utf8())
        .isEqualTo(
            "{\"allOrNone\":false,\"records\":["
                + "{\"attributes\":{\"type\":\"Contact\"},\"Ext__c\":\"4'2\",\"LastName\":\"Ray\","
                + "\"Score__c\":1.50,\"Title\":null,\"Account\":{\"Ext__c\":\"A-1\"}},"
                + "{\"attributes\":{\"type\":\"Contact\"},\"Ext__c\":\"43\",\"Score__c\":2},"
                + "{\"attributes\":{\"type\":\"Contact\"},\"Ext__c\":\"44\",\"Score__c\":200}]}");
    List<Outcome> outcomes = outcomes(answer);
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.CREATED, Status.UPDATED, Status.FAILED);
    assertThat(outcomes.get(0).destinationId()).contains("003A");
    assertThat(outcomes.get(2).error().orElseThrow().code())
        .isEqualTo("FIELD_CUSTOM_VALIDATION_EXCEPTION");
    assertThat(outcomes.get(2).error().orElseThrow().type()).isEqualTo("VALIDATION");
    assertThat(outcomes.get(2).error().orElseThrow().message())
        .isEqualTo("Score must be below 100 (Score__c)");
    assertThat(gate.calls()).isEqualTo(2);
  }

  @Test
  void aParentWithoutKeyIsNoneAndJsonBecomesText() {
    org.signsIn();
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":false}]");
    ObjectNode fields = Changes.node();
    fields.putObject("Account").putNull("Ext__c");
    fields.putObject("Factors__c").put("late", new BigDecimal("0.50"));
    fields.putArray("Tags__c").add("a").add("b");
    write(Operation.UPSERT, changes.changed("1", fields, null));
    org.asked();
    assertThat(org.asked().getBody().utf8())
        .contains("\"Account\":null")
        .contains("\"Factors__c\":\"{\\\"late\\\":0.50}\"")
        .contains("\"Tags__c\":\"[\\\"a\\\",\\\"b\\\"]\"");
  }

  @Test
  void aRowThatCannotBeCreatedFromAPartHasVanished() {
    org.signsIn();
    String missing =
        "{\"success\":false,\"errors\":[{\"statusCode\":\"REQUIRED_FIELD_MISSING\","
            + "\"message\":\"Required fields are missing: [LastName]\",\"fields\":[\"LastName\"]}]}";
    org.answers(200, "[" + missing + "," + missing + "," + missing + "]");
    ObjectNode score = Changes.node().put("Score__c", 1);
    Answer answer =
        write(
            Operation.UPSERT,
            changes.changed("1", score, "003A"),
            changes.resent("2", score, "003B"),
            changes.added("3", score));
    assertThat(outcomes(answer))
        .extracting(Outcome::status)
        .containsExactly(Status.VANISHED, Status.FAILED, Status.FAILED);
  }

  @Test
  void anUpdateAfterALostAnswerIsSentWhole() {
    org.signsIn();
    org.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    org.answers(
        200,
        """
        [{"id":"003A","success":true,"errors":[],"created":false},
         {"id":"003B","success":true,"errors":[],"created":false}]""");
    ObjectNode score = Changes.node().put("Score__c", 1);
    Answer answer =
        write(
            Operation.UPSERT,
            changes.changed("1", score, "003A"),
            changes.resent("2", score, "003B"));
    assertThat(outcomes(answer))
        .extracting(Outcome::status)
        .containsExactly(Status.VANISHED, Status.UPDATED);
  }

  @Test
  void deletesByIdAndLooksUpWhatHasNone() {
    org.signsIn();
    org.answers(
        200,
        """
        {"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-2",
         "records":[{"Id":"003B","Ext__c":"O'HARA\\\\"},{"Id":"003D","Ext__c":"two"}]}""");
    org.answers(
        200, "{\"totalSize\":3,\"done\":true,\"records\":[{\"Id\":\"003E\",\"Ext__c\":\"two\"}]}");
    org.answers(
        200,
        """
        [{"id":"003A","success":true,"errors":[]},
         {"id":"003B","success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED",
           "message":"entity is deleted","fields":[]}]},
         {"id":"003F","success":false,"errors":[{"statusCode":"DELETE_FAILED",
           "message":"has cases","fields":[]}]}]""");
    Answer answer =
        write(
            Operation.DELETE,
            changes.removed("a", "003A"),
            changes.removed("o'hara\\", null),
            changes.removed("gone", null),
            changes.removed("two", null),
            changes.removed("f", "003F"));
    org.asked();
    assertThat(org.asked().getUrl().queryParameter("q"))
        .isEqualTo("SELECT Id,Ext__c FROM Contact WHERE Ext__c IN ('o\\'hara\\\\','gone','two')");
    assertThat(org.asked().getTarget()).isEqualTo("/services/data/v67.0/query/01g-2");
    assertThat(org.asked().getRequestLine())
        .isEqualTo(
            "DELETE " + API + "composite/sobjects?ids=003A,003B,003F&allOrNone=false HTTP/1.1");
    Map<Integer, Outcome> byIndex =
        outcomes(answer).stream().collect(Collectors.toMap(Outcome::index, Function.identity()));
    assertThat(byIndex).hasSize(5);
    for (int index : new int[] {0, 1, 2}) {
      assertThat(byIndex.get(index).status()).as("row " + index).isEqualTo(Status.DELETED);
    }
    assertThat(byIndex.get(3).error().orElseThrow().type()).isEqualTo("AMBIGUOUS_KEY");
    assertThat(byIndex.get(3).error().orElseThrow().message()).contains("003D").contains("003E");
    assertThat(byIndex.get(4).error().orElseThrow().code()).isEqualTo("DELETE_FAILED");
  }

  @Test
  void aNextPageElsewhereIsNotFollowed() {
    org.signsIn();
    org.answers(200, "{\"done\":false,\"nextRecordsUrl\":\"@evil.example/x\",\"records\":[]}");
    assertThat(fails(Operation.DELETE, changes.removed("a", null)).kind())
        .isEqualTo(Kind.MISCONFIGURED);
    assertThat(org.requests()).isEqualTo(2);
  }

  @Test
  void anExpiredTokenIsRenewedAndTheCallReplayed() {
    org.signsIn("00Dxx!old", org.origin());
    org.answers(401, "[{\"message\":\"Session expired\",\"errorCode\":\"INVALID_SESSION_ID\"}]");
    org.signsIn("00Dxx!new", org.origin());
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":true}]");
    assertThat(outcomes(write(Operation.UPSERT, row())).get(0).status()).isEqualTo(Status.CREATED);
    org.asked();
    String first = org.asked().getBody().utf8();
    org.asked();
    RecordedRequest replay = org.asked();
    assertThat(replay.getBody().utf8()).isEqualTo(first);
    assertThat(replay.getHeaders().get("Authorization")).isEqualTo("Bearer 00Dxx!new");
  }

  @Test
  void aTokenThatIsNeverTakenDoesNotLoop() {
    org.signsIn("00Dxx!a", org.origin());
    String refused =
        "[{\"message\":\"This session is not valid for use with the REST API\","
            + "\"errorCode\":\"INVALID_SESSION_ID\"}]";
    org.answers(401, refused);
    org.signsIn("00Dxx!b", org.origin());
    org.answers(401, refused);
    ConnectorException thrown = fails(Operation.UPSERT, row());
    assertThat(thrown.kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(thrown).hasMessageContaining("not valid for use with the REST API");
    assertThat(org.requests()).isEqualTo(4);
  }

  @Test
  void theDaysQuotaStopsAndTheConcurrentLimitWaits() {
    org.signsIn();
    org.answers(
        403,
        "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"ConcurrentRequests (Concurrent API"
            + " Requests) Limit exceeded.\"}]");
    org.answers(
        403,
        "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"TotalRequests Limit exceeded.\"}]");
    assertThat(fails(Operation.UPSERT, row()).kind()).isEqualTo(Kind.QUOTA);
    assertThat(gate.retries()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|JSON_PARSER_ERROR|VALIDATION",
        "413|X|REFUSED",
        "414|URI_TOO_LONG|REFUSED",
        "409|CONFLICT_X|REFUSED"
      })
  void aRefusedCallIsARefusedBatch(int status, String code, String type) {
    org.signsIn();
    org.answers(status, "[{\"message\":\"no\",\"errorCode\":\"" + code + "\"}]");
    Answer answer = write(Operation.UPSERT, row());
    assertThat(answer).isInstanceOf(Answer.Refused.class);
    assertThat(((Answer.Refused) answer).error().code()).isEqualTo(code);
    assertThat(((Answer.Refused) answer).error().type()).isEqualTo(type);
  }

  @Test
  void whatIsNoAnswerIsUnknown() {
    for (String body :
        List.of("<html>Maintenance</html>", "[]", "{}", "[{\"success\":true", "[{},{}]", "")) {
      org.signsIn();
      org.answers(200, body);
      assertThat(fails(Operation.UPSERT, row()).kind()).as(body).isEqualTo(Kind.UNKNOWN_OUTCOME);
    }
  }

  @Test
  void aMissingExternalIdFieldIsNotHalved() {
    org.signsIn();
    org.answers(
        404,
        "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"Provided external ID field does not exist\"}]");
    ConnectorException thrown = fails(Operation.UPSERT, row());
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(thrown).hasMessageContaining("Ext__c").hasMessageContaining("Contact");
  }

  @Test
  void onlyOneKeyField() {
    Change two =
        new Change(
            0,
            Change.Kind.ADDED,
            "k",
            Changes.node().put("a", 1).put("b", 2),
            Changes.node(),
            true,
            java.util.Optional.empty(),
            "k",
            Changes.node());
    assertThat(fails(Operation.UPSERT, two)).hasMessageContaining("exactly one external id field");
    assertThat(org.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://169.254.169.254",
        "https://salesforce.com.evil.io"
      })
  void aTokenAnswerCannotSendUsElsewhere(String elsewhere) {
    org.signsIn("00Dxx!t", elsewhere);
    ConnectorException thrown = fails(Operation.UPSERT, row());
    assertThat(thrown.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(org.requests()).isEqualTo(1);
  }

  @Test
  void echoedSecretsAreTakenOut() {
    org.signsIn();
    org.answers(
        200,
        "[{\"success\":false,\"errors\":[{\"statusCode\":\"X\",\"message\":\"token 00Dxx!token-1,"
            + " header Basic "
            + base64("3MVG9.id:" + SECRET)
            + "\",\"fields\":[]}]}]");
    String message =
        outcomes(write(Operation.UPSERT, row())).get(0).error().orElseThrow().message();
    assertThat(message).doesNotContain("token-1").doesNotContain(base64("3MVG9.id:" + SECRET));
  }

  @Test
  void jwtBearerSignsAnAssertion() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    org.signsIn();
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":true}]");
    MapOptions options =
        new MapOptions(SalesforceConnector.MANIFEST)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9.id")
            .with("username", "sync@acme.com")
            .withSecret("private_key", pem);
    write(options, Operation.UPSERT, row());
    String[] form = org.asked().getBody().utf8().split("&assertion=", -1);
    assertThat(form[0])
        .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
    String[] jwt = form[1].split("\\.", -1);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(jwt[2]))).isTrue();
    var claims =
        Json.parse(new String(Base64.getUrlDecoder().decode(jwt[1]), StandardCharsets.UTF_8))
            .orElseThrow();
    assertThat(claims.get("iss").asText()).isEqualTo("3MVG9.id");
    assertThat(claims.get("sub").asText()).isEqualTo("sync@acme.com");
    assertThat(claims.get("aud").asText()).isEqualTo("https://login.salesforce.com");
    assertThat(claims.get("exp").asLong())
        .isBetween(Instant.now().getEpochSecond() + 100, Instant.now().getEpochSecond() + 180);
  }

  @Test
  void aBrokenPrivateKeyIsNotQuoted() {
    MapOptions options =
        new MapOptions(SalesforceConnector.MANIFEST)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9.id")
            .with("username", "sync@acme.com")
            .withSecret("private_key", "not-a-key-4711");
    ConnectorException thrown =
        catchThrowableOfType(
            ConnectorException.class, () -> write(options, Operation.UPSERT, row()));
    assertThat(thrown.kind()).isEqualTo(Kind.CREDENTIALS);
    assertThat(thrown).hasMessageContaining("private_key").hasMessageNotContaining("4711");
  }

  @Test
  void describesFields() {
    org.signsIn();
    org.answers(
        200,
        """
        {"name":"Contact","fields":[
          {"name":"Id","type":"id","length":18,"idLookup":true,"nillable":false,"defaultedOnCreate":true},
          {"name":"LastName","type":"string","length":80,"createable":true,"updateable":true,"nillable":false},
          {"name":"Ext__c","type":"string","length":36,"createable":true,"updateable":true,"nillable":true,
           "externalId":true,"caseSensitive":true},
          {"name":"Email","type":"email","length":80,"createable":true,"updateable":true,"nillable":true,
           "idLookup":true,"caseSensitive":false},
          {"name":"Score__c","type":"double","createable":true,"updateable":true,"nillable":true},
          {"name":"Active__c","type":"boolean","createable":true,"updateable":true,"nillable":false,
           "defaultedOnCreate":true},
          {"name":"Tier__c","type":"picklist","length":255,"createable":true,"updateable":true,"nillable":true,
           "restrictedPicklist":true,"picklistValues":[{"value":"gold","active":true},
           {"value":"old","active":false}]},
          {"name":"Sum__c","type":"currency","calculated":true,"createable":false,"updateable":false},
          {"name":"AccountId","type":"reference","length":18,"createable":true,"updateable":true,
           "nillable":true,"relationshipName":"Account","referenceTo":["Account"]},
          {"name":"Seen__c","type":"datetime","createable":true,"updateable":true,"nillable":true}]}""");
    ObjectSchema schema;
    try (Destination destination = open(options())) {
      schema = destination.describe("Contact");
    }
    org.asked();
    assertThat(org.asked().getRequestLine())
        .isEqualTo("GET " + API + "sobjects/Contact/describe HTTP/1.1");
    assertThat(field(schema, "Id").key()).isFalse();
    assertThat(field(schema, "Id").writable()).isFalse();
    assertThat(field(schema, "lastname").required()).isTrue();
    assertThat(field(schema, "LastName").maxLength()).contains(80);
    assertThat(field(schema, "Ext__c").keyComparison())
        .contains(dev.backfeed.engine.spi.KeyComparison.EXACT);
    assertThat(field(schema, "Email").keyComparison())
        .contains(dev.backfeed.engine.spi.KeyComparison.CASE_INSENSITIVE);
    assertThat(field(schema, "Score__c").type()).isEqualTo(FieldType.NUMBER);
    assertThat(field(schema, "Active__c").required()).isFalse();
    assertThat(field(schema, "Tier__c").allowedValues()).containsExactly("gold");
    assertThat(field(schema, "Sum__c").writable()).isFalse();
    assertThat(field(schema, "Account").type()).isEqualTo(FieldType.ANY);
    assertThat(field(schema, "Seen__c").type()).isEqualTo(FieldType.TIMESTAMP);
    assertThat(schema.field("Nope__c")).isEmpty();
  }

  @Test
  void anUnknownObjectOffersTheNearest() {
    org.signsIn();
    org.answers(404, "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"no\"}]");
    org.answers(200, "{\"sobjects\":[{\"name\":\"Contact\"},{\"name\":\"Account\"}]}");
    try (Destination destination = open(options())) {
      assertThatThrownBy(() -> destination.describe("Acount"))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("did you mean \"Account\"?");
    }
  }

  @Test
  void testsCredentialsPermissionsAndQuota() {
    org.signsIn();
    org.answers(
        200,
        "{\"sobjects\":[{\"name\":\"A\",\"createable\":true,\"updateable\":true},{\"name\":\"B\"}]}");
    org.answers(200, "{\"DailyApiRequests\":{\"Max\":15000,\"Remaining\":14998}}");
    try (Destination destination = open(options())) {
      assertThat(destination.test())
          .containsExactly(
              new Check("credentials", true, "signed in to " + org.origin()),
              new Check("permissions", true, "1 of 2 objects can be written"),
              new Check("quota", true, "14998 of 15000 calls left today"));
      assertThat(destination.callsRemaining()).hasValue(14975);
    }
  }

  @Test
  void wrongCredentialsAreOneFailedCheck() {
    org.answers(400, "{\"error\":\"invalid_client\",\"error_description\":\"bad " + SECRET + "\"}");
    try (Destination destination = open(options())) {
      List<Check> checks = destination.test();
      assertThat(checks).hasSize(1);
      assertThat(checks.get(0).ok()).isFalse();
      assertThat(checks.get(0).message()).contains("invalid_client").doesNotContain(SECRET);
    }
  }

  @Test
  void optionsThatContradictAreRefused() {
    MapOptions none =
        new MapOptions(SalesforceConnector.MANIFEST).with("instance_url", org.origin());
    assertThatThrownBy(() -> open(none))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("client_secret");
    assertThatThrownBy(() -> open(options().with("username", "u")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> open(options().with("api_version", "latest")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("v67.0");
    assertThatThrownBy(() -> open(options().with("instance_url", "http://acme.my.salesforce.com")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("https");
  }

  private static ObjectSchema.Field field(ObjectSchema schema, String name) {
    return schema.field(name).orElseThrow();
  }

  private Change row() {
    return changes.added("1", Changes.node().put("LastName", "Ray"));
  }

  private MapOptions options() {
    return new MapOptions(SalesforceConnector.MANIFEST)
        .with("instance_url", org.origin())
        .with("client_id", "3MVG9.id")
        .withSecret("client_secret", SECRET);
  }

  private Destination open(MapOptions options) {
    return new SalesforceConnector()
        .open(
            new DestinationContext(
                "crm",
                options,
                gate,
                (host, address, port) -> {},
                () -> {
                  throw new AssertionError("no sandbox here");
                }));
  }

  private Answer write(Operation operation, Change... rows) {
    return write(options(), operation, rows);
  }

  private Answer write(MapOptions options, Operation operation, Change... rows) {
    List<Change> indexed = new ArrayList<>();
    List.of(rows).forEach(c -> indexed.add(c.at(indexed.size())));
    try (Destination destination = open(options)) {
      return destination.write(new Batch(operation, "Contact", indexed, "batch-1"));
    }
  }

  private ConnectorException fails(Operation operation, Change... rows) {
    ConnectorException thrown =
        catchThrowableOfType(ConnectorException.class, () -> write(operation, rows));
    assertThat(thrown).isNotNull();
    return thrown;
  }

  private static List<Outcome> outcomes(Answer answer) {
    return ((Answer.Answered) answer).outcomes();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
