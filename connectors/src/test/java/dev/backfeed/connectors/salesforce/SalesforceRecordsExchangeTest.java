package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.testing.Changes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;

/** Updates, insertions and readings as they must look on the wire, and what is made of answers. */
class SalesforceRecordsExchangeTest extends OnScriptedOrg {
  private static final String QUERY = "GET " + API + "query?q=SELECT%20";
  private static final String DESCRIBE =
      """
      {"name":"Contact","fields":[
        {"name":"Id","type":"id","idLookup":true},
        {"name":"Ext__c","type":"string","length":40,"externalId":true,"unique":true,"createable":true},
        {"name":"Name","type":"string","length":80,"createable":true},
        {"name":"Score__c","type":"double","createable":true},
        {"name":"Seen__c","type":"datetime","createable":true},
        {"name":"Born__c","type":"date","createable":true},
        {"name":"LastModifiedDate","type":"datetime"}]}""";

  @Test
  void updatesByIdAndLooksUpWhatItDoesNotKnow() {
    org.signsIn();
    org.answers(200, "{\"done\":true,\"records\":[{\"Id\":\"003B\",\"Ext__c\":\"O'B\"}]}");
    org.answers(
        200,
        """
        [{"id":"003A","success":true,"errors":[]},{"id":"003B","success":true,"errors":[]},
         {"success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]}]""");
    org.answers(200, "{\"done\":true,\"records\":[]}");
    List<Outcome> outcomes =
        outcomes(
            write(
                Operation.UPDATE,
                changes.changed("a", score(1), "003A"),
                changes.added("O'B", score(2)),
                changes.added("never", score(3)),
                changes.left("gone", Changes.node().putNull("Score__c"), "003D")));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED, Status.UPDATED, Status.MISSING, Status.MISSING);
    assertThat(outcomes.get(1).destinationId()).contains("003B");
    org.asked();
    assertThat(org.asked().getRequestLine())
        .isEqualTo(
            QUERY
                + "Id%2CExt__c%20FROM%20Contact%20WHERE%20Ext__c%20IN%20%28%27O%5C%27B%27%2C%27never%27%29 HTTP/1.1");
    RecordedRequest update = org.asked();
    assertThat(update.getRequestLine()).isEqualTo("PATCH " + API + "composite/sobjects HTTP/1.1");
    assertThat(update.getBody().utf8())
        .isEqualTo(
            "{\"allOrNone\":false,\"records\":["
                + "{\"attributes\":{\"type\":\"Contact\"},\"Score__c\":1,\"id\":\"003A\"},"
                + "{\"attributes\":{\"type\":\"Contact\"},\"Score__c\":2,\"id\":\"003B\"},"
                + "{\"attributes\":{\"type\":\"Contact\"},\"Score__c\":null,\"id\":\"003D\"}]}");
    assertThat(org.asked().getRequestLine()).contains("%27gone%27");
  }

  @Test
  void aRecordMadeAnewIsUpdatedAndAParentThatIsGoneIsAFailure() {
    org.signsIn();
    String gone =
        "{\"success\":false,\"errors\":[{\"statusCode\":\"INVALID_CROSS_REFERENCE_KEY\","
            + "\"message\":\"invalid cross reference id\",\"fields\":[]}]}";
    org.answers(200, "[" + gone + "," + gone + "]");
    org.answers(
        200,
        "{\"done\":true,\"records\":[{\"Id\":\"003NEW\",\"Ext__c\":\"A\"},"
            + "{\"Id\":\"003B\",\"Ext__c\":\"b\"}]}");
    org.answers(200, "[{\"id\":\"003NEW\",\"success\":true,\"errors\":[]}]");
    List<Outcome> outcomes =
        outcomes(
            write(
                Operation.UPDATE,
                changes.changed("a", score(1), "003A"),
                changes.changed("b", score(2), "003B")));
    assertThat(outcomes).extracting(Outcome::status).containsExactly(Status.UPDATED, Status.FAILED);
    assertThat(outcomes.get(0).destinationId()).contains("003NEW");
  }

  @Test
  void writesByIdWithTheKeyAndTheOthersByKey() {
    org.signsIn();
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[]}]");
    org.answers(200, "[{\"id\":\"003C\",\"success\":true,\"errors\":[],\"created\":true}]");
    Change claimed = Changes.byId(changes.added("a", score(1)), "003A");
    List<Outcome> outcomes =
        outcomes(write(Operation.UPSERT, changes.added("c", score(2)), claimed));
    assertThat(outcomes)
        .containsExactlyInAnyOrder(Outcome.created(0, "003C"), Outcome.updated(1, "003A"));
    org.asked();
    assertThat(org.asked().getBody().utf8())
        .contains("\"Ext__c\":\"a\",\"Score__c\":1,\"id\":\"003A\"}]}");
    assertThat(org.asked().getRequestLine()).contains("composite/sobjects/Contact/Ext__c");
  }

  @Test
  void anInsertSaysWhatIsThere() {
    org.signsIn();
    org.answers(200, DESCRIBE);
    org.answers(
        200,
        """
        [{"id":"003A","success":true,"errors":[]},
         {"success":false,"errors":[{"statusCode":"DUPLICATE_VALUE","message":
           "duplicate value found: Ext__c duplicates value on record with id: 0035g00000XYZab","fields":[]}]},
         {"success":false,"errors":[{"statusCode":"DUPLICATE_VALUE","message":
           "duplicate value found: Other__c duplicates value on record with id: 0035g00000XYZab","fields":[]}]}]""");
    org.answers(200, "{\"done\":true,\"records\":[]}");
    try (Destination destination = open(options())) {
      destination.describe("Contact");
      List<Outcome> outcomes = outcomes(destination.write(inserts("a", "b", "c")));
      assertThat(outcomes)
          .extracting(Outcome::status)
          .containsExactly(Status.CREATED, Status.EXISTS, Status.FAILED);
      assertThat(outcomes.get(1).destinationId()).contains("0035g00000XYZab");
      assertThat(outcomes.get(2).error().orElseThrow().type()).isEqualTo("CONFLICT");
    }
    org.asked();
    org.asked();
    assertThat(org.asked().getRequestLine())
        .isEqualTo("POST " + API + "composite/sobjects HTTP/1.1");
  }

  @Test
  void anInsertByAKeyThatIsNotUniqueLooksFirstAndIsNotRepeated() {
    org.signsIn();
    org.answers(200, "{\"done\":true,\"records\":[{\"Id\":\"003A\",\"Ext__c\":\"a\"}]}");
    org.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    try (Destination destination = open(options())) {
      assertThatThrownBy(() -> destination.write(inserts("a", "b")))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> assertThat(e.kind()).isEqualTo(ConnectorException.Kind.UNKNOWN_OUTCOME));
    }
    assertThat(org.requests()).isEqualTo(3);
  }

  @Test
  void readsWithTheTypesOfTheFieldsPageByPage() {
    org.signsIn();
    org.answers(200, DESCRIBE);
    org.answers(
        200,
        """
        {"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-2000","records":[
          {"Id":"003A","Score__c":1.5,"Seen__c":"2026-01-02T03:04:05.678+0000","Name":null,
           "Account":{"attributes":{},"Ext__c":"A-1"},"LastModifiedDate":"2026-02-01T00:00:00.000+0000"}]}""");
    org.answers(
        200,
        "{\"done\":true,\"records\":[{\"Id\":\"003B\",\"Score__c\":1.50,\"Account\":null,"
            + "\"Seen__c\":\"2026-01-02T03:04:05.678+0000\"}]}");
    ObjectNode by = Changes.node().put("Score__c", 1.5);
    by.put("Seen__c", "2026-01-02T03:04:05.678Z");
    List<Found> found;
    try (Destination destination = open(options())) {
      found =
          ((RecordReader) destination)
              .read(
                  "Contact",
                  List.of(new Wanted(0, by, Optional.empty())),
                  List.of(List.of("Name"), List.of("Seen__c"), List.of("Account", "Ext__c")));
    }
    org.asked();
    org.asked();
    assertThat(org.asked().getRequestLine())
        .isEqualTo(
            QUERY
                + "Id%2CScore__c%2CSeen__c%2CName%2CAccount.Ext__c%2CLastModifiedDate%20FROM%20Contact"
                + "%20WHERE%20%28Score__c%20%3D%201.5%20AND%20Seen__c%20%3D%202026-01-02T03%3A04%3A05.678Z%29"
                + " HTTP/1.1");
    assertThat(org.asked().getRequestLine()).isEqualTo("GET " + API + "query/01g-2000 HTTP/1.1");
    assertThat(found)
        .extracting(f -> f.destinationId().orElseThrow())
        .containsExactly("003A", "003B");
    assertThat(found.get(0).fields().toString())
        .isEqualTo(
            "{\"Name\":null,\"Seen__c\":\"2026-01-02T03:04:05.678Z\",\"Account\":{\"Ext__c\":\"A-1\"}}");
    assertThat(found.get(0).changedAt()).contains(Instant.parse("2026-02-01T00:00:00Z"));
    assertThat(found.get(1).fields().at("/Account/Ext__c").isNull()).isTrue();
  }

  @Test
  void manyKeysAreAskedForInAddressesOfFairLength() {
    org.signsIn();
    org.answers(200, DESCRIBE);
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      wanted.add(new Wanted(i, Changes.node().put("Ext__c", "é".repeat(20) + i), Optional.empty()));
    }
    for (int i = 0; i < 20; i++) {
      org.answers(200, "{\"done\":true,\"records\":[]}");
    }
    try (Destination destination = open(options())) {
      assertThat(((RecordReader) destination).read("Contact", wanted, List.of())).isEmpty();
    }
    assertThat(org.requests()).isBetween(6, 9);
    for (int i = org.requests(); i > 0; i--) {
      assertThat(org.asked().getRequestLine().length()).isLessThan(6200);
    }
  }

  @Test
  void nothingButNamesGoesIntoAQuery() {
    org.signsIn();
    org.answers(200, DESCRIBE);
    try (Destination destination = open(options())) {
      ObjectNode by = Changes.node().put("Name = 'x' OR Name", "y");
      assertThatThrownBy(
              () ->
                  ((RecordReader) destination)
                      .read("Contact", List.of(new Wanted(0, by, Optional.empty())), List.of()))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("no object or field called");
    }
  }

  @Test
  void showsWhatItSends() {
    org.signsIn();
    org.answers(200, "{\"done\":true,\"records\":[{\"Id\":\"003A\",\"Ext__c\":\"k\"}]}");
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[]}]");
    org.answers(200, "[{\"id\":\"003A\",\"success\":true,\"errors\":[]}]");
    try (Destination destination = open(options())) {
      Batch upsert =
          new Batch(Operation.UPSERT, "Contact", List.of(changes.added("k", score(1))), "b");
      Batch update = new Batch(Operation.UPDATE, "Contact", upsert.changes(), "b");
      assertThat(destination.request(update))
          .isEqualTo(
              "GET /services/data/v67.0/query?q=SELECT%20Id%2CExt__c%20FROM%20Contact%20WHERE%20Ext__c%20IN%20%28%27k%27%29\n"
                  + "PATCH /services/data/v67.0/composite/sobjects\n"
                  + "{\"allOrNone\":false,\"records\":[{\"attributes\":{\"type\":\"Contact\"},"
                  + "\"Score__c\":1,\"id\":\"(found by k)\"}]}");
      destination.write(update);
      destination.write(upsert);
      for (int i = 0; i < 3; i++) {
        org.asked();
      }
      RecordedRequest sent = org.asked();
      assertThat(destination.request(upsert))
          .isEqualTo(sent.getRequestLine().replace(" HTTP/1.1", "") + "\n" + sent.getBody().utf8());
    }
  }

  private Batch inserts(String... keys) {
    List<Change> rows = new ArrayList<>();
    for (String key : keys) {
      rows.add(changes.added(key, score(1)).at(rows.size()));
    }
    return new Batch(Operation.INSERT, "Contact", rows, "b");
  }

  private static ObjectNode score(int score) {
    return Changes.node().put("Score__c", score);
  }
}
