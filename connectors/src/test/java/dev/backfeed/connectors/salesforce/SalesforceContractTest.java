package dev.backfeed.connectors.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Connector;
import dev.backfeed.engine.spi.RecordStore.Stored;
import dev.backfeed.engine.spi.testing.ConnectorContractTest;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;

/** The contract against the sandbox; faults against a scripted org. */
class SalesforceContractTest extends ConnectorContractTest {
  private final ScriptedOrg org = new ScriptedOrg();

  @AfterEach
  void stop() {
    org.close();
  }

  @Override
  protected Connector connector() {
    return new SalesforceConnector();
  }

  @Override
  protected MapOptions options() {
    return new MapOptions(connector().manifest())
        .with("sandbox", true)
        .withSecret("client_secret", "BACKFEED-SECRET/4711+x");
  }

  @Override
  protected Names names() {
    return new Names(
        "Account",
        "Customer_Id__c",
        "Name",
        "Score__c",
        "At_Risk__c",
        "Since__c",
        "Seen_At__c",
        "Factors__c");
  }

  /** JSON lies in a text field, as text. */
  @Override
  protected Optional<ObjectNode> held(String key) {
    Optional<ObjectNode> record = stored(key).stream().findFirst().map(Stored::record);
    record
        .filter(r -> r.hasNonNull("Factors__c"))
        .ifPresent(
            r -> r.set("Factors__c", Json.parse(r.get("Factors__c").asText()).orElseThrow()));
    return record;
  }

  @Override
  protected void deleteBehindOurBack(String key) {
    store.delete("Account", stored(key).stream().map(Stored::id).toList());
  }

  private List<Stored> stored(String key) {
    return store.findByKey("Account", List.of(key));
  }

  @Override
  protected ObjectNode fieldsThatFail() {
    return whole("x".repeat(256), "1");
  }

  @Override
  protected Optional<MapOptions> optionsWith(Fault fault) {
    if (fault == Fault.CREDENTIALS_REFUSED) {
      org.answers(
          400,
          "{\"error\":\"invalid_client\",\"error_description\":\"bad BACKFEED-SECRET/4711+x or"
              + " BACKFEED-SECRET%2F4711%2Bx\"}");
    } else {
      org.signsIn();
    }
    switch (fault) {
      case THROTTLED_ONCE ->
          org.enqueue(new MockResponse.Builder().code(503).addHeader("Retry-After", 2).build());
      case ANSWER_LOST ->
          org.enqueue(
              new MockResponse.Builder()
                  .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                  .build());
      case UNREACHABLE -> org.close();
      case CREDENTIALS_REFUSED -> {}
    }
    if (fault != Fault.UNREACHABLE) {
      org.answers(
          200, "[{\"id\":\"001000000000001AAA\",\"success\":true,\"errors\":[],\"created\":true}]");
    }
    return Optional.of(
        options()
            .with("sandbox", false)
            .with("instance_url", org.origin())
            .with("client_id", "3MVG9"));
  }
}
