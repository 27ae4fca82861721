package dev.backfeed.engine.push;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.MovableClock;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;

/** Tests of runs of {@link People}: a warehouse each, whose books are in order at the end. */
abstract class WithPeople {
  final MovableClock clock;
  EngineFixture fixture;

  WithPeople(String now) {
    clock = new MovableClock(now);
  }

  ScriptedVendor open(String warehouse) throws SQLException {
    return open(warehouse, new ScriptedConnector());
  }

  final ScriptedVendor open(String warehouse, ScriptedConnector connector) throws SQLException {
    fixture = EngineFixture.on(TestWarehouse.named(warehouse), clock, connector);
    return fixture.vendor();
  }

  @AfterEach
  final void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }
}
