package dev.backfeed.connectors.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.testing.Changes;
import dev.backfeed.engine.spi.testing.Delivery;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sandbox answers queries by Salesforce's rules. */
class SandboxQueryTest {
  private final FakeCallGate gate = new FakeCallGate();
  private final MemoryRecordStore store = new MemoryRecordStore();
  private final Changes changes = new Changes("Customer_Id__c");
  private Destination destination;

  @BeforeEach
  void open() {
    MapOptions options = new MapOptions(SalesforceConnector.MANIFEST).with("sandbox", true);
    destination =
        new SalesforceConnector()
            .open(new DestinationContext("crm", options, gate, (h, a, p) -> {}, () -> store));
  }

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  void answersInPagesOfTwoThousand() {
    List<Change> rows = new ArrayList<>();
    for (int i = 0; i < 2001; i++) {
      rows.add(changes.added("c" + i, Changes.node().put("Name", "N").put("Industry", "Toys")));
    }
    upsert("Account", rows);
    destination.describe("Account");
    int calls = gate.calls();
    assertThat(read("Account", Changes.node().put("Industry", "TOYS"), List.of())).hasSize(2001);
    assertThat(gate.calls() - calls).isEqualTo(2);
  }

  @Test
  void readsFieldsOfParentsAndComparesNumbersAndIds() {
    upsert("Account", List.of(changes.added("acme", Changes.node().put("Name", "Acme"))));
    ObjectNode ada = Changes.node().put("LastName", " Ada ").put("Score__c", 5);
    ada.putObject("Account").put("Customer_Id__c", "ACME");
    upsert(
        "Contact",
        List.of(
            changes.added("ada", ada), changes.added("bo", Changes.node().put("LastName", "Bo"))));
    List<List<String>> fields = List.of(List.of("Account", "Name"), List.of("LastName"));
    Found found = read("Contact", Changes.node().put("Score__c", 5.0), fields).get(0);
    assertThat(found.fields().toString())
        .isEqualTo("{\"Account\":{\"Name\":\"Acme\"},\"LastName\":\"Ada\"}");
    Found bo = read("Contact", Changes.node().put("Customer_Id__c", "BO"), fields).get(0);
    assertThat(bo.fields().at("/Account/Name").isNull()).isTrue();
    String id = found.destinationId().orElseThrow();
    assertThat(read("Contact", Changes.node().put("Id", id.substring(0, 15)), List.of()))
        .hasSize(1);
  }

  @Test
  void refusesWhatSalesforceRefuses() {
    refused(Changes.node().put("Description", "x"), "can not be filtered");
    refused(Changes.node().put("Nope", "x"), "No such column 'Nope'");
    refused(Changes.node().put("AnnualRevenue", "much"), "should not be enclosed in quotes");
  }

  @Test
  void aNumberIsATextWhereTheFieldIsOne() {
    ObjectNode number = Changes.node().put("Name", 5);
    upsert("Account", List.of(changes.added("a", Changes.node().put("Name", "5"))));
    assertThat(read("Account", number, List.of())).hasSize(1);
    assertThat(read("Account", number.put("Name", 6), List.of())).isEmpty();
  }

  private void refused(ObjectNode by, String words) {
    assertThatThrownBy(() -> read("Account", by, List.of()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining(words);
  }

  private List<Found> read(String object, ObjectNode by, List<List<String>> fields) {
    return ((RecordReader) destination)
        .read(object, List.of(new Wanted(0, by, Optional.empty())), fields);
  }

  private void upsert(String object, List<Change> rows) {
    new Delivery(SalesforceConnector.MANIFEST::batchSize, destination, object)
        .deliver(Operation.UPSERT, rows);
  }
}
