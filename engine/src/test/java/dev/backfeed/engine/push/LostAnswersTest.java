package dev.backfeed.engine.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A change was taken and its answer lost; then the model goes back to what was acknowledged last.
 * The row looks unchanged and is not: it is sent again.
 */
class LostAnswersTest {
  private static final String BACK = "UPDATE t SET v = 1 WHERE id = 1";

  private static EngineFixture withRows(String warehouse) throws SQLException {
    EngineFixture engine = EngineFixture.on(TestWarehouse.named(warehouse));
    engine.sql("CREATE TABLE t (id INTEGER, v INTEGER, w INTEGER)");
    engine.sql("INSERT INTO t VALUES (1, 1, 7), (2, 2, 8)");
    engine.ours("CREATE SYNC s TO crm.things KEY (id) MODE MIRROR AS SELECT * FROM t");
    engine.run("SYNC NOW s");
    engine.vendor().sent();
    return engine;
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whileTheRunLived(String warehouse) throws SQLException {
    try (EngineFixture engine = withRows(warehouse)) {
      engine.sql("UPDATE t SET v = 5 WHERE id = 1");
      engine.vendor().tell("batch unknown_outcome the line broke");
      assertThatThrownBy(() -> engine.run("SYNC NOW s")).hasMessageContaining("the line broke");
      assertSentAgain(engine);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whenTheRunDied(String warehouse) throws SQLException {
    try (EngineFixture engine = withRows(warehouse)) {
      engine.sql("UPDATE t SET v = 5 WHERE id = 1");
      engine.execution(People.dyingBeforeCheckpoints());
      assertThatThrownBy(() -> engine.run("SYNC NOW s")).isInstanceOf(ThreadDeath.class);
      engine.execution(Execution.PLAIN);
      assertSentAgain(engine);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRemovalToo(String warehouse) throws SQLException {
    try (EngineFixture engine = withRows(warehouse)) {
      engine.sql("DELETE FROM t WHERE id = 1");
      engine.vendor().tell("batch unknown_outcome the line broke");
      assertThatThrownBy(() -> engine.run("SYNC NOW s")).hasMessageContaining("the line broke");
      engine.vendor().sent();
      engine.sql("INSERT INTO t VALUES (1, 1, 7)");
      assertThat(engine.run("SYNC NOW s"))
          .isEqualTo("succeeded selected=2 unchanged=2 resent=1 created=1");
      assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void nothingIsInDoubtWhereARowMayBeSentAgain(String warehouse) throws SQLException {
    try (EngineFixture engine = withRows(warehouse)) {
      engine.sql("INSERT INTO t VALUES (3, 3, 9)");
      engine.vendor().tell("batch unknown_outcome the line broke");
      engine.execution(People.dyingBeforeCheckpoints());
      assertThatThrownBy(() -> engine.run("SYNC NOW s")).isInstanceOf(ThreadDeath.class);
      engine.execution(Execution.PLAIN);
      engine.sql("DELETE FROM t WHERE id = 3");
      assertThat(engine.run("SYNC NOW s"))
          .isEqualTo("succeeded selected=2 unchanged=2 removed=1 deleted=1");
      assertThat(engine.query("SELECT * FROM backfeed.sync_pending")).isEmpty();
    }
  }

  private static void assertSentAgain(EngineFixture engine) throws SQLException {
    engine.vendor().sent();
    engine.sql(BACK);
    assertThat(engine.run("SYNC NOW s"))
        .isEqualTo("succeeded selected=2 unchanged=2 resent=1 updated=1");
    assertThat(engine.vendor().sent())
        .singleElement()
        .asString()
        .endsWith("\"key\":{\"id\":1},\"fields\":{\"v\":1,\"w\":7}}");
    assertThat(engine.run("SYNC NOW s")).isEqualTo("succeeded selected=2 unchanged=2");
  }
}
