package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failing history prints is enough to see the same again. */
class ReplayTest {
  private static final long SEED = 169;

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aPrintedScriptHasTheSameOutcomes(String warehouse) throws SQLException {
    List<String> printed = tell(warehouse);
    assertThat(printed)
        .anyMatch(line -> line.startsWith("die "))
        .anyMatch(l -> l.contains("UPSERT"));
    try (Stage stage = new Stage(TestWarehouse.named(warehouse))) {
      for (String line : printed) {
        stage.play(line);
      }
      assertThat(stage.transcript()).isEqualTo(printed);
    }
  }

  private static List<String> tell(String warehouse) throws SQLException {
    JqwikSession.start();
    try (History history = new History(TestWarehouse.named(warehouse))) {
      history.play(Tales.all().generator(1_000).next(new Random(SEED)).value());
      return List.copyOf(history.stage.transcript());
    } finally {
      JqwikSession.finish();
    }
  }
}
