package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ConnectorException.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.testing.Changes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes as they must look on the wire, and what is made of the answers. */
class SalesforceExchangeTest extends OnScriptedOrg {
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
  void aWholeNumberGoesToAWholeFieldWithoutFraction() {
    org.signsIn();
    org.answers(
        200,
        """
        {"name":"Contact","fields":[
          {"name":"Ext__c","type":"string","length":36,"createable":true,"externalId":true},
          {"name":"Seats__c","type":"int","createable":true,"updateable":true},
          {"name":"Score__c","type":"double","createable":true,"updateable":true}]}""");
    String taken = "{\"id\":\"003A\",\"success\":true,\"errors\":[],\"created\":false}";
    org.answers(200, "[" + taken + "," + taken + "]");
    ObjectNode whole = Changes.node().put("seats__c", new BigDecimal("30.0")).put("Score__c", 3.0);
    ObjectNode fraction = Changes.node().put("Seats__c", new BigDecimal("3.5"));
    Change first = changes.changed("1", whole, "003A").at(0);
    Change second = changes.changed("2", fraction, "003B").at(1);
    try (Destination destination = open(options())) {
      destination.describe("Contact");
      destination.write(new Batch(Operation.UPSERT, "Contact", List.of(first, second), "b"));
    }
    org.asked();
    org.asked();
    assertThat(org.asked().getBody().utf8())
        .contains("\"seats__c\":30,\"Score__c\":3.0}")
        .contains("\"Seats__c\":3.5}");
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
            false,
            "k",
            Changes.node());
    assertThat(fails(Operation.UPSERT, two)).hasMessageContaining("exactly one external id field");
    assertThat(org.requests()).isZero();
  }
}
