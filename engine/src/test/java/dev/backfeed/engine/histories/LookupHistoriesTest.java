package dev.backfeed.engine.histories;

import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of records that refer to others, each from a seed of its own. One that fails is
 * printed as it went.
 *
 * <p>{@code -Dhistories.seed=N} begins with that seed, {@code -Dhistories=N} plays so many.
 */
class LookupHistoriesTest {
  private static final int IN_BUILD = 2;
  private static final int SLOW = 1_000;

  /** After so many histories a warehouse has had its day. */
  private static final int FRESH = 100;

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void someHistoriesOfLookups(String warehouse) throws SQLException {
    play(warehouse, 1, IN_BUILD);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void manyHistoriesOfLookups(String warehouse) throws SQLException {
    long seed = Long.getLong("histories.seed", 1_000);
    play(warehouse, seed, Integer.getInteger("histories", SLOW));
  }

  private static void play(String warehouse, long firstSeed, int number) throws SQLException {
    TestWarehouse used = TestWarehouse.named(warehouse);
    for (long seed = firstSeed; seed < firstSeed + number; seed++) {
      try (Stage stage = new Stage(used)) {
        play(stage, warehouse, seed);
      }
      used = (seed - firstSeed) % FRESH == FRESH - 1 ? TestWarehouse.named(warehouse) : used;
    }
  }

  private static void play(Stage stage, String warehouse, long seed) {
    try {
      new LookupTales(stage, seed).play();
    } catch (SQLException | RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed %d on %s: %s%n%s"
              .formatted(seed, warehouse, e.getMessage(), String.join("\n", stage.transcript())),
          e);
    }
  }
}
