package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.RecordStore.Stored;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MapOptions;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.warehouse.Dialects;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sandbox's records in a warehouse, and the destination in front of them. */
class SandboxRecordsTest {
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void keepsAndListsTheRecordsOfAnObject(String warehouse) throws SQLException {
    try (EngineFixture fixture = EngineFixture.on(TestWarehouse.named(warehouse));
        EngineFixture other = fixture.another();
        SandboxRecords records = new SandboxRecords(() -> opened(other.connection()), "crm")) {
      records.opened();
      records.put("Contact", List.of(record("1", "a"), record("2", "b")));
      records.put("Lead", List.of(record("3", "a")));
      records.put("Contact", List.of(record("2", "c")));
      assertThat(records.all("Contact"))
          .containsExactlyInAnyOrder(record("1", "a"), record("2", "c"));
      assertThat(records.findByKey("Contact", List.of("c", "b"))).containsExactly(record("2", "c"));
      assertThat(records.findById("Contact", List.of())).isEmpty();
      assertThat(records.all("Nothing")).isEmpty();
    }
  }

  @Test
  void aDestinationThatCanBeReadStaysOne() {
    ScriptedConnector connector = new ScriptedConnector();
    connector.vendor("crm").tell("makes contacts x {\"email\":\"e\"}");
    FakeCallGate gate = new FakeCallGate();
    Destination plain =
        connector.open(
            new DestinationContext(
                "crm", new MapOptions(connector.manifest()), gate, (h, a, p) -> {}, () -> null));
    try (SandboxRecords records = new SandboxRecords(() -> null, "crm");
        Destination destination = WithSandbox.of(plain, records)) {
      Wanted wanted = new Wanted(0, Json.object().put("email", "e"), Optional.empty());
      assertThat(((RecordReader) destination).read("contacts", List.of(wanted), List.of()))
          .hasSize(1);
      assertThat(gate.calls()).isEqualTo(1);
    }
  }

  private static Warehouse opened(Connection connection) throws SQLException {
    var dialect = Dialects.of(connection);
    return new Warehouse(connection, dialect, dialect.homeDatabase(connection), "backfeed");
  }

  private static Stored record(String id, String key) {
    return new Stored(id, key, Json.object().put("name", key));
  }
}
